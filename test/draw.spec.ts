import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "./aiodag.ts";
import { toHTML, toSVG } from "./draw.ts";
import { recordHostile } from "./fixtures/hostile.ts";
import { hostileNames } from "./support/hostile.ts";
import { boundsOfPath, type Bounds } from "./support/path.ts";
import { recordRandom, recordVariety } from "./support/runs.ts";
import { type Element, parse } from "./support/xml.ts";
import * as entry from "./trace.ts";

const { task } = core;
const { trace } = entry;
const draw = suite("draw");

const boxesOf = (svg: Element): Element[] => svg.find("g", "t");
const idOf = (box: Element): number => Number(box.attributes["data-id"]);
const textsOf = (box: Element): string[] => box.find("text").map(({ text }) => text);
const outlineOf = (box: Element): string => box.find("path", "o")[0]!.attributes["d"]!;
const arrowsOf = (svg: Element): Element[] => svg.find("g").filter(({ attributes }) => "data-from" in attributes);

draw("toSVG() draws a box for each task, with its name, its time and where a failure began its reason", async () => {
  const run = await recordVariety(core, entry);
  const boxes = boxesOf(parse(toSVG(run)));
  assert.equal(boxes.map((box) => [idOf(box), box.classes[1], ...textsOf(box)]), [
    [1, "fulfilled", "load #1", "50 ms"],
    [2, "fulfilled", "load #2", "30 ms"],
    [3, "fulfilled", "load #3", "20 ms"],
    [4, "running", "load #4", "15 ms…"],
    [5, "running", "load #5", "15 ms…"].with(4, run.tasks[4]!.status === "running" ? "15 ms…" : "5 ms").with(1, run.tasks[4]!.status),
    [6, "failed", "fetchUser", "10 ms", "TypeError: Failed to fetch https://…"],
    [7, "failed", "renderProfile", "not run"],
    [8, "aborted", "watch", "65 ms…", "Error: enough"],
    [9, "aborted", "summarize", "not run"],
    [10, "running", "relay", "0 ms"],
    [11, "waiting", "report", "waiting"],
    [12, "running", "slow", "15 ms…"],
    [13, "waiting", "wait", "waiting"],
    [14, "running", "inner", "15 ms…"],
  ]);
});

draw.run();
