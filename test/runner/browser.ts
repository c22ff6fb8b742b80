// Runs spec files in Chromium, each in a page of its own.
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { limits } from "./child.ts";
import { launch } from "./chromium.ts";
import { decode, type Plan } from "./protocol.ts";
import { judge, type Outcome, type Progress } from "./results.ts";
import { root } from "./runtimes.ts";
import { serve } from "./server.ts";

export async function runInBrowser(plan: Plan, limit = limits.file): Promise<Outcome[]> {
  const server = await serve();
  const browser = await launch();
  try {
    const outcomes: Outcome[] = [];
    for (const file of plan.files) outcomes.push(await runInPage(browser, server.origin, { ...plan, files: [file] }, limit));
    return outcomes;
  } finally {
    await browser.close();
    server.close();
  }
}

async function runInPage(browser: Browser, origin: string, plan: Plan, limit: number): Promise<Outcome> {
  const [file] = plan.files as [string];
  const progress: Progress = { file };
  const page = await browser.newPage();
  const interruption = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(`no end after ${limit} seconds`), limit * 1000);
    page.on("console", (message) => {
      const event = decode(message.text());
      if (event?.event === "test") progress.test = event.test;
      else if (event?.event === "done") progress.done = event;
      else if (event?.event === "end") {
        clearTimeout(timer);
        resolve(undefined);
      }
    });
    page.on("pageerror", (error) => resolve(error.stack ?? String(error)));
    page.on("crash", () => resolve("the page crashed"));
    page.goto(`${origin}/#${encodeURIComponent(JSON.stringify(plan))}`).catch((error: unknown) => resolve(String(error)));
  });
  await page.close();
  return judge(progress, readFileSync(root + file, "utf8"), interruption);
}
