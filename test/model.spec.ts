// Random graphs of tasks, with random outcomes and aborts, beside a model that says what has to come of them.
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Task, abortSignal, task } from "./aiodag.ts";
import { type Deferred, deferred } from "./support/deferred.ts";
import { drain } from "./support/drain.ts";
import { collectRejections } from "./support/rejections.ts";
import { turn } from "./support/turn.ts";

// ------------------------------------------------------------------------------------------------------- the model

/** What a body does: `returns` gives back the handle of an earlier task. */
type Ending = "value" | "throws" | "pending" | "stoppable" | "returns";

interface Node {
  id: number;
  ending: Ending;
  settled: boolean;
  data: Node[];
  order: Node[];
  returns: Node | undefined;
  state: "waiting" | "ready" | "running" | "returned" | "fulfilled" | "rejected";
  hasRun: boolean;
  isStopped: boolean;
  isChained: boolean;
  /** Somebody has taken charge of its failure. */
  isHandled: boolean;
}

const isSettled = ({ state }: Node): boolean => state === "fulfilled" || state === "rejected";

class Model {
  nodes: Node[] = [];

  call(ending: Ending, settled: boolean, data: Node[], order: Node[], returns: Node | undefined): Node {
    const node: Node = {
      id: this.nodes.length,
      ending,
      settled,
      data,
      order,
      returns,
      state: "waiting",
      hasRun: false,
      isStopped: false,
      isChained: false,
      isHandled: false,
    };
    this.nodes.push(node);
    for (const dependency of data) dependency.isHandled = true;
    this.propagate();
    return node;
  }

  /** What a pending task waits for now, and whether its failure is theirs. */
  needs(node: Node): Node[] {
    if (node.state === "waiting") return node.data;
    return node.state === "returned" ? [node.returns!] : [];
  }

  /** Settles and readies all that follows from what has settled. */
  propagate(): void {
    let isChanged = true;
    while (isChanged) {
      isChanged = false;
      for (const node of this.nodes) {
        const before = node.state;
        const isFailed = this.needs(node).some(({ state }) => state === "rejected");
        if (isFailed && !(node.settled && node.state === "waiting")) node.state = "rejected";
        else if (node.state === "returned" && isSettled(node.returns!)) node.state = "fulfilled";
        else if (node.state === "waiting" && [...node.data, ...node.order].every(isSettled)) node.state = "ready";
        if (node.state !== before) isChanged = true;
      }
    }
  }

  /** Runs all that is ready, and what becomes so. */
  run(): void {
    let node: Node | undefined;
    while ((node = this.nodes.find(({ state }) => state === "ready"))) {
      node.hasRun = true;
      if (node.ending === "value") node.state = "fulfilled";
      else if (node.ending === "throws") node.state = "rejected";
      else if (node.ending === "returns") {
        node.state = "returned";
        node.returns!.isHandled = true;
      } else node.state = "running";
      this.propagate();
    }
  }

  finish(node: Node, state: "fulfilled" | "rejected"): void {
    if (node.state === "running") node.state = state;
    this.propagate();
  }

  abort(node: Node): void {
    if (isSettled(node)) return;
    const needed = this.needs(node);
    if (node.state === "running" && node.ending === "stoppable") node.isStopped = true;
    node.state = "rejected";
    this.propagate();
    for (const dependency of needed) if (this.isUnwanted(dependency)) this.abort(dependency);
  }

  isUnwanted(node: Node): boolean {
    if (isSettled(node) || node.isChained) return false;
    const isNeeded = this.nodes.some(
      (other) => this.needs(other).includes(node) || (other.state === "waiting" && other.order.includes(node)),
    );
    return !isNeeded && (node.state !== "running" || node.ending === "stoppable");
  }
}

// ---------------------------------------------------------------------------------------------------- the commands

type Command =
  | { do: "call"; ending: Ending; settled: boolean; data: number[]; order: number[]; returns: number }
  | { do: "fulfil" | "fail" | "abort" | "chain"; which: number }
  | { do: "pause" };

const index = fc.nat({ max: 50 });
const indices = fc.array(fc.oneof({ weight: 2, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: index }), { maxLength: 3 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      ending: fc.constantFrom<Ending>(
        "value", "value", "value", "throws", "pending", "pending", "stoppable", "stoppable", "returns", "returns",
      ),
      settled: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      data: indices,
      order: fc.oneof({ weight: 3, arbitrary: fc.constant<number[]>([]) }, { weight: 1, arbitrary: indices }),
      returns: index,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(...(["fulfil", "fulfil", "fulfil", "fail", "abort", "abort", "abort", "chain"] as const)),
      which: index,
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: "pause" as const }) },
);

interface Run {
  node: Node;
  handle: Task<unknown>;
  runs: number;
  inputs: unknown[] | undefined;
  end: Deferred<unknown> | undefined;
  signal: AbortSignal | undefined;
}

/** What may be the reason of a failure: each body's own and each abort's is another. */
function reasonsOf({ node }: Run, runs: Run[], aborts: Map<Node, string>): unknown[] {
  const upstream = [...node.data, ...(node.returns ? [node.returns] : [])].map(({ id }) => runs[id]!.handle.reason);
  return [`failed ${node.id}`, aborts.get(node), ...upstream, ...aborts.values()].filter((reason) => reason !== undefined);
}

