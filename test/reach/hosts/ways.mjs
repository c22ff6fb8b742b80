/** What hosts are given where they expect a promise of a value: a promise, a handle, and the two remedies. */
export function makeWays(task) {
  const pass = task((value) => value);
  return {
    native: (value) => (async () => value)(),
    handle: (value) => pass(value),
    async: async (value) => pass(value),
    then: (value) => pass(value).then(),
  };
}
