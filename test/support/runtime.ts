/** Where a spec runs, on what, and what can be had only from the runtime. */

export type Runtime = "node" | "deno" | "bun" | "browser";
export type Subject = "source" | "dist" | "min";

declare global {
  /** Set by the harness before it imports a spec; a spec that is run by itself tests the source. */
  var aiodagSubject: Subject | undefined;
}

interface Host {
  Bun?: { gc(force: boolean): void };
  Deno?: unknown;
  navigator?: { userAgent?: string };
  process?: unknown;
  gc?: () => void;
  /** Firefox's, where it is started for tests. */
  TestUtils?: { gc(): Promise<void> };
}

const host = globalThis as Host;

/** A worker, Cloudflare's too, counts as a browser: it has what a page has, but for the document. */
const isBrowser = /^(Mozilla|Cloudflare)/.test(host.navigator?.userAgent ?? "") || !host.process;

export const runtime: Runtime = host.Deno ? "deno" : host.Bun ? "bun" : isBrowser ? "browser" : "node";

/** What the specs of this run test. It is asked for, not kept: the harness loads this module before it is told. */
export function subject(): Subject {
  return globalThis.aiodagSubject ?? "source";
}

/** The module that belongs to an entry (`mod`, `trace`, …), of what is under test unless said otherwise. */
export function entryUrl(entry: string, of: Subject = subject()): string {
  const file = { source: `${entry}.ts`, dist: `dist/${entry}.js`, min: `dist/${entry}.min.js` }[of];
  return new URL(`../../${file}`, import.meta.url).href;
}

/** Safari's engine with its own promises: they differ from the standard in places. */
export const isWebKit = /AppleWebKit(?!.*Chrome)/.test(host.navigator?.userAgent ?? "");

/** Firefox collects what belongs to the document by itself, seconds later. */
export const collectsSignals = !host.TestUtils;

/** WebKit collects garbage when much has been allocated, and cannot be asked to. */
function allocate(): void {
  for (let i = 0; i < 40; i++) new ArrayBuffer(64 << 20);
}

/** Collects garbage, so that what nothing holds is gone from its `WeakRef`. */
export async function gc(): Promise<void> {
  const { Bun, TestUtils } = host;
  const collect = host.gc ?? (Bun && (() => Bun.gc(true))) ?? (TestUtils && (() => TestUtils.gc())) ?? (isWebKit ? allocate : undefined);
  if (!collect) throw new Error("Cannot collect garbage: the runtime was started without --expose-gc");
  // A WeakRef keeps its target until the job that made or read it has ended.
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await collect();
  }
}
