// The package in pages, without a bundler: from a CDN on another origin, under a strict policy, twice in one page.
import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { test } from "../checks/check.ts";
import { launch } from "../runner/chromium.ts";
import type { Outcome } from "../runner/results.ts";
import type { Stage } from "./stage.ts";
import { listen, serveFolder } from "./support/pages.ts";
import { entries, metadata, type Registry } from "./support/registry.ts";

const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';

/** What a page says at its end. */
const say = "globalThis.said = ";

interface Given {
  html: string;
  headers?: Record<string, string>;
  /** The page's own scripts, by path. */
  scripts?: Record<string, string>;
}

/** Opens a page, and gives back what it says and all that went wrong. */
async function visitIn(browser: Browser, { html, headers = {}, scripts = {} }: Given): Promise<{ said: unknown; errors: string[] }> {
  const server = await listen((path) => {
    if (path === "/") return { body: head + html, headers: { "content-type": "text/html", ...headers } };
    const script = scripts[path];
    return script === undefined ? undefined : { body: script, headers: { "content-type": "text/javascript", ...headers } };
  });
  const page = await browser.newPage();
  try {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.goto(`${server.origin}/`);
    for (let round = 0; round < 1000 && errors.length === 0; round++) {
      if (await page.evaluate("globalThis.said !== undefined")) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { said: await page.evaluate("globalThis.said"), errors };
  } finally {
    await page.close();
    await server.close();
  }
}

const sum = (from: string): string => `import { task } from ${JSON.stringify(from)};
const add = task((a, b) => a + b);
${say}await add(add(1, 2), 3);`;

const integrity = (registry: Registry, path: string): string =>
  `sha384-${createHash("sha384").update(readFileSync(join(registry.unpacked, path))).digest("base64")}`;

async function testPages(registry: Registry): Promise<Outcome[]> {
  const prefix = `/npm/${metadata.name}@${metadata.version}/`;
  const cdn = await serveFolder(registry.unpacked, { "access-control-allow-origin": "*" }, prefix);
  const at = (path: string): string => cdn.origin + prefix + path.replace("./", "");
  const map = (extra: object = {}): string =>
    `<script type="importmap">${JSON.stringify({ imports: Object.fromEntries(entries.map((entry) => [entry.name, at(entry.default)])), ...extra })}</script>`;
  const core = entries.find(({ key }) => key === ".")!;
  const module = (code: string): string => `<script type="module">${code}</script>`;
  const good = (said: unknown): object => ({ said, errors: [] });

  const browser = await launch();
  const visit = (given: Given): ReturnType<typeof visitIn> => visitIn(browser, given);
  const outcomes: Outcome[] = [];
  const check = async (name: string, body: () => Promise<void>): Promise<void> => {
    outcomes.push(await test(name, body));
  };
  try {
    for (const entry of entries) {
      for (const path of [entry.default, entry.default.replace(/\.js$/, ".min.js")]) {
        await check(`the raw file ${path} is imported from another origin`, async () => {
          const names = Object.keys((await import(join(registry.unpacked, entry.default))) as object).sort();
          const html = module(`import * as entry from "${at(path)}";\n${say}Object.keys(entry).sort();`);
          assert.deepEqual(await visit({ html }), good(names));
        });
      }
    }
    await check("an import map gives every entry its name, and all share one engine", async () => {
      const load = entries.map(({ name }) => `await import("${name}");`).join("\n");
      assert.deepEqual(await visit({ html: map() + module(`${load}\n${sum("aiodag")}`) }), good(6));
    });
    await check("tasks are recorded by trace where both come from one place", async () => {
      const code = `import { task } from "aiodag";\nimport { trace } from "aiodag/trace";\nconst run = trace();\nawait task(function named() {})();\n${say}run.tasks.map(({ name }) => name);`;
      assert.deepEqual(await visit({ html: map() + module(code) }), good(["named"]));
    });
    await check("an integrity hash in an import map is met", async () => {
      const hashes = Object.fromEntries(entries.map((entry) => [at(entry.default), integrity(registry, entry.default)]));
      assert.deepEqual(await visit({ html: map({ integrity: hashes }) + module(sum("aiodag")) }), good(6));
    });
    await check("another file's integrity hash is refused", async () => {
      const { said, errors } = await visit({ html: map({ integrity: { [at(core.default)]: integrity(registry, "package.json") } }) + module(sum("aiodag")) });
      assert.equal(said, undefined);
      assert.match(errors.join(), /integrity/);
    });
    await check("a preloaded module with an integrity hash is the one that is imported", async () => {
      const link = `<link rel="modulepreload" href="${at(core.default)}" integrity="${integrity(registry, core.default)}" crossorigin>`;
      assert.deepEqual(await visit({ html: link + module(sum(at(core.default))) }), good(6));
    });
    const policy = `default-src 'none'; script-src 'self' ${cdn.origin}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
    await check("a policy without eval, inline scripts and inline styles lets every entry work", async () => {
      const load = entries.map((entry) => `await import("${at(entry.default)}");`).join("\n");
      const given = {
        html: '<script type="module" src="/main.js"></script>',
        headers: { "content-security-policy": policy },
        scripts: { "/main.js": `${load}\n${sum(at(core.default))}` },
      };
      assert.deepEqual(await visit(given), good(6));
    });
    await check("under that policy the element shows a run, and a run is drawn", async () => {
      const from = (key: string): string => at(entries.find((entry) => entry.key === key)!.default);
      const code = `
        import { task } from "${from(".")}";
        import { trace } from "${from("./trace")}";
        import { toHTML, toSVG } from "${from("./draw")}";
        import "${from("./view")}";
        const run = trace();
        const shown = document.querySelector("aiodag-view");
        await task(function named() {})();
        await run.idle();
        let text = "";
        for (let frame = 0; frame < 200 && !text.includes("named"); frame++) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          text = shown.shadowRoot.textContent;
        }
        const { display } = getComputedStyle(shown);
        ${say}[text.includes("named"), display, (await toSVG(run)).includes("named"), (await toHTML(run)).includes("named")];`;
      const given = {
        html: '<aiodag-view></aiodag-view><script type="module" src="/main.js"></script>',
        headers: { "content-security-policy": policy },
        scripts: { "/main.js": code },
      };
      assert.deepEqual(await visit(given), good([true, "block", true, true]));
    });
    await check("the policy is one that refuses: eval is an error there", async () => {
      const given = {
        html: '<script type="module" src="/main.js"></script>',
        headers: { "content-security-policy": "default-src 'none'; script-src 'self'; img-src data:" },
        scripts: { "/main.js": 'new Function("return 1")();' },
      };
      assert.match((await visit(given)).errors.join(), /Content Security Policy/);
    });
    await check("two copies in one page take each other's handles, failures and instanceof", async () => {
      const code = `
        import * as one from "${at(core.default)}";
        import * as two from "${at(core.default.replace(".js", ".min.js"))}";
        const value = one.task(() => 1)();
        const failed = one.task(() => { throw new Error("failed"); })();
        const stopped = one.task(() => new Promise(() => {}))();
        const sum = two.task((a, b) => a + b)(value, 2);
        const reason = two.task((_) => {})(failed).catch(({ message }) => message);
        const aborted = two.task((_) => {})(stopped).catch((reason) => reason);
        stopped.abort("stopped");
        ${say}[one.task === two.task, value instanceof one.Task, value instanceof Promise, await sum, await two.all([value, sum]), await reason, await aborted];`;
      assert.deepEqual(await visit({ html: module(code) }), good([false, true, true, 3, [1, 3], "failed", "stopped"]));
    });
    await check("of two copies in one page, trace records the one that it lies beside", async () => {
      const tracing = entries.find(({ key }) => key === "./trace")!;
      const code = `
        import * as one from "${at(core.default)}";
        import * as two from "${at(core.default.replace(".js", ".min.js"))}";
        import { trace } from "${at(tracing.default)}";
        const run = trace();
        await two.task(function foreign() {})(one.task(function own() {})());
        ${say}run.tasks.map(({ name }) => name);`;
      assert.deepEqual(await visit({ html: module(code) }), good(["own"]));
    });
  } finally {
    await browser.close();
    await cdn.close();
  }
  return outcomes;
}

export const pages: Stage = {
  id: "pages",
  jobs: (registry) => [{ group: "Pages", part: "CDN, policy, two copies", run: async () => ({ outcomes: await testPages(registry) }) }],
};
