import { Task } from "../../mod.ts";

interface Counter {
  last: number;
}

const key = Symbol.for("aiodag.counter");

/** What numbers the tasks of this core in the order of their invocation, for every recording, of whatever copy of this entry. */
export function counterOf(): Counter {
  const core = Task as unknown as Record<symbol, Counter | undefined>;
  return (core[key] ??= { last: 0 });
}
