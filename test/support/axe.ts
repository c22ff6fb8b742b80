/** What keeps people from using a page, as axe-core finds it. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import * as assert from "uvu/assert";

interface Axe {
  run(options: object): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[]; failureSummary: string }[] }[] }>;
}

const source = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Fails with what axe-core finds. */
export async function checkAccessibility(page: Page): Promise<void> {
  // Evaluated by the debugger, it is not held up by the page's policy.
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("\n")}`);
  });
  assert.equal(found, []);
}
