// What the examples in the documents take for granted: each is a global for them, and none is shown.
// An example that declares one of these names itself uses its own.
import { format } from "node:util";
import * as assert from "uvu/assert";
import { createClock } from "../support/clock.ts";

declare global {
  interface User {
    id: number;
    name: string;
  }
  interface Config {
    theme: string;
  }
  /** Takes 100 ms, of a clock that only says so. */
  function fetchUser(id: number): Promise<User>;
  /** Takes 300 ms. */
  function fetchPosts(user: User): Promise<string[]>;
  /** Takes 250 ms. */
  function fetchConfig(): Promise<Config>;
  /** Takes 100 ms. */
  function fetchTheme(config: Config): Promise<string>;
  /** Takes 50 ms. */
  function render(posts: string[], theme: string): Promise<string>;
  /** Throws unless the functions above have taken so many milliseconds since the example began. */
  function expectElapsed(milliseconds: number): void;
  /** Takes as many milliseconds of that clock. */
  function sleep(milliseconds: number): Promise<void>;
}

const clock = createClock();
let isRunning = false;
let began = 0;

async function take<T>(milliseconds: number, value: T): Promise<T> {
  const slept = clock.sleep(milliseconds);
  if (!isRunning) {
    isRunning = true;
    void clock.run().then(() => (isRunning = false));
  }
  await slept;
  return value;
}

globalThis.fetchUser = (id) => take(100, { id, name: `user ${id}` });
globalThis.fetchPosts = ({ name }) => take(300, [`a post of ${name}`]);
globalThis.fetchConfig = () => take(250, { theme: "dark" });
globalThis.fetchTheme = ({ theme }) => take(100, theme);
globalThis.render = (posts, theme) => take(50, `${posts.join(", ")} in ${theme}`);
globalThis.expectElapsed = (milliseconds) => assert.is(clock.now - began, milliseconds);
globalThis.sleep = (milliseconds) => take(milliseconds, undefined);
// Of the clock on the wall no example shows that its time is over, and on a busy machine it may be, early.
AbortSignal.timeout = () => new AbortController().signal;

/** Without what may be written in either way, and without the numbers of durations, which are never the same. */
const comparable = (text: string): string =>
  text.replaceAll("'", '"').replaceAll(/(?<=[[{]) | (?=[\]}])/g, "").replaceAll(/[\d.,]+(?= m?s\b)/g, "…");

/** Runs an example. It has to print what its comments say that it prints. */
export async function run(load: () => Promise<unknown>, expected: string[]): Promise<void> {
  const { log } = console;
  const printed: string[] = [];
  console.log = (...values: unknown[]) => printed.push(comparable(format(...values)));
  began = clock.now;
  try {
    await load();
  } finally {
    console.log = log;
  }
  for (const text of expected.map(comparable)) {
    assert.ok(printed.includes(text), `It does not print ${text}, but ${printed.join(" | ") || "nothing"}`);
  }
}
