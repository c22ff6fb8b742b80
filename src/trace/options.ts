import { checkBoolean, checkOptions, show } from "./check.ts";
import type { TraceOptions } from "./types.ts";

/** The options that are given, checked; `undefined` counts as absent. */
export function optionsOf(given: TraceOptions): TraceOptions {
  checkOptions(given, ["limit", "devtools", "stacks"], "trace");
  const { limit, devtools, stacks } = given;
  const isNumber = typeof limit === "number";
  if (limit !== undefined && !(isNumber && limit >= 1 && (Number.isSafeInteger(limit) || limit === Infinity))) {
    const ErrorType = isNumber ? RangeError : TypeError;
    throw new ErrorType(`Cannot use ${show(limit)} as limit: expected an integer from 1, or Infinity`);
  }
  checkBoolean("devtools", devtools);
  checkBoolean("stacks", stacks);
  return given;
}
