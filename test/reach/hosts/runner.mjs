// A file of tests that every test runner can run: `it`, and `expect` where the runner has one of its own.
import { makeWays } from "./ways.mjs";

export function define(task, it, expect) {
  const failed = () => Promise.reject(new Error("no"));
  for (const [way, give] of Object.entries(makeWays(task))) {
    it(`${way} returned`, () => give(1));
    it(`${way} returned, failing`, () => give(failed()));
    if (!expect) continue;
    it(`${way} resolves`, () => expect.resolves(give(1)));
    it(`${way} rejects`, () => {
      const given = give(failed());
      // A runner that refuses it would report the failure in the next test.
      given.catch(() => {});
      return expect.rejects(given);
    });
  }
}
