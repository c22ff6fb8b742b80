import { show } from "./errors.ts";
import type { Options } from "./types.ts";

/** The options that are given, checked; `undefined` counts as absent. */
export function optionsOf(given: object): Options {
  for (const key of Object.keys(given)) {
    if (!["name", "settled", "signal", "concurrency"].includes(key)) {
      throw new TypeError(`Cannot use the option ${show(key)}: expected name, settled, signal or concurrency`);
    }
  }
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Options;
  const { name, settled, signal, concurrency } = options;
  if (name !== undefined && typeof name !== "string") fail("name", name, "a string");
  if (settled !== undefined && typeof settled !== "boolean") fail("settled", settled, "a boolean");
  if (signal !== undefined && typeof signal?.addEventListener !== "function") fail("signal", signal, "an AbortSignal");
  if (concurrency !== undefined && !(concurrency >= 1 && (Number.isInteger(concurrency) || concurrency === Infinity))) {
    fail("concurrency", concurrency, "an integer from 1, or Infinity");
  }
  return options;
}

function fail(option: string, value: unknown, expected: string): never {
  const message = `Cannot use ${show(value)} as ${option}: expected ${expected}`;
  throw typeof value === "number" && option === "concurrency" ? new RangeError(message) : new TypeError(message);
}
