/** The hosts that refuse a handle: what they are seen to do with one, and what docs/hosts.md says of it. */
interface Refusal {
  /** Told by hosts/*.mjs, or by the test runners. */
  seen: RegExp;
  says: string;
  remedy: string;
}

const wrap = "an `async` function that returns it, or `handle.then()`";

const incompatible = /throws TypeError: .*incompatible receiver/;

export const refusals: Record<string, Refusal> = {
  "Promise.prototype.then.call(handle)": {
    seen: incompatible,
    says: "throws a `TypeError`: the method of native promises works on those only",
    remedy: "`handle.then(…)`, or `Promise.resolve(handle)` first",
  },
  "util.types.isPromise": {
    seen: /^false$/,
    says: "`false`; `handle instanceof Promise` is `true`",
    remedy: wrap,
  },
  "util.inspect": {
    seen: /^Task$/,
    says: "shows a `Task`, not a `Promise`",
    remedy: "none is needed",
  },
  "JSON.stringify(handle)": {
    seen: /state/,
    says: "shows what the handle holds inside; of a promise it shows `{}`",
    remedy: "await it first, as with a promise",
  },
  "tracingChannel.tracePromise": {
    seen: incompatible,
    says: "throws a `TypeError`: it takes what is `instanceof Promise` for a native one",
    remedy: wrap,
  },
  "Bun.serve: fetch": {
    seen: /welcome page/,
    says: "answers with Bun's welcome page",
    remedy: "`fetch: async (request) => handle`",
  },
  "Bun.serve: routes": {
    seen: /welcome page/,
    says: "answers with Bun's welcome page",
    remedy: "`async (request) => handle`",
  },
  "Bun.serve: error": {
    seen: /^500/,
    says: "answers with its own page for errors",
    remedy: "`error: async (error) => handle`",
  },
  "Bun.peek": {
    seen: /^false$/,
    says: "gives the handle back",
    remedy: "`handle.value`, which can be read at any time",
  },
  "workerd: fetch, compatibility date 2024-03-31": {
    seen: /^500$/,
    says: "answers with an error; so before 2024-04-01, without the flag `unwrap_custom_thenables`",
    remedy: "`async fetch(request) { return handle; }`, or the flag",
  },
  "workerd: ctx.waitUntil, compatibility date 2024-03-31": {
    seen: /dropped/,
    says: "drops the work once the response is sent; so before 2024-04-01, without the flag `unwrap_custom_thenables`",
    remedy: "`ctx.waitUntil(handle.then())`, or the flag",
  },
  "workerd: a task's argument that is pending in another request": {
    seen: /^500, to the one that began it shared$/,
    says: "ends the request, unless it has I/O of its own pending: another's handle does not count as that, nor does a slot that another's task holds. A handle that has settled is fine",
    remedy: "`cache ??= load().then()`: what requests share is a native promise, and may be an argument of their tasks",
  },
  "bun:test": {
    seen: /^rejects: fails; resolves: fails; returned, failing: fails; returned: passes$/,
    says: "`expect(handle).resolves` and `.rejects` throw; a test that returns a handle is fine",
    remedy: "`expect(handle.then()).resolves`",
  },
};
