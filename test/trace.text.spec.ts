import stringWidth from "string-width";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "./aiodag.ts";
import { recordHostile } from "./fixtures/hostile.ts";
import { createClock } from "./support/clock.ts";
import { hostileNames } from "./support/hostile.ts";
import { stopTime } from "./support/time.ts";
import * as entry from "./trace.ts";

const { task } = core;
const { toDOT, toJSON, toMermaid, toTraceEvents, toWaterfall, trace } = entry;
const texts = suite("text");

/** A run with one of everything, whose last task settles after 80 ms; one aborted body still runs when it is stopped. */
function recordVariety(): Promise<entry.Recording> {
  return stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const run = trace();
    const load = task({ concurrency: 2 })(function load(ms: number) {
      return clock.sleep(ms);
    });
    const texts = [load(50), load(30), load(20)];
    const fail = task(async function fail(_: unknown) {
      await clock.sleep(10);
      throw new Error("no such thing");
    });
    const failed = fail(texts[1]);
    task(function unreached(_: unknown) {})(failed).catch(() => {});
    const stop = task(function stop() {
      return clock.sleep(1000);
    })();
    const inner = task(function inner() {
      return clock.sleep(30);
    });
    task(function relay(..._: unknown[]) {
      return inner();
    }, texts[2]!)(texts[0]);
    task({ settled: true })(function report(..._: unknown[]) {
      return clock.sleep(20);
    })(failed, texts[0]);
    void clock.sleep(60).then(() => stop.abort(new Error("enough")));
    void clock.sleep(100).then(() => run.stop());
    await clock.run();
    return run;
  });
}

texts("toWaterfall() draws waiting, slots, bodies, failures and aborts", async () => {
  const run = await recordVariety();
  const expected = `
          0                          40 ms                       80 ms
load #1   ██████████████████████████████████████                           50 ms
load #2   ███████████████████████                                          30 ms
stop      ████████████████████████████████████████████⊘───────────────    60 ms…
load #3   ░░░░░░░░░░░░░░░░░░░░░░░███████████████                           20 ms
fail      ·······················██████✗                                   10 ms
unreached ·····························✗
relay     ······································█·····················      0 ms
report    ······································███████████████            20 ms
inner                                           ██████████████████████     30 ms

· waiting  ░ waiting for a slot  █ running  ✗ failed  ⊘ aborted
─ body runs on after the abort`;
  assert.is(toWaterfall(run, { width: 80 }).split("\n").slice(0, 13).join("\n"), expected.slice(1));
});

texts("toWaterfall() shows a body that is shorter than a column, at the end of the run too", async () => {
  const run = await stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const run = trace();
    const last = task(function last(_: unknown) {})(task(function first() {
      return clock.sleep(100);
    })());
    await clock.run();
    await last;
    run.stop();
    return run;
  });
  const row = toWaterfall(run, { width: 60 }).split("\n").find((line) => line.startsWith("last"));
  assert.match(row!, /^last +·+█ +0 ms$/);
});

/** A run of 50 ms, in which a body is aborted after 20 that takes 400. */
function recordOutlived(): Promise<entry.Recording> {
  return stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const run = trace();
    const deaf = task(function deaf() {
      return clock.sleep(400);
    })();
    task(function useful() {
      return clock.sleep(50);
    })();
    void clock.sleep(20).then(() => deaf.abort());
    await clock.run();
    run.stop();
    return run;
  });
}

texts("a body that runs on after the abort stretches no chart, and says where it was aborted", async () => {
  const run = await recordOutlived();
  assert.equal(toWaterfall(run, { width: 60 }).split("\n"), [
    "       0                  25 ms              50 ms",
    "deaf   ████████████████⊘──────────────────────────     20 ms",
    "useful ███████████████████████████████████████████     50 ms",
    "",
    "█ running  ⊘ aborted  ─ body runs on after the abort",
    "2 tasks (1 fulfilled and 1 aborted) in 50 ms, 0 % above the",
    "critical path of 50 ms; 1.4 at once on average, 2 at most",
    "Critical path: useful",
    "",
  ]);
  assert.match(toMermaid(run), '"⊘ deaf<br/>20 ms<br/>');
  assert.match(toDOT(run), '"⊘ deaf\\n20 ms\\n');
  const { traceEvents } = JSON.parse(toTraceEvents(run)) as { traceEvents: Record<string, unknown>[] };
  assert.equal(traceEvents.filter(({ ph }) => ph === "X").map(({ name, ts, dur, tid }) => [name, ts, dur, tid]), [
    ["deaf", 1_000_000, 20_000, 1],
    ["deaf (runs on after the abort)", 1_020_000, 380_000, 1],
    ["useful", 1_000_000, 50_000, 2],
  ]);
});

