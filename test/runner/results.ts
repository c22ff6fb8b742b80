/** What came of a file of tests, and the rules by which it counts as passed. */
import { stripVTControlCharacters } from "node:util";
import type { Event } from "./protocol.ts";

export interface Outcome {
  file: string;
  passed: number;
  failed: number;
  /** What to print of it, one text for each thing that went wrong. */
  problems: string[];
}

/** Where a file stands while it runs. */
export interface Progress {
  file: string;
  test?: string;
  done?: Extract<Event, { event: "done" }>;
}

export const failure = (file: string, problem: string): Outcome => ({ file, passed: 0, failed: 1, problems: [problem] });

/** uvu's report of a suite, one text for each test; without the part of its stack that every test has. */
function reports(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/^\s*FAIL {2}/m)
    .map((report) =>
      report
        .split("\n")
        .filter((line) => !/node_modules\/uvu|test\/runner\/(?:harness|main)\.ts|browser\.html/.test(line) && line.trim())
        .join("\n"),
    )
    .filter(Boolean);
}

/**
 * uvu reports success in several cases where tests failed or never ran: a thrown value that is no
 * Error, a hook that throws, `.only` and `.skip` left in, a suite without `.run()`.
 */
export function judge({ file, test, done }: Progress, source: string, interruption?: string): Outcome {
  if (!done) return failure(file, `${test ? `In the test "${test}"` : "Before any test"}: ${interruption ?? "the runtime ended"}`);
  const problems = done.problems.flatMap(reports);
  const missing = done.total - done.passed;
  if (done.total === 0) problems.push("The file ran no test");
  if (done.skipped > 0) problems.push(`${done.skipped} tests were left out: .only or .skip was left in`);
  if (missing > 0 && problems.length === 0) problems.push(`${missing} tests failed without a report: a hook threw`);
  const suites = source.match(/=\s*suite\b[^;]*?\(/g)?.length ?? 0;
  const runs = source.match(/^\s*\w+\.run\(\)/gm)?.length ?? 0;
  if (runs < suites) problems.push(`${suites - runs} suites were never run: .run() is missing`);
  if (interruption) problems.push(interruption);
  return { file, passed: done.passed, failed: Math.max(missing, problems.length && 1), problems };
}
