/** The library under test: the module at a URL. */
export async function aiodag(url) {
  const { task, all } = await import(url);
  // V8 forgets what it has learnt about a class when its last instance dies: one lives as long as the process.
  globalThis.alive = task(() => {})();
  return {
    source: task,
    one: task,
    two: task,
    three: task,
    list: (body) => {
      const call = task(body);
      return (handles) => call(all(handles));
    },
    end: (handle) => handle,
  };
}
