// Starts the worker in a runtime and brings back what it measured.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build, transform } from "esbuild";
import { rollup } from "rollup";
import { launch } from "../test/runner/chromium.ts";
import { locate, programs, title } from "../test/runner/runtimes.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "aiodag-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export const runtimes = [...programs.map(({ id }) => id), "chromium"];

/** The worker, in one bundle for all runtimes; each peer is a chunk of its own, loaded by those who measure it. */
async function bundle() {
  await build({
    entryPoints: [join(here, "worker.js"), join(here, "process.js")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    target: "esnext",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["es2015"],
    external: ["async_hooks"],
    // Otherwise bluebird takes a long stack trace of every promise.
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
}

let bundled;

/** What the worker consists of, peers and all. */
export async function fingerprint() {
  await (bundled ??= bundle());
  return readdirSync(folder).filter((name) => name.endsWith(".mjs")).map((name) => readFileSync(join(folder, name))).join();
}

const stripTypes = {
  name: "strip-types",
  async transform(source, id) {
    if (!id.endsWith(".ts")) return null;
    const { code } = await transform(source, { loader: "ts", target: "esnext" });
    return { code };
  },
};

/** Copies a library file together with what it imports, as one file; it may be TypeScript. */
export async function library(input) {
  const file = join(mkdtempSync(join(folder, "lib-")), "mod.mjs");
  // Not esbuild's bundler: it makes a `var` of every `const`, which the engines optimise differently.
  const { write, close } = await rollup({ input: resolve(input), plugins: [stripTypes], logLevel: "silent" });
  await write({ file, format: "es" });
  await close();
  return file;
}

/** The same with aiodag/trace, from what lies beside the library: undefined where that has not been built. */
export async function tracedLibrary(input) {
  const trace = join(dirname(resolve(input)), "trace.js");
  if (!existsSync(trace)) return undefined;
  const entry = join(mkdtempSync(join(folder, "traced-")), "entry.mjs");
  writeFileSync(entry, `export * from ${JSON.stringify(resolve(input))};\nexport { trace } from ${JSON.stringify(trace)};\n`);
  return await library(entry);
}

const minutes = 60_000;

/**
 * @param {string} id one of `runtimes`
 * @param {object} plan see measure.js; `lib` and `traced` are paths
 */
export async function runIn(id, plan) {
  await (bundled ??= bundle());
  return id === "chromium" ? await runInPage(plan) : await runInProcess(id, plan);
}

const flags = {
  node: ["--expose-gc", "--max-old-space-size=12000"],
  deno: ["run", "-A", "--no-lock", "--v8-flags=--expose-gc,--max-old-space-size=12000"],
  bun: [],
};

async function runInProcess(id, plan) {
  const program = programs.find((program) => program.id === id);
  const [lib, traced] = [plan.lib, plan.traced].map((path) => path && pathToFileURL(path).href);
  const args = [...flags[program.kind], join(folder, "process.mjs"), JSON.stringify({ ...plan, lib, traced })];
  const { stdout } = await promisify(execFile)(locate(program), args, { maxBuffer: 2 ** 28, timeout: 20 * minutes });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

async function runInPage(plan) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20 * minutes);
    const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    await page.route("**/*", async (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      if (!name) return await route.fulfill({ contentType: "text/html", headers, body: "<!doctype html>" });
      const body = await readFile({ "lib.mjs": plan.lib, "traced.mjs": plan.traced }[name] ?? join(folder, name));
      await route.fulfill({ contentType: "text/javascript", headers, body });
    });
    await page.goto("http://localhost/");
    return await page.evaluate(
      async (plan) => {
        if (!crossOriginIsolated) throw new Error("Cannot measure: the clock of a page that is not isolated is coarse");
        const { carryOut } = await import(new URL("/worker.mjs", location.href).href);
        return await carryOut(plan);
      },
      { ...plan, lib: "http://localhost/lib.mjs", traced: plan.traced && "http://localhost/traced.mjs" },
    );
  } finally {
    await browser.close();
  }
}

/** A runtime's name and version, as `Node 20.16.0`. */
export async function nameOf(id) {
  if (id !== "chromium") return title(programs.find((program) => program.id === id));
  const browser = await launch();
  const name = `Chromium ${browser.version()}`;
  await browser.close();
  return name;
}
