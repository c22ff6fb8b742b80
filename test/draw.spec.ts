import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "./aiodag.ts";
import { toHTML, toSVG } from "./draw.ts";
import { recordHostile } from "./fixtures/hostile.ts";
import { deferred } from "./support/deferred.ts";
import { hostileNames } from "./support/hostile.ts";
import { boundsOfPath } from "./support/path.ts";
import { arrowsOf, boxesOf, checkPlaces, idOf, outlineOf } from "./support/picture.ts";
import { recordRandom, recordVariety } from "./support/runs.ts";
import { stopTime } from "./support/time.ts";
import { type Element, parse } from "./support/xml.ts";
import * as entry from "./trace.ts";

const { task } = core;
const { trace } = entry;
const draw = suite("draw");

const textsOf = (box: Element): string[] => box.find("text").map(({ text }) => text);

/** The colours that a picture gives to what has a class, by the style sheet that is in it. */
function colorOf(svg: Element, selector: string, property: "fill" | "stroke"): string {
  const rule = [...svg.find("style")[0]!.text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].filter(([, name]) => name!.endsWith(selector)).at(-1);
  const [, color] = new RegExp(`${property}:(#\\w+)`).exec(rule?.[2] ?? "") ?? [];
  assert.ok(color, `${selector} has a ${property}`);
  return color;
}

