/** What the harness inside a runtime and the runner outside tell each other. */
import type { Subject } from "../support/runtime.ts";

/** What a runtime is asked to run; `files` are paths from the project's root. */
export interface Plan {
  subject: Subject;
  files: string[];
}

export type Event =
  | { event: "file"; file: string }
  | { event: "test"; test: string }
  | { event: "done"; passed: number; total: number; skipped: number; problems: string[] }
  | { event: "end" };

const mark = "\u2063aiodag ";

export function encode(event: Event): string {
  return mark + JSON.stringify(event);
}

/** The event in a line of output, which a spec's own output may precede. */
export function decode(line: string): Event | undefined {
  const start = line.indexOf(mark);
  return start < 0 ? undefined : (JSON.parse(line.slice(start + mark.length)) as Event);
}
