// The graphs that every variant runs. Each is written once, as a person would write it, over a variant's wrappers:
// `source` takes a plain value; `one`, `two` and `three` take handles; `list` takes an array of handles.

/** What the tasks do: next to nothing, so that the wiring is what is measured. Small integers stay unboxed. */
const sync = {
  fetch: (id) => id,
  increment: (a) => (a + 1) & 0xffff,
  decrement: (a) => (a - 1) & 0xffff,
  concatenate: (a, b) => (a * 31 + b) & 0xffff,
  strip: (a) => a ^ 0x55,
  upload: (a, b, c) => (a * 961 + b * 31 + c) & 0xffff,
  sum: (values) => values.reduce((a, b) => (a + b) & 0xffff, 0),
};

const async = {
  fetch: async (id) => id,
  increment: async (a) => (a + 1) & 0xffff,
  decrement: async (a) => (a - 1) & 0xffff,
  concatenate: async (a, b) => (a * 31 + b) & 0xffff,
  strip: async (a) => a ^ 0x55,
  upload: async (a, b, c) => (a * 961 + b * 31 + c) & 0xffff,
  sum: async (values) => values.reduce((a, b) => (a + b) & 0xffff, 0),
};

/** The same as one would write them by hand without wrapping anything: they take handles, and await them. */
const awaiting = {
  fetch: async (id) => id,
  increment: async (a) => ((await a) + 1) & 0xffff,
  decrement: async (a) => ((await a) - 1) & 0xffff,
  concatenate: async (a, b) => ((await a) * 31 + (await b)) & 0xffff,
  strip: async (a) => (await a) ^ 0x55,
  upload: async (a, b, c) => ((await a) * 961 + (await b) * 31 + (await c)) & 0xffff,
  sum: async (handles) => (await Promise.all(handles)).reduce((a, b) => (a + b) & 0xffff, 0),
};

export const bodies = { sync, async, awaiting };

/**
 * `wire` wraps the bodies and returns a function that makes one graph and gives back the handle of its end.
 * A sample runs `times` such graphs at once.
 *
 * @typedef {object} Shape
 * @property {string} about
 * @property {number} tasks in one graph
 * @property {number} times
 * @property {(wrappers: Wrappers, bodies: typeof sync) => () => unknown} wire
 *
 * @typedef {object} Wrappers
 * @property {(body: Function) => (value: unknown) => unknown} source
 * @property {(body: Function) => (a: unknown) => unknown} one
 * @property {(body: Function) => (a: unknown, b: unknown) => unknown} two
 * @property {(body: Function) => (a: unknown, b: unknown, c: unknown) => unknown} three
 * @property {(body: Function) => (handles: unknown[]) => unknown} list
 */

const pipeline = {
  about: "the README's pipeline, 14 tasks, 1,000 of them at once",
  tasks: 14,
  times: 1000,
  wire({ source, one, two, three }, { fetch, concatenate, strip, upload }) {
    const load = source(fetch);
    const join = two(concatenate);
    const save = three(upload);
    return () => {
      const ca = join(load(1), load(2));
      const cb = join(load(3), load(4));
      const cc = join(load(5), load(6));
      const cab = join(ca, cb);
      return save(one(strip)(ca), one(strip)(cab), one(strip)(cc));
    };
  },
};

const wide = {
  about: "1 → 10,000 → 1",
  tasks: 10_002,
  times: 1,
  wire({ source, one, list }, { fetch, increment, sum }) {
    const load = source(fetch);
    const step = one(increment);
    const total = list(sum);
    return () => {
      const root = load(1);
      const handles = [];
      for (let i = 0; i < 10_000; i++) handles.push(step(root));
      return total(handles);
    };
  },
};

export function chain(length) {
  return {
    about: `${length.toLocaleString("en")} tasks, each of which waits for the one before`,
    tasks: length,
    times: 1,
    wire({ source, one }, { fetch, increment }) {
      const load = source(fetch);
      const step = one(increment);
      return (gate = 1) => {
        let last = load(gate);
        for (let i = 1; i < length; i++) last = step(last);
        return last;
      };
    },
  };
}

export function layered(width, depth) {
  const picks = pick(width * (depth - 1) * 3, width);
  return {
    about: `${depth.toLocaleString("en")} layers of ${width} tasks, each with 3 random parents in the layer before`,
    tasks: width * depth + 1,
    times: 1,
    wire({ source, three, list }, { fetch, upload, sum }) {
      const load = source(fetch);
      const mix = three(upload);
      const total = list(sum);
      return (gate) => {
        let layer = [];
        for (let i = 0; i < width; i++) layer.push(load(gate ?? i));
        for (let i = 0, next = 0; i < depth - 1; i++) {
          const below = [];
          for (let j = 0; j < width; j++) below.push(mix(layer[picks[next++]], layer[picks[next++]], layer[picks[next++]]));
          layer = below;
        }
        return total(layer);
      };
    },
  };
}

/** The same random choices in every run and every runtime (xorshift32). */
function pick(count, below) {
  const picks = new Uint16Array(count);
  let state = 2463534242;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    picks[i] = (state >>> 0) % below;
  }
  return picks;
}

const ladder = {
  about: "3,333 diamonds, each on top of the next: 10,000 tasks",
  tasks: 10_000,
  times: 1,
  wire({ source, one, two }, { fetch, increment, decrement, concatenate }) {
    const load = source(fetch);
    const left = one(increment);
    const right = one(decrement);
    const join = two(concatenate);
    return () => {
      let top = load(1);
      for (let i = 0; i < 3333; i++) top = join(left(top), right(top));
      return top;
    };
  },
};

const tree = {
  about: "a binary tree of 2^14 leaves, added up",
  tasks: 2 ** 15 - 1,
  times: 1,
  wire({ source, two }, { fetch, concatenate }) {
    const load = source(fetch);
    const join = two(concatenate);
    return () => {
      let row = [];
      for (let i = 0; i < 2 ** 14; i++) row.push(load(i));
      while (row.length > 1) {
        const above = [];
        for (let i = 0; i < row.length; i += 2) above.push(join(row[i], row[i + 1]));
        row = above;
      }
      return row[0];
    };
  },
};

/** @type {Record<string, Shape>} */
export const shapes = { pipeline, wide, chain: chain(10_000), layered: layered(100, 100), ladder, tree };

const plain = { source: (f) => f, one: (f) => f, two: (f) => f, three: (f) => f, list: (f) => f };

/** What a shape comes to, reckoned without any promise. */
export function expected(shape) {
  return shape.wire(plain, sync)();
}

/** A shape as data, in topological order, for those that take a graph and not calls. */
export function graphOf(shape, kind) {
  const nodes = [];
  const add = (body, parents, isList = false) => nodes.push({ key: `t${nodes.length}`, body, parents, isList }) - 1;
  const wrappers = {
    source: (body) => (value) => add(() => body(value), []),
    one: (body) => (a) => add(body, [a]),
    two: (body) => (a, b) => add(body, [a, b]),
    three: (body) => (a, b, c) => add(body, [a, b, c]),
    list: (body) => (parents) => add(body, parents, true),
  };
  shape.wire(wrappers, bodies[kind])();
  return nodes.map(({ parents, ...node }) => ({ ...node, parents: parents.map((index) => nodes[index].key) }));
}
