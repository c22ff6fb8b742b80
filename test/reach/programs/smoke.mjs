// Imports every entry that is named on the command line, uses the core, and prints what it saw.
import { abortSignal, all, task } from "aiodag";

const names = process.argv.slice(2);

const load = task(async (n) => n);
const add = task((a, b) => a + b);
const wait = task(() => {
  const signal = abortSignal();
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
});

const waiting = wait();
const dependent = add(waiting, 1);
queueMicrotask(() => dependent.abort("enough"));

const exported = {};
for (const name of names) exported[name] = Object.keys(await import(name)).sort();

console.log(JSON.stringify({
  sum: await add(add(load(1), load(2)), 3),
  joined: await all({ a: load(1), b: 2 }),
  reason: await dependent.catch((reason) => reason),
  exported,
}));
