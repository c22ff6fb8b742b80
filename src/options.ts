import { show } from "./errors.ts";
import type { Options } from "./types.ts";

/** The options that are given, checked. `undefined` stands for what is absent. */
export function optionsOf(given: Options): Options {
  const { name, settled, signal, concurrency } = given;
  const isCount = typeof concurrency === "number" && Math.floor(concurrency) === concurrency;
  const expected: Record<string, string | false> = {
    name: typeof name !== "string" && "a string",
    settled: typeof settled !== "boolean" && "a boolean",
    signal: typeof signal?.addEventListener !== "function" && "an AbortSignal",
    concurrency: !(isCount && concurrency > 0) && "an integer from 1, or Infinity",
  };
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined || expected[option] === false) continue;
    const WrongValue = option === "concurrency" && typeof value === "number" ? RangeError : TypeError;
    const wanted = expected[option] ?? Object.keys(expected).join(", ");
    throw new WrongValue(`Cannot use ${show(value)} as ${option}: expected ${wanted}`);
  }
  return { name, settled, signal, concurrency };
}
