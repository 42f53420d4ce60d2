"""The official page of a running ComfyUI in headless Chromium, asked to convert workflows."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import playwright.sync_api as web  # type: ignore[import-not-found, unused-ignore]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BOOTED = "() => window.app?.graph && window.LiteGraph && app.extensionManager?.workflow?.activeWorkflow"
ASK = """async ([saved, name]) => {
    try {
        await app.loadGraphData(saved, true, true, name);
        const {output, workflow} = await app.graphToPrompt();
        return JSON.stringify({output, version: workflow.extra?.frontendVersion});
    } catch (error) {
        return JSON.stringify({error: String(error)});
    }
}"""


class Asked(NamedTuple):
    """What the page made of a workflow: the API format, or an error; and the page's own version."""

    output: dict[str, Any] | None
    error: str = ""
    version: str = ""


class OfficialPage:
    """The page of one server, opened afresh where a workflow has broken it."""

    def __init__(self, browser: web.Browser, url: str, object_info: Any = None) -> None:
        self._browser = browser
        self._url = url
        self._object_info = object_info
        self._page = self._open()

    def ask(self, name: str, saved: dict[str, Any]) -> Asked:
        """Load a saved page, and convert it as the page does when it is asked to run."""
        try:
            answer = json.loads(self._page.evaluate(ASK, [saved, name]))
        except web.Error as error:
            self.reopen()
            return Asked(None, str(error).splitlines()[0])
        return Asked(answer.get("output"), answer.get("error", ""), answer.get("version") or "")

    def reopen(self) -> None:
        """Open it afresh, so that nothing is left of the workflows before."""
        self._page.close()
        self._page = self._open()

    def _open(self) -> web.Page:
        page = self._browser.new_page(viewport={"width": 1600, "height": 1000}, service_workers="block")
        if self._object_info is not None:
            page.route("**/object_info", lambda route: route.fulfill(json=self._object_info))
        page.goto(self._url)
        page.wait_for_function(BOOTED, timeout=120_000)
        page.wait_for_timeout(2000)
        return page


@contextmanager
def official_page(url: str, chromium: str, object_info: Any = None) -> Iterator[OfficialPage]:
    """The page in a fresh profile that can reach no host but the server's.

    With an `object_info` it knows those nodes, and none of the server's.
    """
    only = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(url).hostname}"
    with web.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, only])
        yield OfficialPage(browser, url, object_info)
        browser.close()


def fetch(url: str) -> Any:
    """The JSON that a server gives."""
    with urlopen(quote(url, safe=":/?=&%"), timeout=60) as answer:
        return json.load(answer)


def templates(url: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names and pages of all workflow templates that the server offers."""
    for category in fetch(f"{url}/templates/index.json"):
        for template in category["templates"]:
            yield template["name"], fetch(f"{url}/templates/{template['name']}.json")


def pages_in(paths: list[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The saved pages in files, and in all the files of folders; what is no page is passed over."""
    for path in paths:
        for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
            try:
                saved = json.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(saved, dict) and isinstance(saved.get("nodes"), list):
                yield str(file), saved


def version_of(text: Any) -> tuple[int, ...]:
    """A version as numbers, to be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3]) if isinstance(text, str) else ()
