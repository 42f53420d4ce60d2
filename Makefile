PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# The tests' tensors are small: threads would only wait for each other, for minutes on a busy machine.
ALONE := OMP_NUM_THREADS=1
# The files of tests are shared out over the cores; what a file prepares, it prepares once.
SPREAD := -n auto --dist loadfile
ROOMS := diffusion graph models plots training nodes packs remote cli
# ComfyUI's page, as wheels: one from a year ago and the newest.
PAGES := 1.27.10 1.58.1
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt

.PHONY: demo test test-slow test-web lint bench thumbnails words help-pictures clean

demo: .venv/demo-ready ## run the demos on the models that ship, and make a gallery page of what they show
	$(BIN)/scorefield demos --out gallery

test: .venv/test-ready ## the fast tests
	$(ALONE) $(BIN)/python -m pytest $(SPREAD)

test-slow: .venv/test-ready ## all tests
	$(ALONE) $(BIN)/python -m pytest $(SPREAD) -m ""

# All of it, unless some is named: make test-web PAGE=newest RENDERER=Vue WORKFLOWS="ddim-2d cfg-2d-scales"
test-web: .venv/page-ready ## the page's modules in node, and in ComfyUI's own page in Chromium
	node --test tests/web/
	$(ALONE) $(BIN)/python -m pytest tests/web
	$(ALONE) node --test --test-concurrency=1 tests/page/

lint: .venv/test-ready ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	mkdir -p .venv/types && ln -sfn ../.. .venv/types/scorefield
	cd .venv/types && ../bin/mypy --config-file ../../pyproject.toml $(ROOMS:%=-p scorefield.%) -m scorefield.demos -m scorefield.comfyui -m scorefield.words -m scorefield.help_pictures

bench: .venv/test-ready ## what the loop and the executor cost, as ratios measured in one run
	$(BIN)/python benchmarks/loop.py
	$(BIN)/python benchmarks/executor.py

thumbnails: .venv/demo-ready ## redraw the picture beside every saved workflow from its real output
	$(BIN)/scorefield demos --all --out gallery --thumbnails workflows

words: .venv/demo-ready ## write what the nodes say to locales/, in every language
	$(BIN)/python -m scorefield.words

help-pictures: .venv/demo-ready ## redraw the pictures of the help pages from what the saved workflows give
	$(BIN)/python -m scorefield.help_pictures

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo-ready: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/test-ready: .venv/demo-ready
	$(PIP) -e '.[test]'
	touch $@

.venv/page-ready: .venv/test-ready tests/page/package-lock.json Makefile
	for tool in node npm chromium; do command -v $$tool >/dev/null || missing=1; done; \
	  [ -z "$$missing" ] || { apt-get update -q && \
	  apt-get install -y -q --no-install-recommends nodejs npm chromium; } || exit 1
	npm ci --prefix tests/page --ignore-scripts --no-audit --no-fund
	for page in $(PAGES); do \
	  $(PIP) --no-deps --upgrade --target .venv/page/$$page comfyui-frontend-package==$$page || exit 1; done
	touch $@

clean:
	rm -rf .venv gallery output
