// The package in bundles: what a program uses is in, what it does not use is out.
import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { test } from "../checks/check.ts";
import { launch } from "../runner/chromium.ts";
import type { Stage } from "./stage.ts";
import { serveFolder } from "./support/pages.ts";
import { run, tools } from "./support/ground.ts";
import { entries, program, project, type Entry, type Registry } from "./support/registry.ts";

/** Bytes, minified and compressed with brotli, that a program may have that uses nothing but `task`. */
const taskBudget = 4000;

const text = (registry: Registry, path: string): string => readFileSync(join(registry.unpacked, path), "utf8");

/** Strings that are in an entry's code and not in the core's, and that no minifier takes apart. */
function marks(registry: Registry, entry: Entry): string[] {
  const core = text(registry, entries.find(({ key }) => key === ".")!.default);
  const code = text(registry, entry.default.replace(/\.js$/, ".min.js"));
  const strings = [...code.matchAll(/(["'`])([\w ,:;-]{6,})\1/g)].map(([, , string]) => string!);
  return [...new Set(strings)].filter((string) => !core.includes(string)).sort((a, b) => b.length - a.length).slice(0, 10);
}

const only = {
  "main.js": `import { task } from "aiodag";\nconst add = task((a, b) => a + b);\nadd(add(1, 2), 3).then((sum) => { document.title = "sum " + sum; });\n`,
};

const everything = {
  "main.js": `${entries.map(({ name }, i) => `import * as entry${i} from "${name}";`).join("\n")}
document.title = JSON.stringify([${entries.map((_, i) => `Object.keys(entry${i}).length`).join(", ")}]);\n`,
};

const page = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>`;

interface Bundler {
  id: string;
  /** Bundles main.js of a folder for production; gives back the folder of what was made, with an index.html. */
  bundle(place: string): Promise<string>;
}

const bundlers: Bundler[] = [
  {
    id: "Vite",
    async bundle(place) {
      await run(program("node24"), [join(tools, "vite/bin/vite.js"), "build", "--logLevel", "warn"], { cwd: place });
      return join(place, "dist");
    },
  },
  {
    id: "esbuild",
    async bundle(place) {
      const dist = join(place, "dist");
      await esbuild({ absWorkingDir: place, entryPoints: ["main.js", "index.html"], loader: { ".html": "copy" }, bundle: true, minify: true, format: "esm", outdir: dist, logLevel: "silent" });
      return dist;
    },
  },
  {
    id: "webpack",
    async bundle(place) {
      await run(program("node24"), ["webpack.mjs"], { cwd: place });
      return join(place, "dist");
    },
  },
];

const webpackProgram = `
import { createRequire } from "node:module";
import { copyFileSync } from "node:fs";
const webpack = createRequire(${JSON.stringify(tools)})("webpack");
webpack({ mode: "production", context: import.meta.dirname, entry: "./main.js", output: { path: import.meta.dirname + "/dist", filename: "main.js" }, performance: false }, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) {
    console.error(error ?? stats.toString());
    process.exit(1);
  }
  copyFileSync("index.html", "dist/index.html");
});
`;

/** Its polyfill for old browsers is no part of the program. */
const viteConfiguration = "export default { build: { modulePreload: { polyfill: false } } };";

/** All JavaScript in a folder. */
function scripts(dist: string): string {
  return readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(join(dist, name), "utf8"))
    .join("\n");
}

/** What the page's title becomes. */
async function titleOf(dist: string): Promise<string> {
  const server = await serveFolder(dist);
  const browser = await launch();
  try {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(`${server.origin}/index.html`);
    await tab.waitForFunction(() => document.title !== "", undefined, { timeout: 10_000 }).catch(() => {});
    assert.deepEqual(errors, []);
    return await tab.title();
  } finally {
    await browser.close();
    await server.close();
  }
}

export const bundles: Stage = {
  id: "bundles",
  jobs: (registry) =>
    bundlers.map(({ id, bundle }) => ({
      group: "Bundles",
      part: id,
      id: id.toLowerCase(),
      async run() {
        const place = (files: Record<string, string>): Promise<string> =>
          project(registry, { ...files, "index.html": page, "webpack.mjs": webpackProgram, "vite.config.mjs": viteConfiguration });
        let small = "";
        let bytes = 0;
        const outcomes = [
          await test("a program that uses only `task` runs", async () => {
            const dist = await bundle(await place(only));
            small = scripts(dist);
            bytes = brotliCompressSync(small).length;
            assert.equal(await titleOf(dist), "sum 6");
          }),
          await test("it carries nothing of the other entries", () => {
            assert.ok(small);
            const others = entries.filter(({ key }) => key !== ".");
            for (const entry of others) {
              const found = marks(registry, entry);
              assert.ok(found.length > 0, `${entry.name} has no string to search for`);
              assert.deepEqual(found.filter((string) => small.includes(string)), [], entry.name);
            }
          }),
          await test(`it has at most ${taskBudget} bytes, compressed`, () => {
            assert.ok(bytes > 1000 && bytes <= taskBudget, `${bytes} bytes`);
          }),
          await test("a program that uses every entry runs", async () => {
            const dist = await bundle(await place(everything));
            const all = scripts(dist);
            for (const entry of entries.filter(({ key }) => key !== ".")) {
              assert.ok(marks(registry, entry).some((string) => all.includes(string)), `The bundle has nothing of ${entry.name}`);
            }
            const counts = [];
            for (const entry of entries) counts.push(Object.keys((await import(join(registry.unpacked, entry.default))) as object).length);
            assert.equal(await titleOf(dist), JSON.stringify(counts));
          }),
        ];
        return { outcomes, note: `only \`task\`: ${bytes} of ${taskBudget} bytes` };
      },
    })),
};