texts("toWaterfall() lists what runs above what waits for it, in the order of the starts", () =>
  stopTime(async (setTime) => {
    const clock = createClock(setTime);
    const run = trace();
    const fetchText = task({ concurrency: 1 })(function fetchText(_: number) {
      return clock.sleep(40);
    });
    const first = task(function first() {
      return clock.sleep(30);
    })();
    const last = task(function last(..._: unknown[]) {})(first, task(function second(_: unknown) {
      return clock.sleep(20);
    })(first), fetchText(1), fetchText(2), fetchText(3));
    const stopped = fetchText(4);
    const lines = (): (string | undefined)[] => toWaterfall(run).split("\n\n")[0]!.split("\n").slice(1).map((line) => /^\w+( #\d)?/.exec(line)?.[0]);
    let during: unknown;
    void clock.sleep(35).then(() => {
      stopped.abort();
      during = lines();
    });
    await clock.run();
    await last;
    run.stop();
    const expected = ["first", "fetchText #3", "second", "fetchText #7", "fetchText #4", "fetchText #5", "last"];
    assert.equal(during, expected);
    assert.equal(lines(), expected);
  }),
);

texts("toWaterfall() ends with the summary", async () => {
  const run = await recordVariety();
  const lines = toWaterfall(run).split("\n").slice(13);
  assert.equal(lines, [
    "9 tasks (6 fulfilled, 2 failed and 1 aborted) in 80 ms, 0 % above the critical",
    "path of 80 ms; 2.75 at once on average, 4 at most; 30 ms waited for slots",
    "Critical path: load #1 → relay → inner",
    ""
  ]);
});

texts("toWaterfall() colours by ANSI sequences if asked to, and changes nothing else", async () => {
  const run = await recordVariety();
  const colored = toWaterfall(run, { color: true });
  assert.match(colored, /\u001b\[31m✗\u001b\[0m/);
  assert.not.match(toWaterfall(run), /\u001b/);
  assert.is(colored.replaceAll(/\u001b\[\d+m/g, ""), toWaterfall(run));
});

texts("toWaterfall() fits into its width, whatever the names", async () => {
  const run = await recordHostile(core, entry);
  for (const width of [40, 80, 200]) {
    for (const line of toWaterfall(run, { width }).split("\n")) {
      assert.ok(stringWidth(line) <= width, `${stringWidth(line)} columns: ${JSON.stringify(line)}`);
      assert.not.match(line, /[\p{Cc}\p{Bidi_Control}]/u);
    }
  }
});

texts("toWaterfall() cuts off long names, but not the ids that tell them apart", async () => {
  const run = trace();
  const long = task({ name: "a name that is too long for its column" })(() => {});
  await Promise.all([long(), long()]);
  run.stop();
  const [axis, ...lines] = toWaterfall(run, { width: 40 }).split("\n");
  assert.equal(lines.slice(0, 2).map((line) => line.slice(0, 13)), ["a name th… #1", "a name th… #2"]);
  assert.match(axis!, /^ +0 .* ms$/);
});

const throws = (body: () => unknown, kind: ErrorConstructor, message: string): void =>
  assert.throws(body, (error: Error) => error.constructor === kind && error.message === message, message);

texts("toWaterfall() refuses a width that is none, and options that it does not have", () => {
  const run = trace();
  run.stop();
  const draw = (options: unknown) => () => toWaterfall(run, options as never);
  for (const width of [0, -3, 39, 80.5, NaN, Infinity]) {
    throws(draw({ width }), RangeError, `Cannot draw ${width} columns wide: expected an integer from 40`);
  }
  throws(draw({ width: "80" }), TypeError, 'Cannot draw "80" columns wide: expected an integer from 40');
  throws(draw({ color: "always" }), TypeError, 'Cannot use "always" as color: expected a boolean');
  throws(draw({ colour: true }), TypeError, 'Cannot use the option "colour": expected width or color');
  throws(draw(null), TypeError, "Cannot draw a waterfall with null: expected an object of options");
  throws(draw(100), TypeError, "Cannot draw a waterfall with 100: expected an object of options");
  assert.is(toWaterfall(run, { width: undefined, color: undefined }), "No task was recorded\n");
});

texts("what is no recording is refused by name", () => {
  const task = core.task(() => 1)();
  const run = trace();
  run.stop();
  const refused: [(run: never) => string, string][] = [
    [toWaterfall, "Cannot draw % as a waterfall: expected a recording"],
    [toMermaid, "Cannot draw % as a Mermaid flowchart: expected a recording"],
    [toDOT, "Cannot draw % as a DOT graph: expected a recording"],
    [toJSON, "Cannot write % as JSON: expected a recording"],
    [toTraceEvents, "Cannot write % as trace events: expected a recording"],
  ];
  const wrong: [unknown, string][] = [
    [undefined, "undefined"], [null, "null"], [5, "5"], ["run", '"run"'], [trace, "a function"],
    [{}, "an object"], [run.tasks, "an object"], [run.summary(), "an object"], [task, "an object"],
  ];
  for (const [write, message] of refused) {
    for (const [value, shown] of wrong) throws(() => write(value as never), TypeError, message.replace("%", shown));
    assert.ok(write(run as never));
  }
});

texts("toMermaid() writes boxes, arrows by kind, and the critical path", async () => {
  const run = await recordVariety();
  assert.equal(toMermaid(run).split("\n"), [
    "flowchart LR",
    "  t1[\"load #35;1<br/>50 ms\"]",
    "  t2[\"load #35;2<br/>30 ms\"]",
    "  t3[\"load #35;3<br/>20 ms\"]",
    "  t4[\"✗ fail<br/>10 ms<br/>Error: no such thing\"]",
    "  t5[\"✗ unreached<br/>not run\"]",
    "  t6[\"⊘ stop<br/>60 ms<br/>Error: enough\"]",
    "  t7[\"relay<br/>0 ms\"]",
    "  t8[\"report<br/>20 ms\"]",
    "  t9[\"inner<br/>30 ms\"]",
    "  t2 --> t4",
    "  t4 --> t5",
    "  t1 --> t7",
    "  t3 -.-> t7",
    "  t9 ==> t7",
    "  t4 --> t8",
    "  t1 --> t8",
    "  linkStyle 2 stroke-width:4px",
    "  classDef failed fill:#ffe3e3,stroke:#c92a2a,color:#000",
    "  class t4,t5 failed",
    "  classDef aborted fill:#e9ecef,stroke:#495057,color:#000,stroke-dasharray:6 4",
    "  class t6 aborted",
    "  classDef critical stroke-width:4px",
    "  class t1,t7,t9 critical",
    ""
  ]);
});

texts("toDOT() writes boxes, arrows by kind, and the critical path", async () => {
  const run = await recordVariety();
  assert.equal(toDOT(run).split("\n"), [
    "digraph aiodag {",
    "  rankdir=LR;",
    "  charset=\"UTF-8\";",
    "  node [shape=box fontname=\"sans-serif\"];",
    "  t1 [label=\"load #1\\n50 ms\" style=rounded penwidth=3];",
    "  t2 [label=\"load #2\\n30 ms\" style=rounded];",
    "  t3 [label=\"load #3\\n20 ms\" style=rounded];",
    "  t4 [label=\"✗ fail\\n10 ms\\nError: no such thing\" style=filled fillcolor=\"#ffe3e3\" color=\"#c92a2a\"];",
    "  t5 [label=\"✗ unreached\\nnot run\" style=filled fillcolor=\"#ffe3e3\" color=\"#c92a2a\"];",
    "  t6 [label=\"⊘ stop\\n60 ms\\nError: enough\" style=\"filled,dashed\" fillcolor=\"#e9ecef\" color=\"#495057\"];",
    "  t7 [label=\"relay\\n0 ms\" style=rounded penwidth=3];",
    "  t8 [label=\"report\\n20 ms\" style=rounded];",
    "  t9 [label=\"inner\\n30 ms\" style=rounded penwidth=3];",
    "  t2 -> t4 [class=data];",
    "  t4 -> t5 [class=data];",
    "  t1 -> t7 [class=data penwidth=3];",
    "  t3 -> t7 [class=order style=dashed];",
    "  t9 -> t7 [class=returned arrowhead=odot];",
    "  t4 -> t8 [class=data];",
    "  t1 -> t8 [class=data];",
    "}",
    ""
  ]);
});

texts("toJSON() holds the tasks and the summary", async () => {
  const run = await recordVariety();
  const { summary, tasks, ...rest } = JSON.parse(toJSON(run));
  assert.equal(rest, { version: 1, begun: 1000, now: 1100, dropped: 0 });
  const { criticalPath, ...numbers } = run.summary();
  assert.equal(summary, { ...numbers, criticalPath: { tasks: criticalPath.tasks.map(({ id }) => id), length: criticalPath.length } });
  assert.equal(tasks.length, run.tasks.length);
  assert.equal(tasks[3], {
    id: 4,
    name: "fail",
    status: "failed",
    dependencies: [{ task: 2, kind: "data", index: 0 }],
    invoked: 1000,
    ready: 1030,
    started: 1030,
    ended: 1040,
    settled: 1040,
    waitedForSlot: 0,
    reason: "Error: no such thing",
    origin: 4,
  });
});

texts("toTraceEvents() gives bodies in lanes, in which they do not overlap, and arrows", async () => {
  const run = await recordVariety();
  const { traceEvents } = JSON.parse(toTraceEvents(run)) as { traceEvents: Record<string, unknown>[] };
  const bodies = traceEvents.filter(({ ph }) => ph === "X");
  assert.equal(bodies.map(({ name, ts, dur, tid }) => [name, ts, dur, tid]), [
    ["load", 1_000_000, 50_000, 1],
    ["load", 1_000_000, 30_000, 2],
    ["load", 1_030_000, 20_000, 2],
    ["fail", 1_030_000, 10_000, 4],
    ["stop", 1_000_000, 60_000, 3],
    ["stop (runs on after the abort)", 1_060_000, 40_000, 3],
    ["relay", 1_050_000, 0, 1],
    ["report", 1_050_000, 20_000, 1],
    ["inner", 1_050_000, 30_000, 2],
  ]);
  const arrows = traceEvents.filter(({ ph }) => ph === "s" || ph === "f");
  assert.is(arrows.length, 2 * 5);
  const instants = traceEvents.filter(({ ph }) => ph === "i");
  assert.equal(instants.map(({ name, ts }) => [name, ts]), [["unreached", 1040 * 1000]]);
});

for (const [name, write] of Object.entries({ toJSON, toTraceEvents })) {
  texts(`${name}() gives back every name, and can stand in a script element`, async () => {
    const run = await recordHostile(core, entry);
    const text = write(run);
    assert.not.match(text, /[<>&\u2028\u2029]|[\p{Cc}\p{Bidi_Control}]/u);
    const read = JSON.stringify(JSON.parse(text));
    for (const name of hostileNames) assert.ok(read.includes(JSON.stringify(name)), name);
  });
}

for (const [name, write] of Object.entries({ toMermaid, toDOT, toWaterfall })) {
  texts(`${name}() writes no control characters, and no line of the user's`, async () => {
    const run = await recordHostile(core, entry);
    const text = write(run);
    assert.not.match(text, /(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\ufffe\uffff]/u);
    assert.not.match(text, /^and a/m);
  });
}

texts("reasons of every kind are put into words, and none is harmed by it", async () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const reasons: unknown[] = [
    undefined,
    null,
    5n,
    Symbol("sign"),
    "text",
    { toString: () => { throw new Error("a trap"); } },
    () => {},
    Object.assign(new Error("plain"), { name: "Odd" }),
    Object.defineProperty(new Error("x"), "message", { get: () => { throw new Error("a trap"); } }),
    revoked.proxy,
    new RangeError(""),
  ];
  const run = trace();
  for (const reason of reasons) await task(() => { throw reason; })().catch(() => {});
  run.stop();
  const { tasks } = JSON.parse(toJSON(run)) as { tasks: { reason: string }[] };
  assert.equal(
    tasks.map(({ reason }) => reason),
    ["undefined", "null", "5", "Symbol(sign)", "text", "an object", "a function", "Odd: plain", "an object", "an object", "RangeError"],
  );
  for (const write of [toDOT, toMermaid, toTraceEvents, toWaterfall]) write(run);
});

texts("exports leave out what the limit has dropped, and say how much that is", async () => {
  const run = trace({ limit: 2 });
  const next = task(function next(n: number) {
    return n + 1;
  });
  await next(next(next(1)));
  assert.match(toWaterfall(run), "1 older task was dropped");
  await next(next(next(1)));
  run.stop();
  assert.match(toMermaid(run), /^---\ntitle: 4 older tasks were dropped\n---\nflowchart LR\n/);
  assert.match(toMermaid(run), /t5 --> t6/);
  assert.not.match(toMermaid(run), /t4/);
  assert.match(toDOT(run), 'label="4 older tasks were dropped"');
  assert.not.match(toDOT(run), /t4/);
  assert.match(toWaterfall(run).replaceAll("\n", " "), "2 tasks (2 fulfilled) in");
  assert.match(toWaterfall(run).replaceAll("\n", " "), "1 at most; 4 older tasks were dropped");
  const json = JSON.parse(toJSON(run));
  assert.equal([json.dropped, json.summary.dropped, json.tasks.length], [4, 4, 2]);
  const { traceEvents, otherData } = JSON.parse(toTraceEvents(run));
  assert.equal([traceEvents[0].args, otherData], [{ name: "aiodag (4 older tasks were dropped)" }, { dropped: 4 }]);
});

texts("exports of all that there was say nothing of what was dropped", async () => {
  const run = await recordVariety();
  for (const write of [toWaterfall, toMermaid, toDOT]) assert.not.match(write(run), "dropped");
  const { traceEvents, otherData } = JSON.parse(toTraceEvents(run));
  assert.equal([traceEvents[0].args, otherData], [{ name: "aiodag" }, { dropped: 0 }]);
});

texts.run();