async function follow(commands: Command[]): Promise<void> {
  const model = new Model();
  const runs: Run[] = [];
  const aborts = new Map<Node, string>();
  const reported: unknown[] = [];

  function call({ ending, settled, ...at }: Extract<Command, { do: "call" }>): void {
    const existing = [...model.nodes];
    // Counted from the last call, so that graphs grow deep.
    const pick = (i: number): Node => existing.at(-1 - (i % existing.length))!;
    const data = existing.length > 0 ? at.data.map(pick) : [];
    const order = existing.length > 0 ? at.order.map(pick) : [];
    const returns = existing.length > 0 && ending === "returns" ? pick(at.returns) : undefined;
    const node = model.call(ending === "returns" && !returns ? "value" : ending, settled, data, order, returns);
    const run: Run = { node, handle: undefined as never, runs: 0, inputs: undefined, end: undefined, signal: undefined };
    const fn = (...inputs: unknown[]): unknown => {
      run.runs++;
      run.inputs = inputs;
      if (node.ending === "throws") throw `failed ${node.id}`;
      if (node.ending === "returns") return runs[node.returns!.id]!.handle;
      if (node.ending === "value") return { of: node.id };
      if (node.ending === "stoppable") run.signal = abortSignal();
      run.end = deferred();
      return run.end.promise;
    };
    const after = order.map(({ id }) => runs[id]!.handle);
    const wrapped = settled ? task({ settled })(fn, ...after) : task(fn, ...after);
    runs.push(run);
    run.handle = wrapped(...data.map(({ id }) => runs[id]!.handle), node.id);
  }

  /** The failures that nobody has taken charge of by now are reported, by the platform in a task of its own. */
  async function report(): Promise<void> {
    const before = reported.length;
    for (const { node, handle } of runs) {
      if (node.state !== "rejected" || node.isHandled || String(handle.reason).startsWith("abort")) continue;
      node.isHandled = true;
      reported.push(handle.reason);
    }
    if (reported.length > before) await turn();
  }

  function compareStates(): void {
    const expected = runs.map(({ node }) => `${node.id} ${isSettled(node) ? node.state : "pending"}`);
    assert.equal(runs.map(({ node, handle }) => `${node.id} ${handle.status}`), expected);
  }

  function compare(): void {
    compareStates();
    assert.equal(runs.map((run) => run.runs), runs.map(({ node }) => Number(node.hasRun)));
    for (const run of runs) {
      const { node, handle, inputs, signal } = run;
      if (handle.status === "rejected") assert.ok(reasonsOf(run, runs, aborts).includes(handle.reason));
      else assert.is(handle.reason, undefined);
      if (node.state === "fulfilled" && node.returns) assert.is(handle.value, runs[node.returns.id]!.handle.value);
      else if (node.state === "fulfilled") assert.equal(handle.value, { of: node.id });
      if (signal) assert.is(signal.aborted, node.isStopped);
      if (!inputs) continue;
      const handles = node.data.map(({ id }) => runs[id]!.handle);
      const expected = node.settled
        ? [...handles.map(({ status, value, reason }) => (status === "fulfilled" ? { status, value } : { status, reason })),
           { status: "fulfilled", value: node.id }]
        : [...handles.map(({ value }) => value), node.id];
      assert.equal(inputs, expected);
      if (!node.settled) inputs.forEach((input, i) => assert.is(input, expected[i]));
    }
  }

  async function pause(): Promise<void> {
    await drain();
    model.run();
    compare();
    await report();
  }

  const { unhandled } = await collectRejections(async () => {
    for (const step of commands) {
      if (step.do === "call") call(step);
      else if (step.do === "pause") await pause();
      else if (runs.length === 0) continue;
      else if (step.do === "chain" || step.do === "abort") {
        const open = runs.filter(({ handle }) => handle.status === "pending");
        const among = open.length > 0 ? open : runs;
        const run = among.at(-1 - (step.which % among.length))!;
        if (step.do === "chain") {
          run.handle.then(() => {}, () => {});
          run.node.isChained = run.node.isHandled = true;
        } else {
          if (!isSettled(run.node)) aborts.set(run.node, `abort ${run.node.id}`);
          run.handle.abort(`abort ${run.node.id}`);
          model.abort(run.node);
        }
        compareStates();
      } else {
        // What two bodies do in the same microtask checkpoint has no promised order.
        await pause();
        const open = runs.filter(({ end }) => end !== undefined);
        const run = open[step.which % (open.length || 1)];
        if (!run) continue;
        if (step.do === "fulfil") run.end!.resolve({ of: run.node.id });
        else run.end!.reject(`failed ${run.node.id}`);
        run.end = undefined;
        model.finish(run.node, step.do === "fulfil" ? "fulfilled" : "rejected");
        await pause();
      }
    }
    await pause();
  });
  assert.equal(unhandled.sort(), reported.sort());
}

const model = suite("model: any graph, any outcomes, any aborts");

model("each task runs, settles, is stopped and is reported as the contract says", async () => {
  await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 40 }), follow), {
    seed: 20_260_102,
    numRuns: 150,
  });
});

model.run();
