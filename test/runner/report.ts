/** What the runner prints. */
import type { Outcome } from "./results.ts";

/** What came of one runtime on one subject, or of one check. */
export interface Result {
  group: string;
  part: string;
  seconds: number;
  outcomes: Outcome[];
  note: string | undefined;
}

const count = (outcomes: Outcome[]): { passed: number; failed: number } => ({
  passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
  failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
});

const counted = (outcomes: Outcome[]): string => {
  const { passed, failed } = count(outcomes);
  return `${passed} passed, ${failed} failed`;
};

/** Where each problem was first seen: most are seen in every runtime, and told once. */
const seen = new Map<string, string>();

function told(place: string, file: string, problem: string): string {
  const [title = ""] = problem.split("\n");
  const key = `${file}\n${title}`;
  const before = seen.get(key);
  if (before) return `  ✘ ${file}: ${title} (as in ${before})`;
  seen.set(key, place);
  return `  ✘ ${file}: ${problem.replaceAll("\n", "\n      ")}`;
}

/** Said as soon as a part is done: its counts, and all that went wrong. */
export function line({ group, part, seconds, outcomes, note }: Result): string {
  const place = `${group} · ${part}`;
  const problems = outcomes.flatMap(({ file, problems }) => problems.map((problem) => told(place, file, problem)));
  return [`${place}: ${counted(outcomes)} (${seconds.toFixed(1)} s)${note ? ` · ${note}` : ""}`, ...problems].join("\n");
}

/** A group's line at the end. */
export function row(group: string, results: Result[]): string {
  const parts = results.map(({ part, outcomes }) => {
    const { passed, failed } = count(outcomes);
    return `${part} ${failed ? `${passed}/${passed + failed}` : passed}`;
  });
  return `${group.padEnd(16)} ${counted(results.flatMap(({ outcomes }) => outcomes))}  (${parts.join(", ")})`;
}

/** The last line. A run without a test is no success. */
export function closing(results: Result[]): { text: string; ok: boolean } {
  const outcomes = results.flatMap((result) => result.outcomes);
  const { passed, failed } = count(outcomes);
  return { text: counted(outcomes), ok: failed === 0 && passed > 0 };
}
