// The pipeline in a terminal, of Node, Deno or Bun: starts the server, prints what comes.
import { showProgress } from "./progress.ts";
import type { Step } from "./record.ts";
import { answer, listen } from "./server.ts";

const { UNIT = "250" } = process.env;

/** Milliseconds. */
export const unit = Number(UNIT);
if (!(unit > 0)) throw new RangeError(`Cannot take ${UNIT} for UNIT: expected the milliseconds of a unit of time`);

export const { origin, close } = await listen(answer);

// A process takes longer over its first requests, and to connect, which is not to count: six steps fetch at once.
await Promise.all(Array.from({ length: 6 }, async () => (await fetch(origin)).text()));

const progress = showProgress();

const inUnits = (milliseconds: number): string => (milliseconds / unit).toFixed(1).padStart(5);

const columns = (units: number): number => Math.round(4 * units);

export function showStep({ name, task, start, end, failed }: Step): void {
  const bar = " ".repeat(columns(start / unit)) + "━".repeat(Math.max(1, columns((end - start) / unit)));
  progress.print([inUnits(end), name.padEnd(10), (failed ? `${task} failed` : task).padEnd(13), bar].join(" "));
}

/** Shows the run as a whole, which is over. */
export function showRun(): void {
  progress.finish(unit);
}

export function showResult(label: string, text: string, milliseconds?: number): void {
  if (milliseconds === undefined) console.log(`\n${label}:\n${text.replace(/^/gm, "  ")}\n`);
  else console.log(label.padEnd(14), inUnits(milliseconds), "units ", text);
}
