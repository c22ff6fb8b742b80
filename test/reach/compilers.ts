// The types that are published, with every TypeScript since 5.4, every resolution, and every platform's own types.
import * as assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "../checks/check.ts";
import type { Stage } from "./stage.ts";
import { run, tools, write } from "./support/ground.ts";
import { entries, program, project, type Registry } from "./support/registry.ts";

const use = readFileSync(new URL("types/use.ts", import.meta.url), "utf8");

export const versions = ["5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "6.0", "7.0"];

const resolutions = {
  bundler: { module: "esnext", moduleResolution: "bundler" },
  node16: { module: "node16", moduleResolution: "node16" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
};

interface Platform {
  compilerOptions: object;
  /** The first TypeScript that reads the platform's own types, where that is not the first of all. */
  since?: string;
  /** It has no DOM, which the types of `aiodag/view` are about. */
  domless?: boolean;
  /** A type of the platform's that a handle has to fit. */
  fits: string;
}

const platforms: Record<string, Platform> = {
  "the DOM": { compilerOptions: { lib: ["es2022", "dom"], types: [] }, fits: "export const click: EventListener = () => { void main(); };" },
  "a worker": { compilerOptions: { lib: ["es2022", "webworker"], types: [] }, domless: true, fits: "export const wait = (event: ExtendableEvent): void => event.waitUntil(main());" },
  "Node": { compilerOptions: { lib: ["es2022"], types: ["node"] }, since: "5.6", domless: true, fits: "import { AsyncLocalStorage } from 'node:async_hooks'; export const storage = new AsyncLocalStorage<Promise<string>>(); storage.run(main(), main);" },
  "Bun": { compilerOptions: { lib: ["esnext"], types: ["bun-types"] }, since: "5.6", domless: true, fits: "export const bytes = (): number => Bun.nanoseconds();" },
  "Deno": { compilerOptions: { lib: ["esnext", "dom"], types: ["@types/deno"] }, since: "5.9", fits: "export const stop = (): void => Deno.exit(0);" },
};

/** Every entry is imported by name, so that one without types fails. */
const everyEntry = ({ domless = false }: Partial<Platform>): string =>
  entries
    .filter(({ key }) => !domless || key !== "./view")
    .map(({ name }, i) => `import * as entry${i} from "${name}"; export type Entry${i} = keyof typeof entry${i};`)
    .join("\n");

const programOf = (platform: Platform): string => `${use}\n${everyEntry(platform)}\n${platform.fits}\n`;

interface Compilation {
  version: string;
  resolution: keyof typeof resolutions;
  platform: string;
}

/** Every compiler with every resolution for the DOM, and every platform with nodenext. */
const compilations: Compilation[] = versions.flatMap((version) => [
  ...Object.keys(resolutions).map((resolution) => ({ version, resolution: resolution as keyof typeof resolutions, platform: "the DOM" })),
  ...Object.entries(platforms)
    .filter(([platform, { since = "5.4" }]) => platform !== "the DOM" && since <= version)
    .map(([platform]) => ({ version, resolution: "nodenext" as const, platform })),
]);

const tsconfig = ({ resolution, platform }: Compilation): string =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      ...resolutions[resolution],
      ...platforms[platform]!.compilerOptions,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      // The declarations are the same for every resolution, and checking the DOM's takes longest.
      skipLibCheck: resolution !== "nodenext",
      noEmit: true,
    },
    files: [`${fileOf(platform)}.ts`],
  });

/** One project, with a main file and a configuration for each compilation. */
let shared: Promise<string> | undefined;

async function prepare(registry: Registry): Promise<string> {
  const files = Object.entries(platforms).map(([name, platform]) => [`${fileOf(name)}.ts`, programOf(platform)]);
  const place = await project(registry, Object.fromEntries(files) as Record<string, string>);
  for (const name of ["@types", "bun-types", "undici-types"]) symlinkSync(join(tools, name), join(place, "node_modules", name));
  return place;
}

const fileOf = (platform: string): string => platform.replace(" ", "-");

/** What a compiler finds wrong with the program and with the library's declarations; those of others are not ours to mend. */
async function complaints(place: string, version: string, config: string): Promise<string[]> {
  const tsc = [join(tools, `ts${version}/bin/tsc`), "-p", config, "--pretty", "false"];
  const said = await run(process.execPath, tsc, { cwd: place }).catch((error: unknown) => (error as Error).message);
  const all = said.trim().split("\n").filter((line) => / error TS\d+: |^error /.test(line));
  assert.ok(said === "" || all.length > 0, said);
  return all.filter((line) => !/^[^(]*node_modules\/(?!aiodag\/)[^(]*\(/.test(line));
}

async function compile(registry: Registry, compilation: Compilation): Promise<void> {
  const { version, platform, resolution } = compilation;
  const place = await (shared ??= prepare(registry));
  const config = `tsconfig.${version}.${resolution}.${fileOf(platform)}.json`;
  write(place, { [config]: tsconfig(compilation) });
  assert.deepEqual(await complaints(place, version, config), []);
}

export const compilers: Stage = {
  id: "types",
  jobs: (registry) => [
    ...versions.map((version) => ({
      group: "TypeScript projects",
      part: version,
      async run() {
        const outcomes = [];
        for (const compilation of compilations.filter((one) => one.version === version)) {
          outcomes.push(
            await test(`TypeScript ${version}, ${compilation.resolution}, with the types of ${compilation.platform}`, () => compile(registry, compilation)),
          );
        }
        return { outcomes };
      },
    })),
    {
      group: "TypeScript projects",
      part: "Deno and CommonJS",
      async run() {
        return {
          outcomes: [
            await test("deno check, with Deno's own compiler and types", async () => {
              const place = await project(registry, { "main.ts": programOf(platforms["Deno"]!) });
              await run(program("deno"), ["check", "main.ts"], { cwd: place, env: registry.env });
            }),
            await test("a CommonJS file may import it with nodenext, and require() is typed", async () => {
              const place = await project(registry, {
                "tsconfig.json": tsconfig({ version: "5.9", resolution: "nodenext", platform: "Node" }).replace("Node.ts", "main.cts"),
                "main.cts": `import { task } from "aiodag";\nimport lib = require("aiodag");\nexport const n: Promise<number> = task(() => 1)();\nexport const m: Promise<number> = lib.task(() => 1)();\n`,
              });
              for (const name of ["@types", "undici-types"]) symlinkSync(join(tools, name), join(place, "node_modules", name));
              await run(process.execPath, [join(tools, "ts5.9/bin/tsc"), "-p", "tsconfig.json"], { cwd: place });
            }),
            await test("a wrong use is an error, in a project as well", async () => {
              const place = await project(registry, {
                "tsconfig.json": tsconfig({ version: "5.9", resolution: "bundler", platform: "the DOM" }),
                "the-DOM.ts": `import { task } from "aiodag";\nexport const n: Promise<string> = task(() => 1)();\n`,
              });
              const said = await run(process.execPath, [join(tools, "ts5.9/bin/tsc"), "-p", "tsconfig.json"], { cwd: place, fails: true });
              assert.match(said, /TS2322/);
            }),
          ],
        };
      },
    },
  ],
};
