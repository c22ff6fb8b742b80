const alive = (globalThis.alive = []);

/** The library under test: the module at a URL. */
export async function aiodag(url) {
  const { task, all } = await import(url);
  // V8 forgets what it has learnt about a class when its last instance dies: one lives as long as the process.
  alive.push(task(() => {})());
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

/** Begins to record the tasks of a module that exports `trace`, and returns what ends that; one lives on, as above. */
export async function recorder(url) {
  const { trace } = await import(url);
  const idle = trace();
  idle.stop();
  alive.push(idle);
  return (options) => {
    const run = trace(options);
    return () => run.stop();
  };
}
