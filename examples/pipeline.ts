// Six parts of a text are fetched, joined, freed of numbers and uploaded, and every step starts as soon as what it
// takes is there. Run it by `npm start`, `deno run -A examples/pipeline.ts` or `bun examples/pipeline.ts`, or in a
// page by `npm run start:browser`. UNIT=100 (in the page ?unit=100) makes a unit of time 100 ms.
import { abortSignal, task } from "aiodag";
import { criticalPath, record, sum } from "./record.ts";

// In a terminal the server is the example's own; in a page it is the one that the page came from.
const host = "document" in globalThis ? await import("./page.ts") : await import("./terminal.ts");
const { origin, unit } = host;

const fetchPart = task(async function fetchPart(name: string) {
  const signal = abortSignal();
  const response = await fetch(`${origin}/parts/${name}?unit=${unit}`, { signal });
  if (!response.ok) throw new Error(await response.text());
  return response.text();
});

const concatenate = task(async function concatenate(left: string, right: string) {
  await work(1);
  return left + right;
});

// Any function can become a task where it is called: this one is not wrapped.
async function stripNumbers(text: string): Promise<string> {
  await work(1);
  return text.replace(/\d/g, "");
}

const upload = task(async function upload(...texts: string[]) {
  const signal = abortSignal();
  const body = JSON.stringify(texts);
  const response = await fetch(`${origin}/upload?unit=${unit}`, { method: "POST", body, signal });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as string[];
});

function work(units: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, units * unit));
}

const run = record(host.showStep);

// The pipeline. These calls all return at once, and what they return is passed on as if it were the text itself.
const a1 = fetchPart("a1");
const a2 = fetchPart("a2");
const b1 = fetchPart("b1");
const b2 = fetchPart("b2");
const c1 = fetchPart("c1");
const c2 = fetchPart("c2");

const ca = concatenate(a1, a2);
const cb = concatenate(b1, b2);
const cc = concatenate(c1, c2);
const cab = concatenate(ca, cb);

const sa = task(stripNumbers)(ca);
const sab = task(stripNumbers)(cab);
const sc = task(stripNumbers)(cc);

const end = upload(sa, sab, sc);

run.name({ a1, a2, b1, b2, c1, c2, ca, cb, cc, cab, "strip(ca)": sa, "strip(cab)": sab, "strip(cc)": sc, upload: end });

// Only the end is awaited.
const uploaded = await end;

const steps = run.stop();
host.showRun();
const last = steps.at(-1)!;
const path = criticalPath(last);
host.showResult("Uploaded", uploaded.join("\n"));
host.showResult("Critical path", path.map(({ name }) => name).join(" → "), sum(path));
host.showResult("Took", "each step as soon as it could", last.end);
host.showResult("In stages", "await Promise.all, five times", await inStages());
host.showResult("One by one", "await at every step", sum(steps));
host.close();

/** The same by hand: no stage starts before all of the one before it is done. Returns the milliseconds that it took. */
async function inStages(): Promise<number> {
  const began = performance.now();
  const [a1, a2, b1, b2, c1, c2] = await Promise.all([
    fetchPart("a1"),
    fetchPart("a2"),
    fetchPart("b1"),
    fetchPart("b2"),
    fetchPart("c1"),
    fetchPart("c2"),
  ]);
  const [ca, cb, cc] = await Promise.all([concatenate(a1, a2), concatenate(b1, b2), concatenate(c1, c2)]);
  const cab = await concatenate(ca, cb);
  const texts = await Promise.all([stripNumbers(ca), stripNumbers(cab), stripNumbers(cc)]);
  await upload(...texts);
  return performance.now() - began;
}
