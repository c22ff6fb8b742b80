import * as assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import entries from "../../scripts/entries.mjs";
import { extract, type Block } from "../docs/extract.ts";
import { runInProcess } from "../runner/child.ts";
import { launch } from "../runner/chromium.ts";
import { programs, root } from "../runner/runtimes.ts";
import { script, test, type Check } from "./check.ts";

const out = `${root}test/docs/out/`;

/** Everything that may hold an example. */
function documents(): string[] {
  const inFolder = (folder: string, ending: string): string[] =>
    readdirSync(root + folder, { encoding: "utf8", recursive: true })
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  return ["README.md", ...inFolder("docs", ".md"), ...entries.map(({ file }) => `${file}.ts`), ...inFolder("src", ".ts")];
}

const modules = (blocks: Block[]): Block[] => blocks.filter(({ language }) => language === "ts" || language === "js");

/** Whether an example has to print what it says: not yet in the doc comments of other entries. */
const isExact = (place: string): boolean => /^[\w./-]+\.md:|^mod\.ts:|^src\/[\w-]+\.ts:/.test(place);

/** `console.log(…); // what it prints`, at the end of a line. */
const printed = /^ *console\.log\(.*\); *\/\/ (.+)$/gm;

/** A spec with one test for each block, which imports it. */
function writeSpec(blocks: Block[]): string {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const tests = blocks.map(({ place, language, code }) => {
    const name = `${place.replaceAll(/[^\w]+/g, "-")}.${language}`;
    writeFileSync(out + name, /^\s*(import|export)\b/m.test(code) ? code : `${code}\nexport {};\n`);
    const expected = isExact(place) ? Array.from(code.matchAll(printed), ([, text]) => text) : [];
    return `blocks(${JSON.stringify(place)}, () => run(() => import(${JSON.stringify(`./${name}`)}), ${JSON.stringify(expected)}));`;
  });
  const lines = [
    `import { suite } from "uvu";`,
    `import { run } from "../globals.ts";`,
    `const blocks = suite("documents");`,
    ...tests,
    "blocks.run();",
    "",
  ];
  // A file that the documents' compiler leaves alone: it checks the blocks, not what runs them.
  writeFileSync(`${out}documents.mjs`, lines.join("\n"));
  return "test/docs/out/documents.mjs";
}

const scripts = (JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { scripts: Record<string, string> }).scripts;

/** A light look at commands: npm scripts exist, and what is installed is this package. */
function checkCommands({ code }: Block): void {
  for (const line of code.split("\n").map((text) => text.replace(/(^|\s)#.*/, "").trim()).filter(Boolean)) {
    const [, name] = /^npm (?:run )?(start|test|(?<=run )\S+)/.exec(line) ?? [];
    if (name) assert.ok(scripts[name], `package.json has no script ${name}: ${line}`);
    else if (/^(npm i|npm install|bun add|deno add)\b/.test(line)) assert.match(line, /\baiodag\b/);
    else assert.match(line, /^(git|cd|node|npx|bun|deno)\b/, `unknown command: ${line}`);
  }
}

/** Loads a page in Chromium; what it loads from a CDN comes from dist. */
async function checkPage({ code }: Block): Promise<void> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    let loaded = 0;
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.route("**/*", (route) => {
      const url = new URL(route.request().url());
      if (url.hostname === "page.test") return route.fulfill({ body: code, contentType: "text/html" });
      const file = /\/aiodag(?:@[^/]+)?\/(dist\/[\w.]+\.js)$/.exec(url.pathname)?.[1];
      if (!file) return route.abort();
      loaded++;
      return route.fulfill({
        body: readFileSync(root + file),
        contentType: "text/javascript",
        headers: { "access-control-allow-origin": "*" },
      });
    });
    await page.goto("http://page.test/", { waitUntil: "networkidle" });
    assert.deepEqual(errors, []);
    assert.ok(loaded > 0, "The page loads no file of dist");
  } finally {
    await browser.close();
  }
}

/** Languages of blocks that are not run here: other people's programs, and what programs print. */
const shown = ["mermaid", "python", "text"];

const others: Record<string, (block: Block) => unknown> = {
  html: checkPage,
  json: ({ code }) => JSON.parse(code) as unknown,
  sh: checkCommands,
};

/** Every code block in the documents and in doc comments. */
export const docs: Check = {
  id: "docs",
  async run() {
    const blocks = documents().flatMap(extract).filter(({ language }) => !shown.includes(language));
    const spec = writeSpec(modules(blocks));
    const outcomes = [await test("the examples' types", () => script("typescript/bin/tsc", ["-p", "test/docs", "--pretty", "false"]))];
    outcomes.push(...(await runInProcess(programs.find(({ id }) => id === "node22")!, { subject: "dist", files: [spec] })));
    for (const block of blocks.filter((block) => !modules([block]).length)) {
      const run = others[block.language];
      outcomes.push(
        await test(block.place, () => {
          assert.ok(run, `Nothing runs a code block in the language "${block.language}"`);
          return run(block);
        }),
      );
    }
    return { outcomes };
  },
};
