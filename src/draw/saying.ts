import type { Summary } from "../../trace.ts";
import { duration, list } from "../trace/text.ts";

/** A run in a sentence or two. */
export function describe(summary: Summary): string {
  const { total, tasks, makespan, criticalPath, above, parallelism, atOnce, waitedForSlots } = summary;
  if (total === 0) return "No task was recorded";
  const counts = Object.entries(tasks).flatMap(([status, count]) => (count > 0 ? [`${count.toLocaleString("en")} ${status}`] : []));
  const said = [
    `${count(total)} (${list(counts)}) in ${duration(makespan)}, ${percent(above)} above the critical path of ${duration(criticalPath.length)}`,
    `${Number(parallelism.toFixed(2))} at once on average, ${atOnce.toLocaleString("en")} at most`,
    ...(waitedForSlots > 0 ? [`${duration(waitedForSlots)} waited for slots`] : []),
  ];
  // A number and its unit stay on one line.
  return said.join("; ").replaceAll(/(\d) (?=ms\b|s\b|min\b|h\b|%)/g, "$1\u00a0");
}

export const count = (total: number): string => `${total.toLocaleString("en")} ${total === 1 ? "task" : "tasks"}`;

/** A fraction in per cent. */
export function percent(fraction: number): string {
  return fraction > 0 && fraction < 0.001 ? "less than 0.1 %" : `${Number((fraction * 100).toFixed(1))} %`;
}
