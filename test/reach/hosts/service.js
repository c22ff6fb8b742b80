// A Service Worker: ?way=… says what its events are given.
import { task } from "/aiodag.js";
import { makeWays } from "/ways.mjs";

const give = makeWays(task)[new URL(location.href).searchParams.get("way")];

addEventListener("install", (event) => event.waitUntil(give(skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(give(clients.claim())));
addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/from-worker")) event.respondWith(give(new Response("from the worker")));
});
