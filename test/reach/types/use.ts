// A program of a user's, in TypeScript: compiled with every compiler, resolution and platform.
import { abortSignal, all, task, type Options, Task } from "aiodag";
import { trace, type Recording } from "aiodag/trace";

interface User { id: number; name: string }

const loadUser = task(async function loadUser(id: number): Promise<User> {
  const signal = abortSignal();
  if (signal.aborted) throw signal.reason;
  return { id, name: "Ada" };
});
const greet = task((user: User, greeting = "Hello") => `${greeting} ${user.name}`);
const first = task(<T>(items: readonly T[]): T | undefined => items[0]);

const options = { name: "limited", concurrency: 2 } satisfies Options;
const limited = task(options)(async (n: number) => n);
const settled = task({ settled: true })((outcome: PromiseSettledResult<User>) => outcome.status);

const user: Task<User> = loadUser(1);
const greeting: Task<string> = greet(user, Promise.resolve("Hi"));
const joined: Task<{ user: User; n: number }> = all({ user, n: limited(1) });
const listed: Task<[string, number]> = all([greeting, 2] as const) as Task<[string, number]>;
const item: Promise<number | undefined> = first([1, 2]);
const status: Task<"fulfilled" | "rejected"> = settled(user);

// @ts-expect-error: a user is no number
loadUser(user);
// @ts-expect-error: a greeting wants a user
greet("Ada");
// @ts-expect-error: users cannot construct one
new Task();

export async function main(): Promise<string> {
  if (user.status === "fulfilled") console.log(user.value);
  user.abort(new Error("enough"));
  const results: [string, { user: User; n: number }, string] = await Promise.all([greeting, joined, status]);
  await listed.then(([text, n]) => text.repeat(n));
  return `${results[0]} ${await item}`;
}

export async function record(): Promise<Recording> {
  using run = trace({ stacks: true });
  await loadUser(2);
  return run;
}
