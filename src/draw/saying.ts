import type { Summary } from "../../trace.ts";
import { duration, list } from "../trace/text.ts";

/** A run in a sentence or two. */
export function describe({ summary, dropped }: { readonly summary: Summary; readonly dropped: number }): string {
  const { total, tasks, makespan, criticalPath, above, parallelism, atOnce, waitedForSlots } = summary;
  if (total === 0) return "No task was recorded";
  const counts = Object.entries(tasks).flatMap(([status, count]) => (count > 0 ? [`${digits(count, 0)} ${status}`] : []));
  const said = [
    `${count(total)} (${list(counts)}) in ${duration(makespan)}, ${percent(above)} above the critical path of ${duration(criticalPath.length)}`,
    `${digits(parallelism, 2)} at once on average, ${digits(atOnce, 0)} at most`,
    ...(waitedForSlots > 0 ? [`${duration(waitedForSlots)} waited for slots`] : []),
    ...(dropped > 0 ? [`${digits(dropped, 0)} older ${dropped === 1 ? "task was" : "tasks were"} dropped`] : []),
  ];
  // A number and its unit stay on one line.
  return said.join("; ").replaceAll(/(\d) (?=ms\b|s\b|min\b|h\b|%)/g, "$1\u00a0");
}

export const count = (total: number): string => `${digits(total, 0)} ${total === 1 ? "task" : "tasks"}`;

/** A number, rounded to so many digits after the point, with commas between its thousands. */
export const digits = (value: number, most: number): string => value.toLocaleString("en", { maximumFractionDigits: most });

/** A fraction in per cent. */
export function percent(fraction: number): string {
  return fraction > 0 && fraction < 0.001 ? "less than 0.1 %" : `${digits(fraction * 100, 1)} %`;
}
