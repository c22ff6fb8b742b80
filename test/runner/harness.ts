// Runs spec files inside a runtime, one after the other, and reports on its standard output or console.
// It decides nothing: what counts as passed is for the runner to say, which sees hangs and crashes too.
import { allReported, onRejection } from "../support/rejections.ts";
import { runtime } from "../support/runtime.ts";
import { encode, type Event, type Plan } from "./protocol.ts";

type Run = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

declare global {
  var UVU_DEFER: number;
  var UVU_QUEUE: Run[][];
}

const report = (event: Event): void => console.log(encode(event));

const describe = (error: unknown): string => {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return error instanceof Error && !text.includes(error.message) ? `${String(error)}\n${text}` : text;
};

/** uvu tells a test's name to nobody but its suite: it assigns it to a state object of the suite's. */
function watchTestNames(): void {
  Object.defineProperty(Object.prototype, "__test__", {
    configurable: true,
    set(this: { __suite__?: string }, first: string) {
      let test = first;
      Object.defineProperty(this, "__test__", {
        get: () => test,
        set: (next: string) => {
          test = next;
          if (test) report({ event: "test", test: [this.__suite__, test].filter(Boolean).join(" › ") });
        },
      });
    },
  });
}

/** Told of what is thrown where no test can catch it: in a timer, say. */
let onUncaught: (error: unknown) => void = () => {};

function watchUncaught(): void {
  if (runtime === "node" || runtime === "bun") process.on("uncaughtException", (error) => onUncaught(error));
  else {
    addEventListener("error", (event) => {
      event.preventDefault();
      onUncaught(event.error);
    });
  }
}

/** Imports a spec, by its path from the project's root. */
export type Load = (file: string) => Promise<unknown>;

const loadFile: Load = (file) => import(new URL(`../../${file}`, import.meta.url).href);

async function runFile(file: string, load: Load): Promise<void> {
  const done = { passed: 0, total: 0, skipped: 0, problems: [] as string[] };
  const queue: Run[] = [];
  report({ event: "file", file });
  globalThis.UVU_QUEUE = [queue];
  onRejection((kind, reason) => {
    if (kind === "unhandled") done.problems.push(`Nobody handled a rejection: ${describe(reason)}`);
  });
  onUncaught = (error) => done.problems.push(`Nobody caught an error: ${describe(error)}`);
  try {
    await load(file);
    for (const run of queue) {
      const [errors, passed, skipped, total] = await run();
      done.passed += passed;
      done.skipped += skipped;
      done.total += total;
      if (errors !== true) done.problems.push(errors.trim());
    }
  } catch (error) {
    done.problems.push(describe(error));
  }
  await allReported();
  report({ event: "done", ...done });
}

/** `load` is for where a file cannot be imported by its address: what runs there was bundled. */
export async function run(plan: Plan, load = loadFile): Promise<void> {
  globalThis.aiodagSubject = plan.subject;
  globalThis.UVU_DEFER = 1;
  watchTestNames();
  watchUncaught();
  for (const file of plan.files) await runFile(file, load);
  report({ event: "end" });
}
