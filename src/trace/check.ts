import type { Recording } from "./types.ts";

/** Names a value in an error message. Runs none of the user's code. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : typeof value === "function" ? "a function" : String(value);
}

/**
 * Throws unless a value is a recording, of whatever copy of the library.
 *
 * @param way What was to be done with it, as in `Cannot draw 5 as a waterfall`.
 */
export function checkRecording(run: unknown, verb: string, way: string): asserts run is Recording {
  const isRecording =
    typeof run === "object" && run !== null && "tasks" in run && typeof (run as Partial<Recording>).summary === "function";
  if (!isRecording) throw new TypeError(`Cannot ${verb} ${show(run)} ${way}: expected a recording`);
}

/** Throws unless a value is an object that has no other keys than these. */
export function checkOptions(given: unknown, names: readonly string[], action: string): asserts given is object {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`Cannot ${action} with ${show(given)}: expected an object of options`);
  }
  for (const key of Object.keys(given)) {
    if (names.includes(key)) continue;
    const others = `${names.slice(0, -1).join(", ")} or ${names.at(-1)!}`;
    throw new TypeError(`Cannot use the option ${show(key)}: expected ${others}`);
  }
}

/** Throws unless an option is a boolean or absent. */
export function checkBoolean(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new TypeError(`Cannot use ${show(value)} as ${name}: expected a boolean`);
}
