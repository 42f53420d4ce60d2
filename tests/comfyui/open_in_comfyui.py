#!/usr/bin/env python3
"""Open workflows in the official ComfyUI page (headless Chromium), and say what is wrong with them there.

    open_in_comfyui.py URL WORKFLOW.json [WORKFLOW.json ...] --screenshots DIR [--run]

For each workflow (page format) this draws DIR/<name>.png and writes DIR/<name>.api.json, the page's own API
conversion; with --run also DIR/<name>.ran.png and the server's pictures in DIR/<name>/. It prints a JSON line
each, and exits 1 if anything is wrong. It needs playwright; the page can reach no host but URL's.
"""

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import playwright.sync_api as web  # type: ignore[import-not-found, unused-ignore]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DIALOGS = ":is([role=dialog], [role=alertdialog], .p-dialog):visible"
ALERTS = ":is([role=alert], [data-testid=error-overlay]):visible"
BOOTED = "() => window.app?.graph && window.LiteGraph && app.extensionManager?.workflow?.activeWorkflow"
CLEAR = {  # settings: no map over the graph, and its text drawn however small (older page, newer page)
    "Comfy.Minimap.Visible": False,
    "LiteGraph.Canvas.LowQualityRenderingZoomThreshold": 0,
    "LiteGraph.Canvas.MinFontSizeForLOD": 0,
}
LOAD = "graph => (app.extensionManager.toast?.removeAll?.(), app.loadGraphData(...graph))"
FIT = """() => {
    const {canvas} = app, room = canvas.canvas.getBoundingClientRect(), margin = 100, title = 40;
    const boxes = [...canvas.graph.nodes, ...(canvas.graph.groups ?? [])];
    const low = [0, 1].map(i => Math.min(...boxes.map(b => b.pos[i] - title * i)));
    const span = [0, 1].map(i => Math.max(...boxes.map(b => b.pos[i] + b.size[i])) - low[i]);
    const free = [room.width - 2 * margin, room.height - 2 * margin];
    const scale = canvas.ds.scale = Math.min(1, free[0] / span[0], free[1] / span[1]);
    [0, 1].forEach(i => canvas.ds.offset[i] = (margin + (free[i] - span[i] * scale) / 2) / scale - low[i]);
    canvas.setDirty(true, true);
}"""
COMPARE = """saved => {
    const root = app.rootGraph ?? app.graph, inner = saved.definitions?.subgraphs ?? [];
    const known = new Set([...Object.keys(LiteGraph.registered_node_types), ...inner.map(s => s.id)]);
    const missing = [], links_lost = [], widgets = [], text = value => JSON.stringify(value ?? null);
    const arrived = (graph, link) => {
        const [id, target] = Array.isArray(link) ? [link[0], link[3]] : [link.id, link.target_id];
        const live = graph?.links?.get(id), node = graph?.getNodeById(target);
        return live && (target < 0 || node?.inputs?.[live.target_slot]?.link === id);
    };
    for (const [json, graph] of [[saved, root], ...inner.map(s => [s, root.subgraphs?.get(s.id)])]) {
        for (const node of json.nodes ?? []) {
            const live = graph?.getNodeById(node.id), name = `${node.id} ${node.type}`;
            const [before, after] = [node, live?.serialize()].map(n => text(n?.widgets_values ?? []));
            if (!known.has(node.type) || !live) missing.push(name);
            else if (before !== after && !inner.some(s => s.id === node.type))
                widgets.push(`${name}: saved ${before}, the page has ${after}`);
        }
        links_lost.push(...(json.links ?? []).filter(link => !arrived(graph, link)).map(text));
    }
    return {missing, links_lost, widgets};
}"""


def add_settings(route: web.Route, settings: dict[str, Any]) -> None:
    """Let the page see these settings beside its own; the server's stay as they are."""
    if route.request.method == "GET":
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), **settings})
    else:
        route.continue_()


def note_error(message: web.ConsoleMessage, errors: list[str]) -> None:
    """Keep a console error unless it only says that another host is out of reach."""
    if message.type == "error" and "ERR_NAME_NOT_RESOLVED" not in message.text:
        errors.append(f"{message.text} ({message.location.get('url', '')})")


def open_page(playwright: web.Playwright, options: argparse.Namespace, errors: list[str]) -> web.Page:
    """A page in a fresh profile that can reach no other host; `errors` collects what goes wrong in it."""
    only = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(options.url).hostname}"
    browser = playwright.chromium.launch(executable_path=options.chromium, args=[*FLAGS, only])
    page = browser.new_page(viewport={"width": 1600, "height": 1000}, service_workers="block")
    settings = CLEAR | {key: json.loads(value) for key, value in (s.split("=", 1) for s in options.setting)}
    page.context.route("**/api/settings", lambda route: add_settings(route, settings))
    page.on("console", lambda message: note_error(message, errors))
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.goto(options.url)
    page.wait_for_function(BOOTED, timeout=120_000)
    dismiss_dialogs(page, patience=3)
    # While it boots, the page complains of itself (files that a new user lacks): keep the packs' errors.
    errors[:] = [error for error in errors if "/extensions/" in error or "preloadError" in error]
    return page


