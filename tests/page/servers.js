// What the page is served by: a real ComfyUI, one that runs (COMFYUI_URL) or whose tree is given (COMFYUI_TREE), else
// the stand-in.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, "..", "..");
const PAGES = process.env.COMFYUI_PAGES ?? join(ROOT, ".venv", "page");
const PYTHON = process.env.PYTHON ?? join(ROOT, ".venv", "bin", "python");
const RUNNING = process.env.COMFYUI_URL; // with this pack in it
const TREE = process.env.COMFYUI_TREE;
const TREE_PYTHON = process.env.COMFYUI_PYTHON ?? "python3"; // one that has what the tree needs
const ASK_VERSION = "import importlib.metadata as m; print(m.version('comfyui-frontend-package'))";
const PATIENCE = 300_000; // milliseconds in which a server must answer, on a machine that has other work too

/** Whether a real ComfyUI serves the page. */
export const isReal = Boolean(RUNNING || TREE);

/** The versions of the page that are there to be tried, the oldest first; of a real tree, the one it brings. */
export function versions() {
  if (RUNNING) return ["of the running server"];
  if (TREE) return [execFileSync(TREE_PYTHON, ["-c", ASK_VERSION], { encoding: "utf8" }).trim()];
  const number = (name) => Number(name.split(".")[1]);
  return readdirSync(PAGES).sort((a, b) => number(a) - number(b));
}

/** Serve a version: `{url, stop()}`. */
export async function serve(version) {
  if (RUNNING) return { url: RUNNING, stop() {} };
  return TREE ? serveTree(TREE) : serveStandIn(version);
}

async function serveStandIn(version) {
  const page = join(PAGES, version, "comfyui_frontend_package", "static");
  const child = spawn(PYTHON, [join(HERE, "stand_in.py"), "--page", page], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((found, failed) => {
    createInterface({ input: child.stdout }).once("line", found);
    child.once("exit", (code) => failed(new Error(`the stand-in ended with ${code}`)));
  });
  return { url, stop: () => ended(child) };
}

async function serveTree(tree) {
  const home = mkdtempSync(join(tmpdir(), "scorefield-tree-"));
  for (const name of ["packs", "output", "input", "user"]) mkdirSync(join(home, name));
  symlinkSync(ROOT, join(home, "packs", "scorefield"));
  writeFileSync(join(home, "packs.yaml"), `packs:\n  custom_nodes: ${home}/packs\n`);
  const port = await freePort();
  const folders = ["output", "input", "user"].flatMap((name) => [`--${name}-directory`, join(home, name)]);
  const child = spawn(
    TREE_PYTHON,
    ["main.py", "--cpu", "--listen", "127.0.0.1", "--port", String(port), "--temp-directory", home,
      "--extra-model-paths-config", join(home, "packs.yaml"), "--database-url", `sqlite:///${home}/db`, ...folders],
    { cwd: tree, stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = () => ended(child).then(() => rmSync(home, { recursive: true, force: true }));
  try {
    await answering(`${url}/object_info`, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function answering(address, child) {
  for (const start = Date.now(); Date.now() - start < PATIENCE; await new Promise((go) => setTimeout(go, 250))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (await fetch(address).then((answer) => answer.ok, () => false)) return;
  }
  throw new Error(`no answer from ${address}`);
}

function freePort() {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

function ended(child) {
  return new Promise((done) => {
    child.removeAllListeners("exit");
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once("exit", done);
    child.kill("SIGINT");
  });
}
