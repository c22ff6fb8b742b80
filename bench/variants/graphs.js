// Peers that take a whole graph as data. What they are given is made anew for each run, as the calls of the others are.

export async function betterAll() {
  const { all } = await import("better-all");
  const method = ({ body, parents, isList }) => {
    const [a, b, c] = parents;
    if (isList) return async function () { return body(await Promise.all(parents.map((key) => this.$[key]))); };
    switch (parents.length) {
      case 0: return async function () { return body(); };
      case 1: return async function () { return body(await this.$[a]); };
      case 2: return async function () { return body(await this.$[a], await this.$[b]); };
      default: return async function () { return body(await this.$[a], await this.$[b], await this.$[c]); };
    }
  };
  return async (nodes) => {
    const tasks = {};
    for (const node of nodes) tasks[node.key] = method(node);
    return (await all(tasks))[nodes.at(-1).key];
  };
}

export async function asyncAuto(kind) {
  const { default: async } = await import("async");
  const apply = ({ body, parents, isList }, results) => {
    const args = parents.map((key) => results[key]);
    return isList ? body(args) : body(...args);
  };
  const task = kind === "async"
    ? (node) => (node.parents.length === 0 ? async () => node.body() : [...node.parents, async (results) => apply(node, results)])
    : (node) => node.parents.length === 0
      ? (done) => done(null, node.body())
      : [...node.parents, (results, done) => done(null, apply(node, results))];
  return async (nodes) => {
    const tasks = {};
    for (const node of nodes) tasks[node.key] = task(node);
    return (await async.auto(tasks))[nodes.at(-1).key];
  };
}

/** Results do not flow along its edges: each task leaves its own in a map. */
export async function pGraph() {
  const { default: { PGraph } } = await import("p-graph");
  return async (nodes) => {
    const results = new Map();
    const tasks = new Map();
    const edges = [];
    for (const { key, body, parents, isList } of nodes) {
      for (const parent of parents) edges.push([parent, key]);
      tasks.set(key, {
        run: async () => {
          const args = parents.map((parent) => results.get(parent));
          results.set(key, await (isList ? body(args) : body(...args)));
        },
      });
    }
    await new PGraph(tasks, edges).run();
    return results.get(nodes.at(-1).key);
  };
}
