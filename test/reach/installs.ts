// The package as each package manager installs it, in an empty folder, from a registry that has nothing else.
import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "../checks/check.ts";
import { programs, title } from "../runner/runtimes.ts";
import type { Stage } from "./stage.ts";
import { folder, run } from "./support/ground.ts";
import { entries, metadata, npm, program, type Registry } from "./support/registry.ts";

const source = (name: string): string => readFileSync(new URL(`programs/${name}`, import.meta.url), "utf8");

const programFiles = { "smoke.mjs": source("smoke.mjs"), "require.cjs": source("require.cjs") };

const names = entries.map(({ name }) => name);

/** The packages in a folder's node_modules. */
function installed(place: string): string[] {
  return readdirSync(join(place, "node_modules")).filter((name) => !name.startsWith("."));
}

const last = (text: string): unknown => JSON.parse(text.trim().split("\n").at(-1)!) as unknown;

interface Smoke {
  exported: Record<string, string[]>;
}

function checkSmoke(registry: Registry, printed: string): Promise<void> {
  const { exported, ...used } = last(printed) as Smoke;
  assert.deepEqual(used, { sum: 6, joined: { a: 1, b: 2 }, reason: "enough" });
  return checkExports(registry, exported);
}

/** Every entry gives what is in its file, and the core four names. */
async function checkExports(registry: Registry, exported: Record<string, string[]>): Promise<void> {
  assert.deepEqual(exported["aiodag"], ["Task", "abortSignal", "all", "task"]);
  for (const entry of entries) {
    const module = (await import(join(registry.unpacked, entry.default))) as object;
    assert.deepEqual(exported[entry.name], Object.keys(module).sort(), entry.name);
  }
}

interface Manager {
  id: string;
  /** Whether `require` of an ES module is there. */
  requires: boolean;
  add(place: string, registry: Registry): Promise<string>;
  run(place: string, file: string, args: string[]): Promise<string>;
  lock: string;
}

const node = (version: number, requires: boolean): Manager => {
  const binary = program(`node${version}`);
  return {
    id: `node${version}`,
    requires,
    add: (place) => run(binary, [npm, "i", metadata.name], { cwd: place }),
    run: (place, file, args) => run(binary, [file, ...args], { cwd: place }),
    lock: "package-lock.json",
  };
};

const managers: Manager[] = [
  node(20, false),
  node(22, true),
  node(24, true),
  node(26, true),
  {
    id: "deno",
    requires: true,
    // Deno leaves alone what was published within the last day, unless told otherwise.
    add: (place, { env }) => run(program("deno"), ["add", "--minimum-dependency-age=0", `npm:${metadata.name}`], { cwd: place, env }),
    // No permission is given, but to read: `require` looks for files.
    run: (place, file, args) => run(program("deno"), ["run", ...(file.endsWith("cjs") ? ["--allow-read"] : []), "--cached-only", file, ...args], { cwd: place }),
    lock: "deno.lock",
  },
  {
    id: "bun",
    requires: true,
    add: (place, { env }) => run(program("bun"), ["add", metadata.name], { cwd: place, env }),
    run: (place, file, args) => run(program("bun"), [file, ...args], { cwd: place }),
    lock: "bun.lock",
  },
];

/** The packages that a lock file names, whichever manager wrote it. */
function locked(place: string, lock: string): string[] {
  // bun.lock has commas before closing brackets.
  const text = readFileSync(join(place, lock), "utf8").replaceAll(/,(\s*[}\]])/g, "$1");
  const { packages, npm: inDeno } = JSON.parse(text) as { packages?: object; npm?: object };
  return Object.keys(packages ?? inDeno ?? {})
    .filter(Boolean)
    .map((name) => name.replace(/^node_modules\//, "").replace(/(?<=.)@.*/, ""));
}

export const installs: Stage = {
  id: "installs",
  jobs: (registry) =>
    managers.map((manager) => ({
      group: "Installed from a registry",
      part: title(programs.find(({ id }) => id === manager.id)!),
      id: manager.id,
      async run() {
        const place = folder({ ...registry.settings });
        const outcomes = [
          await test("is added in an empty folder, and nothing else is", async () => {
            await manager.add(place, registry);
            assert.deepEqual(locked(place, manager.lock), [metadata.name]);
            if (existsSync(join(place, "node_modules"))) assert.deepEqual(installed(place), [metadata.name]);
          }),
        ];
        for (const [path, text] of Object.entries(programFiles)) {
          const { writeFileSync } = await import("node:fs");
          writeFileSync(join(place, path), text);
        }
        outcomes.push(
          await test("every entry is imported", async () => checkSmoke(registry, await manager.run(place, "smoke.mjs", names))),
          await test(manager.requires ? "every entry is required" : "require() is refused, import() is the way", async () => {
            const { required, same, imported } = last(await manager.run(place, "require.cjs", names)) as {
              required: Record<string, string[]>;
              same: boolean | null;
              imported: number;
            };
            assert.equal(imported, 1);
            if (manager.requires) {
              assert.equal(same, true, "require and import give two copies");
              await checkExports(registry, required);
            } else {
              assert.deepEqual(required, Object.fromEntries(names.map((name) => [name, "ERR_REQUIRE_ESM"])));
            }
          }),
        );
        if (manager.id.startsWith("node")) {
          outcomes.push(
            await test("its files are those of the package", async () => {
              const place20 = join(place, "node_modules", metadata.name);
              const found = readdirSync(place20, { recursive: true, withFileTypes: true })
                .filter((entry) => entry.isFile())
                .map((entry) => join(entry.parentPath, entry.name).slice(place20.length + 1))
                .sort();
              assert.deepEqual(found, registry.files);
            }),
          );
        }
        return { outcomes };
      },
    })),
};
