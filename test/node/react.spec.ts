import { createRequire } from "node:module";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, task } from "../aiodag.ts";
import { deferred } from "../support/deferred.ts";
import { turn } from "../support/turn.ts";

type Component = (props: { handle: Task<string> }) => unknown;

const require = createRequire(import.meta.url);
const React = require("react") as {
  Suspense: object;
  createElement(type: unknown, props: object | null, ...children: unknown[]): unknown;
  use<T>(usable: PromiseLike<T>): T;
};
const { renderToStaticMarkup } = require("react-dom/server") as { renderToStaticMarkup(element: unknown): string };
const { renderToReadableStream } = require("react-dom/server.edge") as {
  renderToReadableStream(element: unknown): Promise<ReadableStream<Uint8Array> & { allReady: Promise<void> }>;
};

const test = suite("React");

const Name: Component = ({ handle }) => React.createElement("b", null, React.use(handle));

const page = (handle: Task<string>): unknown =>
  React.createElement(React.Suspense, { fallback: "suspended" }, React.createElement(Name, { handle }));

test("use() renders a settled task without suspending", async () => {
  const handle = task(() => "Ada")();
  await turn();
  assert.match(renderToStaticMarkup(page(handle)), "<b>Ada</b>");
  assert.not.match(renderToStaticMarkup(page(handle)), "suspended");
});

test("use() throws the reason of a task that has failed, without suspending", async () => {
  const reason = new Error("no name");
  const handle = task((): string => {
    throw reason;
  })();
  handle.catch(() => {});
  await turn();
  let caught: unknown;
  try {
    renderToStaticMarkup(React.createElement(Name, { handle }));
  } catch (error) {
    caught = error;
  }
  assert.is(caught, reason);
});

test("use() suspends for a task that is pending, and renders it when it has settled", async () => {
  const gate = deferred<string>();
  const handle = task((name: string) => name)(gate.promise);
  assert.match(renderToStaticMarkup(page(handle)), "suspended");
  const stream = await renderToReadableStream(page(handle));
  gate.resolve("Ada");
  await stream.allReady;
  assert.match(await new Response(stream).text(), "<b>Ada</b>");
});

test.run();
