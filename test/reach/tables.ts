// The table of runtimes, in docs/runtimes.md and in the README: its versions are those that the tests ran in.
import * as assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "../checks/check.ts";
import { launch } from "../runner/chromium.ts";
import { programs, root, title } from "../runner/runtimes.ts";
import { engines } from "./engines.ts";
import type { Stage } from "./stage.ts";
import { versions as compilers } from "./compilers.ts";
import { metadata } from "./support/registry.ts";

interface Row {
  name: string;
  version: string;
  /** It comes from the system, whose version is not the project's to choose: any later one will do. */
  system?: boolean;
  special: string;
  command: string;
}

const versionOf = (id: string): string => title(programs.find((program) => program.id === id)!).split(" ")[1]!;

const major = (version: string): number => Number.parseInt(version, 10);

async function chromium(): Promise<string> {
  const browser = await launch();
  const version = browser.version();
  await browser.close();
  return version;
}

/** The version of an engine, without what its distribution appends. */
const engineVersion = (id: string): Promise<string> => engines.find((engine) => engine.id === id)!.version();

async function rows(): Promise<Row[]> {
  const inBrowser = await chromium();
  const node = [20, 22, 24, 26].map((version) => ({
    name: "Node",
    version: versionOf(`node${version}`),
    special: version === 20 ? "`import` only: `require` of an ES module came with 20.19 and 22.12" : "`require(\"aiodag\")` works too, and is the same copy",
    command: `npm test -- --only node${version}`,
  }));
  const reach = (id: string): string => `npm run test:reach -- --only ${id}`;
  return [
    ...node,
    { name: "Deno", version: versionOf("deno"), special: "needs no permission", command: "npm test -- --only deno" },
    { name: "Bun", version: versionOf("bun"), special: "`Bun.serve` and `bun:test` refuse handles: [remedies](HOSTS)", command: "npm test -- --only bun" },
    { name: "Chromium", version: inBrowser, system: true, special: "zone.js is followed where it is loaded before functions are wrapped", command: "npm test -- --only browser" },
    { name: "Firefox", version: await engineVersion("firefox"), system: true, special: "as in Chromium", command: reach("firefox") },
    { name: "WebKitGTK (Safari's engine)", version: await engineVersion("webkit"), system: true, special: "as in Chromium", command: reach("webkit") },
    { name: "Web Worker, as a module", version: `Chromium ${inBrowser}`, system: true, special: "as in a page", command: reach("worker") },
    { name: "Service Worker, as a module", version: `Chromium ${inBrowser}`, system: true, special: "`waitUntil` and `respondWith` take handles", command: reach("service") },
    {
      name: "Cloudflare Workers (workerd)",
      version: await engineVersion("workerd"),
      special: "each body keeps to the I/O of the request that called; what requests share while it is pending is `handle.then()`: [why](HOSTS). `waitUntil` takes handles from compatibility date 2024-04-01",
      command: `${reach("workerd")},workers`,
    },
    { name: "TypeScript", version: `${compilers[0]!} to ${compilers.at(-1)!}`, special: "`moduleResolution` `bundler`, `node16` or `nodenext`", command: reach("types") },
  ];
}

const short = (version: string): string => version.replace(/(\d+\.\d+)\.\d+\.\d+/, "$1").replace(/(?<=Chromium \d+)\.\S+$/, "");

const inReadme = (all: Row[], hosts: string): string => {
  const lines = all.map(({ name, version, special }) => `| ${name} | ${short(version)} | ${special.replace("HOSTS", hosts)} |`);
  return ["| runtime | version tried | what is special there |", "|---|---|---|", ...lines].join("\n");
};

const inDocument = (all: Row[]): string => {
  const lines = all.map(({ name, version, special, command }) => `| ${name} | ${short(version)} | ${special.replace("HOSTS", "hosts.md")} | \`${command}\` |`);
  const table = ["| runtime | version tried | what is special there | what shows it |", "|---|---|---|---|", ...lines].join("\n");
  return `# Runtimes

The same tests pass in all of these, on the files of the package, as they are and minified; in Node, Deno, Bun and
Chromium on the source as well.

${table}

The package is an ES module that names no runtime: what it uses beyond promises (async context, \`AbortController\`,
\`performance\`) is looked up, and left alone where it is missing. Of Node it wants \`${metadata.engines.node}\`. What hosts make of
handles is in [hosts.md](hosts.md).

\`npm run test:reach -- --only tables --write\` writes this page and the same table in the README, and the tests compare
both with what they ran in. Browsers come from the system: there a later version than the one above will do.
`;
};

const start = "<!-- runtimes: written by npm run test:reach -- --only tables --write -->";
const end = "<!-- end of runtimes -->";

/** A table as its rows, with the versions of a system's browsers aside. */
function compare(found: string, expected: string, all: Row[]): void {
  const system = all.filter((row) => row.system);
  let text = found;
  for (const { name, version } of system) {
    const [, cell = ""] = new RegExp(`^\\| ${name.replace(/[()]/g, "\\$&")} \\| ([^|]*) \\|`, "m").exec(found) ?? [];
    const tried = major(cell.replace(/^Chromium /, ""));
    assert.ok(tried > 0 && tried <= major(version.replace(/^Chromium /, "")), `${name}: "${cell}" is documented, ${version} was tried`);
    text = text.replace(`| ${name} | ${cell} |`, `| ${name} | ${short(version)} |`);
  }
  assert.equal(text, expected);
}

const read = (path: string): string => (existsSync(root + path) ? readFileSync(root + path, "utf8") : "");

function block(text: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  assert.ok(from >= 0 && to > from, `The README has no lines "${start}" and "${end}"`);
  return text.slice(from + start.length, to).trim();
}

export const tables: Stage = {
  id: "tables",
  jobs: () => [
    {
      group: "Tables of runtimes",
      part: "documents",
      async run() {
        const all = await rows();
        const readme = inReadme(all, "docs/hosts.md");
        if (process.argv.includes("--write")) {
          writeFileSync(`${root}docs/runtimes.md`, inDocument(all));
          const before = read("README.md");
          if (before.includes(start)) writeFileSync(`${root}README.md`, before.replace(block(before), () => readme));
        }
        return {
          outcomes: [
            await test("docs/runtimes.md names the versions that were tried", () => compare(read("docs/runtimes.md"), inDocument(all), all)),
            await test("the README has the same table", () => compare(block(read("README.md")), readme, all)),
          ],
        };
      },
    },
  ],
};
