// A graph that grows as it runs: every page that is found adds tasks for the pages it links to, until a signal aborts
// them all, on Ctrl-C or after PAGES=12 pages. Run it by `node --import tsx examples/crawl.ts`,
// `deno run -A examples/crawl.ts` or `bun examples/crawl.ts`. UNIT=100 makes a unit of time 100 ms.
import { abortSignal, all, task, type Task } from "aiodag";
import { listen } from "./server.ts";
import { answer, requests, type Page } from "./site.ts";

const unit = Number(process.env["UNIT"] ?? 250);
const wanted = Number(process.env["PAGES"] ?? 12);

const { origin, close } = await listen(answer);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort("Ctrl-C was pressed"));

// At most four requests at a time. The signal aborts those that run, those that wait, and those yet to come.
const fetchPage = task({ concurrency: 4, signal: stop.signal })(async function fetchPage(path: string) {
  const signal = abortSignal();
  const response = await fetch(`${origin}${path}?unit=${unit}`, { signal });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Page;
});

const seen = new Set<string>();
let count = 0;

// Starts when its page is there, unless there are enough. It is done when all that it has added is done.
const follow = task({ signal: stop.signal })(function follow(page: Page): Task<unknown> {
  count++;
  console.log(String(count).padStart(6), "", page.title);
  if (count === wanted) stop.abort(`${count} pages are enough`);
  const added = [];
  for (const path of page.links) {
    if (!seen.has(path)) added.push(visit(path));
  }
  return all(added);
});

function visit(path: string): Task<unknown> {
  seen.add(path);
  return follow(fetchPage(path));
}

try {
  await visit("/pages/1");
} catch (reason) {
  if (reason !== stop.signal.reason) throw reason;
  console.log(`Stopped: ${String(reason)}`);
}

// An aborted request has ended for the crawler at once; the server hears of it a moment later.
while (requests.open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
console.log(`The server was asked for ${requests.answered + requests.abandoned} pages of the ${seen.size} that were found:`);
console.log(`${requests.answered} were answered, ${requests.abandoned} abandoned, ${requests.open} are still open`);
close();
