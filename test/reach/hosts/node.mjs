// What hosts in Node make of what they are given: each function is one host, `give` what it is given for a promise.
// Each gives back what came of it; a host that refuses throws, or gives back something else.
import { createRequire } from "node:module";
import { once, EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import util from "node:util";
import assert from "node:assert/strict";
import { tracingChannel } from "node:diagnostics_channel";

const require = createRequire(import.meta.url);

const withServer = async (server, ask) => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await ask(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections?.();
    await new Promise((resolve) => server.close(resolve));
  }
};

const textAt = async (url) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  return `${response.status} ${(await response.text()).slice(0, 80)}`;
};

export const hosts = {
  // -------------------------------------------------------------------------------------------------- the language
  "await, Promise.all, for await": async (give) => {
    const list = [];
    for await (const value of [give(1), give(2)]) list.push(value);
    return [await give(1), await Promise.all([give(2)]), list, await Array.fromAsync([give(3)])];
  },
  "Promise.try, Promise.withResolvers": async (give) => {
    const { promise, resolve } = Promise.withResolvers();
    resolve(give(1));
    return [await promise, Promise.try ? await Promise.try(() => give(2)) : 2];
  },
  "Promise.prototype.then.call(handle)": (give) => Promise.prototype.then.call(give(1), (value) => value),
  "structuredClone(handle)": (give) => {
    try {
      return structuredClone(give(1)) && "cloned";
    } catch (error) {
      return error.name;
    }
  },
  "postMessage(handle)": (give) => {
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(give(1));
      return "sent";
    } catch (error) {
      return error.name;
    } finally {
      port1.close();
      port2.close();
    }
  },
  "JSON.stringify(handle)": (give) => JSON.stringify(give(1)),
  // -------------------------------------------------------------------------------------------------- Node
  "util.types.isPromise": (give) => util.types.isPromise(give(1)),
  "util.inspect": async (give) => {
    const given = give(1);
    await given;
    return util.inspect(given).split(" ")[0];
  },
  "util.callbackify": (give) => new Promise((resolve) => util.callbackify(() => give(1))((_, value) => resolve(value))),
  "assert.rejects, assert.doesNotReject": async (give) => {
    await assert.rejects(give(Promise.reject(new Error("no"))), /no/);
    await assert.rejects(() => give(Promise.reject(new Error("no"))), /no/);
    await assert.doesNotReject(give(1));
    return "passed";
  },
  "EventEmitter's captureRejections": async (give) => {
    const emitter = new EventEmitter({ captureRejections: true });
    emitter.on("event", () => give(Promise.reject(new Error("no"))));
    const error = once(emitter, "error").catch((error) => [error]);
    setTimeout(() => emitter.emit("event"), 0);
    return Promise.race([new Promise((resolve) => emitter.on("error", ({ message }) => resolve(message))), error.then(([{ message }]) => message)]);
  },
  "stream.pipeline, Readable.from": async (give) => {
    const chunks = [];
    await pipeline(Readable.from([give("a"), give("b")]), async (source) => {
      for await (const chunk of source) chunks.push(chunk);
      return give(1);
    });
    await pipeline(Readable.from(["c"]), (source) => give((async () => { for await (const chunk of source) chunks.push(chunk); })()));
    return chunks;
  },
  "a web stream's pull, write and transform": async (give) => {
    const seen = [];
    const source = new ReadableStream({ pull: (controller) => give().then(() => { controller.enqueue("a"); controller.close(); }) });
    const change = new TransformStream({ transform: (chunk, controller) => give().then(() => controller.enqueue(`${chunk}b`)) });
    await source.pipeThrough(change).pipeTo(new WritableStream({ write: (chunk) => give().then(() => seen.push(chunk)) }));
    return seen;
  },
  "tracingChannel.tracePromise": async (give) => {
    const seen = [];
    const channel = tracingChannel(`reach ${Math.random()}`);
    channel.subscribe({ asyncStart: () => seen.push("settled"), start() {}, end() {}, asyncEnd() {}, error() {} });
    return [await channel.tracePromise(() => give(1)), seen];
  },
  "AsyncLocalStorage.run, AsyncResource.bind": async (give) => {
    const { AsyncLocalStorage, AsyncResource } = await import("node:async_hooks");
    const storage = new AsyncLocalStorage();
    return [await storage.run(1, () => give(2)), await AsyncResource.bind(() => give(3))()];
  },
  // -------------------------------------------------------------------------------------------------- servers
  "Express": (give) => {
    const express = require("express");
    const app = express();
    app.get("/", (_, response) => give("sent").then((text) => response.send(text)));
    app.get("/fail", () => give(Promise.reject(new Error("failed"))));
    app.use((error, _, response, __) => response.status(500).send(error.message));
    return withServer(require("node:http").createServer(app), async (url) => [await textAt(url), await textAt(`${url}fail`)]);
  },
  "Fastify": async (give) => {
    const app = require("fastify")();
    app.get("/", () => give("sent"));
    app.get("/fail", () => give(Promise.reject(new Error("failed"))));
    const bodies = [];
    for (const url of ["/", "/fail"]) bodies.push((await app.inject(url)).body);
    await app.close();
    return bodies;
  },
  "Koa": async (give) => {
    const { default: Koa } = await import("koa");
    const app = new Koa();
    app.silent = true;
    app.use((context, next) => give(next()));
    app.use((context) => give("sent").then((text) => { context.body = text; }));
    return withServer(require("node:http").createServer(app.callback()), textAt);
  },
  "Hono": async (give) => {
    const { Hono } = await import("hono");
    const app = new Hono();
    app.use((_, next) => give(next()));
    app.get("/", (context) => give(context.text("sent")));
    const response = await app.request("/");
    return `${response.status} ${await response.text()}`;
  },
  "Hono's server in Node": async (give) => {
    const { createAdaptorServer } = await import("@hono/node-server");
    return withServer(createAdaptorServer({ fetch: () => give(new Response("sent")) }), textAt);
  },
  "h3": async (give) => {
    const { H3 } = await import("h3");
    const app = new H3();
    app.get("/", () => give("sent"));
    return (await app.request("/")).text();
  },
  "hapi": async (give) => {
    const server = require("@hapi/hapi").server();
    server.route({ method: "GET", path: "/", handler: () => give("sent") });
    return (await server.inject("/")).payload.slice(0, 80);
  },
  "a handler that is awaited (AWS Lambda, Next's routes)": async (give) => {
    const handler = () => give({ statusCode: 200 });
    // As both do it: by the methods, or by await.
    const result = handler();
    return [typeof result?.then === "function", (await result).statusCode];
  },
  "GraphQL": async (give) => {
    const { buildSchema, graphql } = await import("graphql");
    const schema = buildSchema("type Query { one: Int, many: [Int] }");
    const { data } = await graphql({ schema, source: "{ one many }", rootValue: { one: () => give(1), many: () => [give(2), 3] } });
    return [data.one, data.many];
  },
  // -------------------------------------------------------------------------------------------------- user interfaces
  "React: use(), lazy()": async (give) => {
    const { createElement, lazy, Suspense, use } = require("react");
    const { prerender } = await import("react-dom/static");
    const text = give("used");
    const Used = () => use(text);
    const Lazy = lazy(() => give({ default: () => "lazy" }));
    const { prelude } = await prerender(createElement(Suspense, null, createElement(Used), createElement(Lazy)));
    return (await new Response(prelude).text()).replaceAll(/<!--.*?-->/g, "");
  },
  "Vue: an async setup, a lazy component": async (give) => {
    const { createSSRApp, defineAsyncComponent, h, Suspense } = await import("vue");
    const { renderToString } = await import("vue/server-renderer");
    const Set = { setup: () => give(() => h("b", "set")) };
    const Lazy = defineAsyncComponent(() => give({ render: () => h("i", "lazy") }));
    return renderToString(createSSRApp({ render: () => h(Suspense, null, { default: () => h("p", [h(Set), h(Lazy)]) }) }));
  },
  "Solid: createResource": async (give) => {
    const { createResource, createRoot } = await import("solid-js/dist/solid.js");
    return createRoot(async (dispose) => {
      const [resource] = createResource(() => give("loaded"));
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
      const value = typeof resource() === "object" ? "the handle itself" : resource();
      dispose();
      return value;
    });
  },
  "TanStack Query": async (give) => {
    const { QueryClient } = await import("@tanstack/query-core");
    const client = new QueryClient();
    const data = await client.fetchQuery({ queryKey: ["a"], queryFn: () => give("data") });
    client.clear();
    return data;
  },
  "RxJS: from()": async (give) => {
    const { firstValueFrom, from } = await import("rxjs");
    return firstValueFrom(from(give(1)));
  },
  // -------------------------------------------------------------------------------------------------- assertions
  "Chai as promised": async (give) => {
    const { use, expect } = await import("chai");
    const { default: asPromised } = await import("chai-as-promised");
    use(asPromised);
    await expect(give(1)).to.eventually.equal(1);
    await expect(give(Promise.reject(new Error("no")))).to.be.rejectedWith("no");
    return "passed";
  },
};
