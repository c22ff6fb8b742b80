import type { TraceOptions } from "./types.ts";

/** The options that are given, checked; `undefined` counts as absent. */
export function optionsOf(given: TraceOptions): TraceOptions {
  if (typeof given !== "object" || (given as unknown) === null) {
    throw new TypeError(`Cannot trace with ${show(given)}: expected an object of options`);
  }
  for (const key of Object.keys(given)) {
    if (!["limit", "devtools", "stacks"].includes(key)) {
      throw new TypeError(`Cannot use the option ${JSON.stringify(key)}: expected limit, devtools or stacks`);
    }
  }
  const { limit, devtools, stacks } = given;
  if (limit !== undefined && typeof limit !== "number") {
    throw new TypeError(`Cannot use ${show(limit)} as limit: expected an integer from 1, or Infinity`);
  }
  if (limit !== undefined && !(limit >= 1 && (Number.isSafeInteger(limit) || limit === Infinity))) {
    throw new RangeError(`Cannot use ${limit} as limit: expected an integer from 1, or Infinity`);
  }
  for (const [name, value] of Object.entries({ devtools, stacks })) {
    if (value !== undefined && typeof value !== "boolean") {
      throw new TypeError(`Cannot use ${show(value)} as ${name}: expected a boolean`);
    }
  }
  return given;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : typeof value === "function" ? "a function" : String(value);
}
