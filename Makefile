PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# The tests' tensors are small: threads would only wait for each other, for minutes on a busy machine.
ALONE := OMP_NUM_THREADS=1
ROOMS := diffusion graph models plots training nodes packs remote cli
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt

.PHONY: demo test test-slow lint bench thumbnails clean

demo: .venv/demo-ready ## run the demos on the models that ship, and make a gallery page of what they show
	$(BIN)/scorefield demos --out gallery

test: .venv/test-ready ## the fast tests
	$(ALONE) $(BIN)/python -m pytest

test-slow: .venv/test-ready ## all tests
	$(ALONE) $(BIN)/python -m pytest -m ""

lint: .venv/test-ready ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	mkdir -p .venv/types && ln -sfn ../.. .venv/types/scorefield
	cd .venv/types && ../bin/mypy --config-file ../../pyproject.toml $(ROOMS:%=-p scorefield.%) -m scorefield.demos -m scorefield.comfyui

bench: .venv/test-ready ## what the loop and the executor cost, as ratios measured in one run
	$(BIN)/python benchmarks/loop.py
	$(BIN)/python benchmarks/executor.py

thumbnails: .venv/demo-ready ## redraw the picture beside every saved workflow from its real output
	$(BIN)/scorefield demos --all --out gallery --thumbnails workflows

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo-ready: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/test-ready: .venv/demo-ready
	$(PIP) -e '.[test]'
	touch $@

clean:
	rm -rf .venv gallery output