def dismiss_dialogs(page: web.Page, patience: float) -> list[str]:
    """Close the dialogs that open within `patience` seconds; the text of any that stay."""
    for _ in range(round(patience * 4)):
        page.wait_for_timeout(250)
        if page.locator(DIALOGS).count():
            page.keyboard.press("Escape")
    return list(page.locator(DIALOGS).all_inner_texts())


def load(page: web.Page, path: Path, folder: Path) -> dict[str, Any]:
    """Load a workflow, draw it, convert it; what got lost on the way, and what the page says to it."""
    workflow = json.loads(path.read_text(encoding="utf-8"))
    page.evaluate(LOAD, [workflow, True, True, path.stem])
    page.wait_for_timeout(500)
    report = page.evaluate(COMPARE, workflow)
    report["dialogs"] = dismiss_dialogs(page, patience=1)
    report["alerts"] = page.locator(ALERTS).all_inner_texts()
    page.evaluate(FIT)
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"{path.stem}.png")
    prompt = page.evaluate("async () => (await app.graphToPrompt()).output")
    (folder / f"{path.stem}.api.json").write_text(json.dumps(prompt, indent=1) + "\n", encoding="utf-8")
    return dict(report)


def run(page: web.Page, name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Queue the loaded graph as the page's own button does, wait, and fetch what came out."""
    with page.expect_response(re.compile("/prompt$"), timeout=60_000) as waiting:
        page.evaluate("() => { app.queuePrompt(0); }")
    answer = waiting.value.json()
    if "prompt_id" not in answer or answer.get("node_errors"):
        return {"status": "refused", "detail": answer}
    entry = wait_for(page, f"{options.url}/history/", answer["prompt_id"], options.timeout)
    values = [value for node in entry["outputs"].values() for values in node.values() for value in values]
    images = [value for value in values if isinstance(value, dict) and "filename" in value]
    files = [save(page, f"{options.url}/view", image, options.screenshots / name) for image in images]
    page.wait_for_timeout(1000)
    page.screenshot(path=options.screenshots / f"{name}.ran.png")
    outcome, event = entry["status"]["status_str"], entry["status"]["messages"][-1]
    detail = "" if outcome == "success" else event[1].get("exception_message", event[0])
    return {"status": outcome, "files": files, "detail": detail}


def wait_for(page: web.Page, history: str, prompt_id: str, patience: float) -> dict[str, Any]:
    """The history entry of a prompt, once it is there."""
    for _ in range(round(patience * 4)):
        page.wait_for_timeout(250)
        if entry := page.request.get(history + prompt_id).json().get(prompt_id):
            return dict(entry)
    raise TimeoutError(f"not done after {patience:g} seconds")


def save(page: web.Page, view: str, image: dict[str, Any], folder: Path) -> str:
    """Fetch one file that the server names; its path here."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(image["filename"]).name
    query = {key: image.get(key, "") for key in ("filename", "subfolder", "type")}
    path.write_bytes(page.request.get(view, params=query, fail_on_status_code=True).body())
    return str(path)


def check(page: web.Page, path: Path, options: argparse.Namespace, errors: list[str]) -> bool:
    """Print everything about one workflow as a line of JSON; whether anything is wrong."""
    start = time.monotonic()
    result: dict[str, Any] = {"workflow": str(path), "status": "loaded", "files": [], "detail": ""}
    try:
        result |= load(page, path, options.screenshots)
        if options.run:
            result |= run(page, path.stem, options)
    except (web.Error, OSError, ValueError) as error:
        result |= {"status": "failed", "detail": str(error)}
    page.wait_for_timeout(250)
    result |= {"errors": list(errors), "seconds": round(time.monotonic() - start, 2)}
    errors.clear()
    troubles = ("errors", "missing", "links_lost", "widgets", "dialogs", "alerts", "detail")
    print(json.dumps(result), flush=True)
    return any(result.get(key) for key in troubles)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url", type=lambda text: text.rstrip("/"), help="e.g. http://127.0.0.1:8188")
    parser.add_argument("workflows", type=Path, nargs="+", metavar="WORKFLOW.json")
    parser.add_argument("--screenshots", type=Path, required=True, metavar="DIR")
    parser.add_argument("--run", action="store_true", help="queue each workflow and fetch its pictures")
    parser.add_argument("--timeout", type=float, default=600, help="seconds that one run may take")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--setting", action="append", default=[], metavar="KEY=JSON", help="of the page")
    return parser.parse_args()


def main() -> int:
    """Check every workflow in one page; 1 if any is not fine."""
    options, errors = arguments(), list[str]()
    options.screenshots.mkdir(parents=True, exist_ok=True)
    with web.sync_playwright() as playwright:
        page = open_page(playwright, options, errors)
        return max(check(page, path, options, errors) for path in options.workflows)


if __name__ == "__main__":
    sys.exit(main())
