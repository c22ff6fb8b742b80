import { sha256 } from "@noble/hashes/sha2.js";
import type { RecordedTask, Recording } from "../../trace.ts";
import { safeJSON } from "../trace/json.ts";
import { describeReason, duration, labels, plain } from "../trace/text.ts";
import { bodyEnd, boundsOf, inOrder, lateness, type Span, spansOf, timeOf } from "./chart.ts";
import { checkRecording } from "./check.ts";
import { pageScript, pageStyle } from "./page.ts";
import { isFailure, lines, stackOf } from "./reason.ts";
import { count, describe } from "./saying.ts";
import { type Moment, momentOf } from "./scene.ts";
import { rounded, round, signs } from "./shapes.ts";
import { graphStyle } from "./style.ts";
import { drawGraph } from "./svg.ts";
import { escape, splitLabel } from "./text.ts";

/** Tasks up to which the page has a graph: browsers take long over larger pictures. */
const mostDrawn = 3000;

/**
 * A recording as a page of one file, to keep or to send to somebody: the graph, which can be zoomed, the waterfall and
 * the summary. A click or the arrow keys select a task, and its times, dependencies, outcome and stack are shown. It is
 * light or dark, as who reads it prefers, and opens from a disk.
 *
 * Names, reasons and stacks are escaped; the page's Content-Security-Policy lets nothing run or load but its own script
 * and style. Reasons are in it as text, stacks with the paths of files: look at it before you give it to strangers.
 * The graph is left out above 3,000 tasks.
 *
 * @param run What {@linkcode trace} returned.
 * @returns An HTML document.
 * @throws {TypeError} For what is no recording.
 *
 * @example Keep a run to look at later
 * ```ts
 * import { task } from "aiodag";
 * import { toHTML } from "aiodag/draw";
 * import { trace } from "aiodag/trace";
 *
 * const run = trace();
 * await task(async function answer() { return 42; })();
 * run.stop();
 * console.log(toHTML(run).startsWith("<!doctype html>")); // true
 * ```
 */