/** How far apart two colours are, as WCAG 2 measures it. */
function contrast(...colors: [string, string]): number {
  const [light, dark] = colors
    .map((color) => {
      const [red, green, blue] = [1, 3, 5]
        .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

draw("toSVG() draws a box for each task, with its name, its time, and where a failure began its reason", async () => {
  const svg = parse(toSVG(await recordVariety(core, entry)));
  assert.equal(boxesOf(svg).map((box) => [idOf(box), box.classes.slice(1).join(" "), ...textsOf(box)]), [
    [1, "fulfilled critical", "load #1", "50 ms"],
    [2, "fulfilled", "load #2", "30 ms"],
    [3, "fulfilled", "load #3", "20 ms"],
    [4, "running", "load #4", "15 ms…"],
    [5, "fulfilled", "load #5", "5 ms"],
    [6, "failed", "fetchUser", "10 ms", "TypeError: Failed to fetch https://…"],
    [7, "failed", "renderProfile", "not run"],
    [8, "aborted", "watch", "60 ms…", "Error: enough"],
    [9, "aborted", "summarize", "not run"],
    [10, "waiting critical", "relay", "0 ms"],
    [11, "running", "report", "15 ms…"],
    [12, "running", "slow", "15 ms…"],
    [13, "waiting", "wait", "waiting"],
    [14, "running", "write #14", "65 ms…"],
    [15, "ready", "write #15", "ready"],
    [16, "running critical", "inner", "15 ms…"],
  ]);
});

draw("toSVG() draws an arrow for each dependency, of its kind, and those of the critical path above the others", async () => {
  const svg = parse(toSVG(await recordVariety(core, entry)));
  const arrows = arrowsOf(svg).map(({ attributes }) => `${attributes["data-from"]} ${attributes["class"]} ${attributes["data-to"]}`);
  assert.equal(arrows, [
    "2 data 6",
    "6 data 7",
    "8 data 9",
    "3 order 10",
    "16 returned 10",
    "6 data 11",
    "1 data 11",
    "1 data 12",
    "12 data 13",
    "2 data 13",
    "1 data critical 10",
  ]);
});

draw("toSVG() marks the critical path, and nothing else, by rings", async () => {
  const run = await recordRandom(40, core, entry);
  const boxes = boxesOf(parse(toSVG(run)));
  const marked = boxes.filter((box) => box.find("path", "c").length > 0).map(idOf);
  const path = run.summary().criticalPath.tasks.map(({ id }) => id);
  assert.ok(path.length > 2);
  assert.equal(marked.sort((a, b) => a - b), path.sort((a, b) => a - b));
});

draw("toSVG() ends with a legend of what is there, and the summary", async () => {
  const svg = parse(toSVG(await recordVariety(core, entry)));
  const texts = svg.children.filter(({ name, classes }) => name === "g" && classes[0] === "").map((group) => textsOf(group));
  assert.equal(texts.at(-2), [
    "waiting",
    "ready",
    "running",
    "fulfilled",
    "failed",
    "aborted",
    "argument",
    "order only",
    "returned by the body",
    "critical path",
  ]);
  assert.match(texts.at(-1)!.join(" "), "16 tasks (2 waiting, 1 ready, 5 running, 4 fulfilled, 2 failed and 2 aborted) in 65\u00a0ms, ");
  const run = trace();
  await task(() => 1)();
  run.stop();
  const plain = parse(toSVG(run));
  assert.equal(textsOf(plain).slice(2, 4), ["fulfilled", "critical path"]);
});

draw("each status has a shape, a sign and a colour of its own", async () => {
  const svg = parse(toSVG(await recordVariety(core, entry), { theme: "light" }));
  const statuses = ["waiting", "ready", "running", "fulfilled", "failed", "aborted"];
  const seen = (read: (box: Element, status: string) => string): number =>
    new Set(statuses.map((status) => read(boxesOf(svg).find(({ classes }) => classes.includes(status))!, status))).size;
  // The commands of the path, where it begins and how it is rounded tell one shape from another.
  const shape = (box: Element): string => {
    const data = outlineOf(box);
    const begin = Number(/^M([\d.]+)/.exec(data)![1]) - boundsOfPath(data).left;
    return [data.replace(/ ?-?[\d.]+/g, ""), begin.toFixed(), /a([\d.]+)/.exec(data)?.[1]].join();
  };
  assert.is(seen(shape), 6);
  assert.is(seen((box) => box.find("path", "s")[0]!.attributes["d"]!), 6);
  assert.is(seen((_, status) => colorOf(svg, `.${status} .o`, "fill") + colorOf(svg, `.${status} .o`, "stroke")), 6);
});

draw("light and dark have contrast enough: 4.5 for texts, 3 for outlines and arrows", async () => {
  const run = await recordVariety(core, entry);
  for (const theme of ["light", "dark"] as const) {
    const svg = parse(toSVG(run, { theme }));
    const page = colorOf(svg, " .p", "fill");
    const check = (least: number, a: string, b: string, what: string): void => {
      const found = contrast(a, b);
      assert.ok(found >= least, `${theme}, ${what}: ${found.toFixed(2)} is less than ${least}`);
    };
    check(4.5, colorOf(svg, " .d", "fill"), page, "legend");
    check(3, colorOf(svg, " .e", "stroke"), page, "arrow");
    check(3, colorOf(svg, " .c", "stroke"), page, "critical path");
    for (const status of ["waiting", "ready", "running", "fulfilled", "failed", "aborted"]) {
      const fill = colorOf(svg, `.${status} .o`, "fill");
      check(4.5, colorOf(svg, " .n", "fill"), fill, `name in ${status}`);
      check(4.5, colorOf(svg, ".t .d", "fill"), fill, `time in ${status}`);
      check(3, colorOf(svg, `.${status} .o`, "stroke"), page, `outline of ${status}`);
      check(3, colorOf(svg, `.${status} .s`, "stroke"), fill, `sign of ${status}`);
    }
  }
});

draw("toSVG() leaves light or dark to who looks at it, unless it is told", async () => {
  const run = await recordVariety(core, entry);
  const [automatic, light, dark] = [toSVG(run), toSVG(run, { theme: "light" }), toSVG(run, { theme: "dark" })];
  assert.is(automatic, toSVG(run, { theme: "auto" }));
  assert.is(automatic, toSVG(run, { theme: undefined }));
  assert.match(automatic, "@media (prefers-color-scheme:dark)");
  for (const fixed of [light, dark]) assert.not.match(fixed, "@media");
  const page = (svg: string): string => colorOf(parse(svg), " .p", "fill");
  assert.is(page(light), "#ffffff");
  assert.is(page(dark), "#14171b");
  // The last rule is the one for those who prefer dark.
  assert.is(page(automatic), page(dark));
});

draw("toSVG() refuses what it does not know", async () => {
  const run = await recordVariety(core, entry);
  const refused = (options: object, message: string): void =>
    assert.throws(() => toSVG(run, options), (error: Error) => error instanceof TypeError && error.message === message);
  refused({ theme: "blue" }, 'Cannot use "blue" as theme: expected "auto", "light" or "dark"');
  refused({ theme: 5 }, 'Cannot use 5 as theme: expected "auto", "light" or "dark"');
  refused({ color: true }, 'Cannot use the option "color": expected theme');
});

draw("toSVG() and toHTML() refuse what is no recording", async () => {
  const refused = (body: () => unknown, message: string): void =>
    assert.throws(body, (error: Error) => error instanceof TypeError && error.message === message);
  refused(() => toSVG(undefined as never), "Cannot draw undefined as SVG: expected a recording");
  refused(() => toSVG({} as never), "Cannot draw an object as SVG: expected a recording");
  refused(() => toHTML(5 as never), "Cannot draw 5 as HTML: expected a recording");
  refused(() => toHTML("run" as never), 'Cannot draw "run" as HTML: expected a recording');
  refused(() => toHTML(trace as never), "Cannot draw a function as HTML: expected a recording");
  refused(() => toHTML([] as never), "Cannot draw an object as HTML: expected a recording");
  const run = await recordVariety(core, entry);
  for (const options of [null, "dark"]) {
    refused(() => toSVG(run, options as never), `Cannot draw with ${JSON.stringify(options)}: expected an object of options`);
  }
});

draw("toSVG() of an empty recording says so", () => {
  const run = trace();
  run.stop();
  const svg = parse(toSVG(run));
  assert.equal(svg.find("text").map(({ text }) => text), ["No task was recorded"]);
});

for (const count of [14, 80]) {
  draw(`boxes of ${count} tasks stand apart, within the picture, and arrows go from box to box`, async () => {
    const run = await recordRandom(count, core, entry);
    const svg = parse(toSVG(run));
    assert.is(boxesOf(svg).length, count);
    assert.is(arrowsOf(svg).length, run.tasks.reduce((sum, { dependencies }) => sum + dependencies.length, 0));
    checkPlaces(svg);
  });
}

draw("the picture of 500 tasks is not much higher than its fullest column", async () => {
  const svg = parse(toSVG(await recordRandom(500, core, entry)));
  const columns = new Map<number, number>();
  for (const box of boxesOf(svg)) {
    const { left, right } = boundsOfPath(outlineOf(box));
    const middle = Math.round((left + right) / 2);
    columns.set(middle, (columns.get(middle) ?? 0) + 1);
  }
  const rowHeight = 26 + 12;
  assert.ok(Number(svg.attributes["height"]) < Math.max(...columns.values()) * rowHeight * 2);
});

draw("tasks that depend on nothing fill the picture's width, instead of one column", async () => {
  const run = trace();
  for (let i = 0; i < 90; i++) task(() => i)();
  await run.idle();
  run.stop();
  const svg = parse(toSVG(run));
  checkPlaces(svg);
  assert.ok(Number(svg.attributes["width"]) > Number(svg.attributes["height"]));
});

draw("tasks that wait for themselves are drawn, with the arrows both ways", async () => {
  const run = trace();
  const pass = task({ name: "pass" })((value: unknown) => value);
  const handles: core.Task<unknown>[] = [];
  const first = task({ name: "first" })(() => handles[0])();
  const second = pass(first);
  handles.push(second);
  await new Promise((resolve) => setTimeout(resolve, 0));
  run.stop();
  const svg = parse(toSVG(run));
  assert.equal(arrowsOf(svg).map(({ attributes }) => [attributes["data-from"], attributes["data-to"], attributes["class"]!.split(" ")[0]]), [
    ["2", "1", "returned"],
    ["1", "2", "data"],
  ]);
  second.abort();
  first.abort();
});

draw("toSVG() shows what the limit of the recording has left, and no arrow from what it has not", async () => {
  const run = trace({ limit: 2 });
  const next = task(function next(n: number) {
    return n + 1;
  });
  await next(next(next(1)));
  run.stop();
  const svg = parse(toSVG(run));
  assert.equal(boxesOf(svg).map(idOf), [2, 3]);
  assert.match(textsOf(svg).join(" "), "1 older task was dropped");
  assert.is(arrowsOf(svg).length, 1);
});

draw("toSVG() writes the same picture of the same recording, and leaves it as it was", async () => {
  const run = await recordRandom(60, core, entry);
  const before = entry.toJSON(run);
  assert.is(toSVG(run), toSVG(run));
  assert.is(entry.toJSON(run), before);
});

const elements = ["svg", "title", "style", "rect", "g", "path", "circle", "text"];
const attributes = [
  "xmlns", "class", "width", "height", "viewBox", "role", "x", "y", "d", "cx", "cy", "r", "transform", "data-id",
  "data-from", "data-to", "textLength", "lengthAdjust",
];

draw("an XML parser reads the SVG of hostile names and reasons, and finds nothing in it but what the picture has", async () => {
  const svg = parse(toSVG(await recordHostile(core, entry)));
  for (const element of svg.all()) {
    assert.ok(elements.includes(element.name), element.name);
    for (const name of Object.keys(element.attributes)) assert.ok(attributes.includes(name), name);
  }
  assert.is(svg.find("style").length, 1);
  assert.is(boxesOf(svg).length, hostileNames.length * 3 + hostileNames.length);
  checkPlaces(svg);
  const titles = svg.find("title").map(({ text }) => text);
  const harmless = hostileNames.filter((name) => /^[\x20-\x7e]{2,60}$/.test(name));
  assert.ok(harmless.length > 10);
  for (const name of harmless) assert.ok(titles.some((title) => title.startsWith(`${name} #`)), name);
});

draw("long names are cut off in boxes, and told in full by titles up to a length", async () => {
  const run = trace();
  await task({ name: "a".repeat(200) })(() => 1)();
  await task({ name: "名".repeat(2000) })(() => 1)();
  for (let i = 0; i < 2; i++) await task({ name: "b".repeat(200) })(() => 1)();
  run.stop();
  const svg = parse(toSVG(run));
  const [first, second, ...others] = boxesOf(svg) as [Element, Element, Element, Element];
  assert.is(textsOf(first)[0], `${"a".repeat(31)}…`);
  assert.is(textsOf(second)[0], `${"名".repeat(15)}…`);
  // What tells tasks of one name apart is not cut off.
  assert.equal(others.map((box) => textsOf(box)[0]), [3, 4].map((id) => `${"b".repeat(28)}… #${id}`));
  assert.match(first.find("title")[0]!.text, new RegExp(`^a{200}, fulfilled, `));
  assert.ok(second.find("title")[0]!.text.length <= 300);
});

draw("reasons of every kind are drawn, and none is harmed by it", async () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const trap = (): never => {
    throw new Error("a trap");
  };
  const reasons: unknown[] = [
    undefined,
    null,
    Symbol("sign"),
    { toString: trap },
    Object.defineProperty(new Error("x"), "message", { get: trap }),
    Object.defineProperty(new Error("y"), "stack", { get: trap }),
    Object.defineProperty(new Error("z"), "stack", { value: 5 }),
    revoked.proxy,
  ];
  const run = trace();
  for (const reason of reasons) await task(() => { throw reason; })().catch(() => {});
  run.stop();
  const said = boxesOf(parse(toSVG(run))).map((box) => textsOf(box)[2]);
  assert.equal(said, ["undefined", "null", "Symbol(sign)", "an object", "an object", "Error: y", "Error: z", "an object"]);
  assert.ok(toHTML(run));
});

/** The texts of the elements of a name, in a page. */
const contents = (page: string, name: string): string[] =>
  Array.from(page.matchAll(new RegExp(`<${name}\\b[^>]*>([^]*?)</${name}>`, "g")), ([, text]) => text!);

draw("toHTML() has a policy that allows its own script and style by their hashes, and nothing else", async () => {
  const page = toHTML(await recordHostile(core, entry));
  const hash = async (text: string): Promise<string> => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
  };
  const [data, script, ...scripts] = contents(page, "script");
  const [style, ...styles] = contents(page, "style");
  assert.equal([scripts, styles], [[], []]);
  assert.ok(JSON.parse(data!));
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)!;
  assert.equal(policy!.split("; "), [
    "default-src 'none'",
    `script-src ${await hash(script!)}`,
    `style-src ${await hash(style!)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ]);
  assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("<title>"));
});

draw("toHTML() holds the recording as JSON, which cannot end its script", async () => {
  const run = await recordHostile(core, entry);
  const [data] = contents(toHTML(run), "script");
  const { tasks } = JSON.parse(data!) as { tasks: { id: number; name: string; reason?: string; errorStack?: string }[] };
  assert.equal(tasks.map(({ id, name }) => [id, name]), run.tasks.map(({ id, name }) => [id, name]));
  assert.not.match(data!, /[<>&\u2028\u2029]/);
  assert.is(tasks.filter(({ reason }) => reason !== undefined).length, run.tasks.filter(({ status }) => status !== "fulfilled").length);
  assert.ok(tasks.some(({ errorStack }) => errorStack !== undefined));
});

draw("toHTML() has the graph, a row for each task, and the summary", async () => {
  const run = await recordVariety(core, entry);
  const page = toHTML(run);
  const [svg] = /<svg xmlns[^]*?<\/svg>/.exec(page)!;
  assert.is(boxesOf(parse(svg)).length, 16);
  assert.is(page.match(/role="option"/g)!.length, 16);
  assert.match(page, "<h1>16 tasks in 65 ms</h1>");
  assert.match(page, "16 tasks (2 waiting, 1 ready, 5 running, 4 fulfilled, 2 failed and 2 aborted) in 65\u00a0ms, ");
});

draw("toSVG() and toHTML() show a run that goes on as it is at one moment", async () => {
  const run = entry.trace();
  const gate = deferred<void>();
  const handle = core.task(function wait() {
    return gate.promise;
  })();
  let asked = 0;
  const summary = run.summary.bind(run);
  run.summary = () => (asked++, summary());
  toHTML(run);
  toSVG(run);
  gate.resolve();
  await handle;
  run.stop();
  assert.is(asked, 2);
});

/** The rows of the waterfall in a page: the name and the bars of each. */
function rowsOf(page: string): { name: string; bars: string[] }[] {
  return Array.from(page.matchAll(/<span class="name"[^>]*><span dir="auto">([^<]*)<\/span>([^<]*)<\/span>.*?<svg class="bar"[^>]*>(.*?)<\/svg>/g), ([, name, ending, bars]) => ({
    name: name! + ending!,
    bars: Array.from(bars!.matchAll(/class="(\w+)"/g), ([, phase]) => phase!),
  }));
}

draw("the waterfall of toHTML() has tasks in the order in which they started, then what is ready, and last what waits", async () => {
  // A clock that stands still, as a coarse one seems to: then the order is that of the calls.
  await stopTime(async () => {
    const run = trace();
    const gate = deferred<void>();
    const one = task({ concurrency: 1 })(async function limited(_: unknown) {
      await gate.promise;
    });
    const late = task(function late() {
      return gate.promise;
    });
    const first = one(1);
    task(function waits(..._: unknown[]) {})(first);
    one(2);
    const failed = task(async function fails() {
      throw new Error("Nothing there");
    })();
    await task({ name: "never" })((_: unknown) => {})(failed).catch(() => {});
    late();
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.equal(rowsOf(toHTML(run)).map(({ name }) => name), ["limited #1", "fails", "never", "late", "limited #3", "waits"]);
    gate.resolve();
    await run.idle();
    run.stop();
  });
});

draw("toHTML() and toSVG() tell that a body ran on after its task was aborted", async () => {
  const run = await recordVariety(core, entry);
  const page = toHTML(run);
  const rows = rowsOf(page);
  assert.equal(rows.filter(({ bars }) => bars.includes("late")), [{ name: "watch", bars: ["body", "late"] }]);
  const { tasks } = JSON.parse(contents(page, "script")[0]!) as { tasks: { name: string; late: number }[] };
  assert.equal(tasks.filter(({ late }) => late > 0).map(({ name, late }) => [name, late]), [["watch", 5]]);
  const titles = boxesOf(parse(toSVG(run))).map((box) => box.find("title")[0]!.text);
  assert.equal(titles.filter((title) => title.includes("ran on")), ["watch, aborted, 60 ms…, ran on for 5 ms after the abort, Error: enough"]);
});

draw("a body that runs on long after the last task has ended makes the waterfall a tenth longer, and no more", async () => {
  const page = await stopTime(async (setTime) => {
    const run = trace();
    const endless = task(function endless() {
      return new Promise<void>(() => {});
    })();
    endless.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 0));
    setTime(100);
    endless.abort();
    setTime(5000);
    run.stop();
    return toHTML(run);
  });
  assert.match(page, "<span>110 ms</span>");
  const [, from, to] = /<path class="late" d="M(\S+) 8H(\S+)"/.exec(page)!.map(Number);
  assert.equal([from, to], [909.1, 1000]);
});

draw("toHTML() leaves the graph out where there are too many tasks, and says what the limit has dropped", async () => {
  const run = trace({ limit: 3001 });
  for (let i = 0; i < 3002; i++) task(() => i)();
  await run.idle();
  run.stop();
  const page = toHTML(run);
  assert.not.match(page, "<svg xmlns");
  assert.match(page, "3,001 tasks are too many to draw");
  assert.match(page, "1 older task was dropped");
  const none = trace();
  none.stop();
  assert.match(toHTML(none), "No task was recorded");
});

draw.run();
