import type { Recording } from "../../trace.ts";

/** Throws what could not be done with a value, unless it is a recording. */
export function checkRecording(value: unknown, failure: (shown: string) => string): asserts value is Recording {
  const isRecording =
    typeof value === "object" && value !== null && "tasks" in value && "summary" in value && typeof value.summary === "function";
  if (!isRecording) throw new TypeError(`${failure(show(value))}: expected a recording`);
}

/** Names a value in an error message. Runs none of the user's code. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
