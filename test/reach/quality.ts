// What tools that look at packages say of what was published.
import * as assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { test } from "../checks/check.ts";
import type { Outcome } from "../runner/results.ts";
import { root } from "../runner/runtimes.ts";
import type { Stage } from "./stage.ts";
import { run, tools } from "./support/ground.ts";
import { entries, metadata, npm, program, type Registry } from "./support/registry.ts";

const tool = (path: string, args: string[], cwd: string): Promise<string> => run(program("node24"), [join(tools, path), ...args], { cwd });

/** Bytes that a page loads for an entry, the core among them: minified, compressed with brotli. */
const budgets: Record<string, number> = { ".": 4000, "./trace": 18_000, "./draw": 32_000, "./view": 65_000 };

const minified = (registry: Registry, path: string): Buffer => readFileSync(join(registry.unpacked, path.replace(/\.js$/, ".min.js")));

/** Every file that an entry loads, itself first. */
function loaded(registry: Registry, path: string, seen: string[] = []): string[] {
  if (seen.includes(path)) return seen;
  seen.push(path);
  const code = minified(registry, path).toString();
  for (const [, from] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?"(\.\/[\w.-]+)\.min\.js"/g)) loaded(registry, `dist/${from!.slice(2)}.js`, seen);
  return seen;
}

/** The packages that source maps say are inside a built file. */
function inside(registry: Registry, path: string): string[] {
  const { sources } = JSON.parse(readFileSync(join(registry.unpacked, `${path}.map`), "utf8")) as { sources: string[] };
  const names = sources.map((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

const free = /^(0BSD|Apache-2\.0|BSD-[23]-Clause|EPL-2\.0|ISC|MIT)$/;

const hasName = (text: string, name: string): boolean => new RegExp(`^${name.replace("/", "\\/")} \\d+\\.\\d+\\.\\d+\\S* \\(`, "m").test(text);

async function lookAtPackage(registry: Registry): Promise<Outcome[]> {
  return [
    await test("publint has nothing to say", async () => {
      const said = await tool("publint/src/cli.js", ["run", registry.unpacked, "--strict"], registry.unpacked);
      assert.match(said, /All good!/);
    }),
    await test("are the types wrong? They are not", async () => {
      // Node 20.16 and others without require(esm) are told to import: that is what the rule is about.
      await tool("@arethetypeswrong/cli/dist/index.js", [registry.tarball, "--profile", "esm-only", "--no-emoji", "--no-color"], registry.unpacked);
    }),
    await test("JSR takes it: deno publish finds no slow type", async () => {
      const said = await run(program("deno"), ["publish", "--dry-run", "--allow-dirty", "--no-lock", "--set-version", metadata.version], { cwd: root, limit: 200 });
      assert.match(said, /Dry run complete|Success/);
    }),
    await test("knip finds nothing that is unused", () => tool("knip/bin/knip.js", ["--no-progress", "--config", "test/reach/knip.json"], root)),
    await test("the package has its files, and no other", () => {
      const built = entries.flatMap((entry) => {
        const base = entry.default.replace(/^\.\//, "").replace(/\.js$/, "");
        return [`${base}.d.ts`, `${base}.js`, `${base}.js.map`, `${base}.min.js`, `${base}.min.js.map`];
      });
      const others = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"].filter((name) => existsSync(root + name));
      assert.deepEqual(registry.files, [...built, ...others].sort());
    }),
    await test("installing it runs nothing and brings nothing", () => {
      assert.deepEqual(metadata.dependencies ?? {}, {});
      for (const name of ["preinstall", "install", "postinstall"]) assert.equal(metadata.scripts[name], undefined);
    }),
    await test("the tools' lock file names no address, and nothing that is not asked for", () => {
      const text = readFileSync(new URL("package-lock.json", import.meta.url), "utf8");
      assert.doesNotMatch(text, /"resolved": "http|"extraneous"/);
    }),
    await test("no file names a path of the machine that built it", () => {
      for (const name of registry.files) {
        const text = readFileSync(join(registry.unpacked, name), "utf8");
        assert.ok(!text.includes(root), name);
        assert.doesNotMatch(text, /"file:\/\/|\/home\/\w+\/|registry\.npmjs/, name);
      }
    }),
  ];
}

async function lookAtEntries(registry: Registry): Promise<{ outcomes: Outcome[]; note: string }> {
  const outcomes: Outcome[] = [];
  const notes: string[] = [];
  for (const entry of entries) {
    const files = loaded(registry, entry.default.replace(/^\.\//, ""));
    const bytes = files.reduce((sum, file) => sum + brotliCompressSync(minified(registry, file)).length, 0);
    notes.push(`${entry.name} ${bytes}`);
    outcomes.push(
      await test(`${entry.name} keeps to its budget`, () => {
        const budget = budgets[entry.key];
        assert.ok(budget, `test/reach/quality.ts has no budget for ${entry.key}`);
        assert.ok(bytes <= budget, `${bytes} bytes with all that it loads are over the budget of ${budget}`);
      }),
      await test(`${entry.name} has the licence of each package that is inside`, () => {
        for (const path of [entry.default, entry.default.replace(/\.js$/, ".min.js")]) {
          const text = readFileSync(join(registry.unpacked, path), "utf8");
          const names = inside(registry, path);
          for (const name of names) {
            assert.ok(hasName(text, name), `${path} contains ${name}, and not its licence`);
            const { license } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as { license: string };
            assert.match(license, free, name);
          }
          const claimed = [...text.matchAll(/^((?:@[\w-]+\/)?[\w.-]+) \d+\.\d+\.\d+\S* \(/gm)].map(([, name]) => name!);
          assert.deepEqual([...new Set(claimed)].sort(), names, `${path} names other packages than it contains`);
        }
      }),
    );
  }
  return { outcomes, note: notes.join(", ") };
}

interface Audit {
  message?: string;
  error?: { summary?: string };
  metadata?: { vulnerabilities: { high: number; critical: number } };
}

/** What npm audit knows of the project and its tools; some registries refuse the question, which is told and counts for nothing. */
async function audit(): Promise<{ outcomes: Outcome[]; note?: string }> {
  // With the settings of this machine, not those of the registry on loopback.
  const env = { HOME: process.env["HOME"], npm_config_loglevel: "silent" };
  const said = await run("sh", ["-c", `"${process.execPath}" "${npm}" audit --json || true`], { cwd: root, env });
  const answer = JSON.parse(said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1)) as Audit;
  if (!answer.metadata) {
    const [why = ""] = (answer.message ?? answer.error?.summary ?? said).split(/ - |\n/);
    return { outcomes: [], note: `npm audit was NOT done: this machine's registry refuses the question (${why})` };
  }
  const { high, critical } = answer.metadata.vulnerabilities;
  return { outcomes: [await test("npm audit knows of no grave weakness", () => assert.equal(high + critical, 0, said))] };
}

export const quality: Stage = {
  id: "quality",
  jobs: (registry) => [
    { group: "What tools say of the package", part: "package", run: async () => ({ outcomes: await lookAtPackage(registry) }) },
    { group: "What tools say of the package", part: "entries", run: () => lookAtEntries(registry) },
    { group: "What tools say of the package", part: "npm audit", id: "audit", run: audit },
  ],
};