export function toHTML(run: Recording): string {
  checkRecording(run, (value) => `Cannot draw ${value} as HTML`);
  const moment = momentOf(run);
  const { tasks, now, summary } = moment;
  const label = labels(tasks);
  const { begin, end } = boundsOf(tasks, now);
  const critical = new Set(summary.criticalPath.tasks.map(({ id }) => id));
  const style = pageStyle + graphStyle("auto");
  const policy = [
    "default-src 'none'",
    `script-src ${hash(pageScript)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ];
  const data = {
    begin,
    tasks: tasks.map((task) => ({
      ...task,
      label: label(task),
      isCritical: critical.has(task.id),
      over: bodyEnd(task),
      late: lateness(task, now),
      reason: isFailure(task) ? plain(describeReason(task.reason)) : undefined,
      errorStack: isFailure(task) ? stackOf(task.reason) : undefined,
      stack: task.stack === undefined ? undefined : lines(task.stack),
    })),
  };
  const scale = (time: number): number => round(end === begin ? 0 : ((time - begin) / (end - begin)) * 1000);
  const body = `<main>
<div class="pictures">
${tasks.length > mostDrawn ? tooLarge(tasks.length) : graph(moment)}
<section aria-labelledby="waterfall">
<div class="bar-of-tools"><h2 id="waterfall">Waterfall</h2></div>
<div id="list">
<div class="axis" aria-hidden="true"><span><span>0</span><span>${duration((end - begin) / 2)}</span><span>${duration(end - begin)}</span></span></div>
<div id="rows" role="listbox" tabindex="0" aria-label="Tasks, in the order in which they started">
${inOrder(tasks).map((task) => drawRow(task, label(task), scale, now)).join("\n")}
</div>
</div>
<ul class="key" aria-hidden="true">${key}</ul>
</section>
</div>
<section id="details" tabindex="0" aria-label="Selected task" aria-live="polite">
<p>Select a task in the graph or in the waterfall to see its times, what it depends on and how it ended. In the
waterfall, the arrow keys go up and down, left to a dependency and right to a dependent.</p>
</section>
</main>
<script type="application/json" id="data">${safeJSON(data)}</script>
<script>${pageScript}</script>
`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${count(tasks.length)} in ${duration(summary.makespan)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${count(tasks.length)} in ${duration(summary.makespan)}</h1>
<p>${escape(describe(moment))}.</p>
</header>
${tasks.length === 0 ? "<main></main>\n" : body}</body>
</html>
`;
}

const hash = (text: string): string => `'sha256-${btoa(String.fromCharCode(...sha256(new TextEncoder().encode(text))))}'`;

const graph = (moment: Moment): string => `<section aria-labelledby="graph-title">
<div class="bar-of-tools"><h2 id="graph-title">Graph</h2>
<output id="scale" aria-label="Scale"></output>
<button type="button" id="out" aria-label="Zoom out">−</button>
<button type="button" id="in" aria-label="Zoom in">+</button>
<button type="button" id="fit">Fit</button></div>
<div id="frame"><div id="graph" role="group" tabindex="0" aria-label="Graph of the tasks, which the waterfall lists">${drawGraph(moment, "auto", false)}</div></div>
</section>`;

const tooLarge = (total: number): string => `<section aria-labelledby="graph-title">
<h2 id="graph-title">Graph</h2>
<p>${count(total)} are too many to draw.</p>
</section>`;

function drawRow(task: RecordedTask, label: string, scale: (time: number) => number, now: number): string {
  const { id, status, started } = task;
  const [name, ending] = splitLabel(label, id);
  const bars = spansOf(task, now).map((span) => drawBar(span, scale));
  return (
    `<div class="row ${status}" role="option" id="task-${id}" data-id="${id}" aria-selected="false">` +
    `<svg class="sign" viewBox="-6 -6 12 12" aria-hidden="true"><path d="${signs[status]}"/></svg>` +
    `<span class="name" title="${escape(label)}"><span dir="auto">${escape(name)}</span>${ending}</span><span class="hidden">${status}</span>` +
    `<svg class="bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">${bars.join("")}</svg>` +
    `<span class="time">${started === undefined ? "" : timeOf(task, now)}</span></div>`
  );
}

function drawBar({ phase, from, to }: Span, scale: (time: number) => number): string {
  const [begin, end] = [scale(from), scale(to)];
  if (phase === "late") return `<path class="late" d="M${begin} 8H${Math.min(end, 1000)}"/>`;
  // What is shorter than can be seen is drawn all the same.
  const width = round(Math.max(phase === "body" ? 3 : 1, end - begin));
  const x = round(Math.min(begin, 1000 - width));
  const [y, height] = { wait: [7, 2], slot: [4, 8], body: [2, 12] }[phase] as [number, number];
  return `<rect class="${phase}" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
}

const key = [
  ["waiting for dependencies", '<rect class="wait" x="0" y="5" width="32" height="2"/>'],
  ["waiting for a slot", '<rect class="slot" x=".5" y="2" width="31" height="8"/>'],
  ["running", `<g class="running"><path class="body" d="${rounded(0.5, 0.5, 31, 11, 1)}"/></g>`],
  ["fulfilled", `<g class="fulfilled"><path class="body" d="${rounded(0.5, 0.5, 31, 11, 1)}"/></g>`],
  ["failed", `<g class="failed"><path class="body" d="${rounded(0.5, 0.5, 31, 11, 1)}"/></g>`],
  ["aborted", `<g class="aborted"><path class="body" d="${rounded(0.5, 0.5, 31, 11, 1)}"/></g>`],
  ["body runs on after the abort", '<path class="late" d="M0 6H32"/>'],
]
  .map(([words, sign]) => `<li><svg viewBox="0 0 32 12">${sign}</svg>${words}</li>`)
  .join("");
