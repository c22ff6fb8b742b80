import type { Dependency, Recording, Status } from "../../trace.ts";
import { checkRecording, show } from "./check.ts";
import type { Point } from "./layout.ts";
import { describe } from "./saying.ts";
import { type Arrow, type Box, font, type Moment, momentOf, pad, type Scene, sceneOf, signWidth } from "./scene.ts";
import { arrowHead, outline, round, rounded, signs } from "./shapes.ts";
import { graphStyle, type Theme } from "./style.ts";
import { columns, columnWidth, escape, fit } from "./text.ts";
import { statuses } from "./theme.ts";

/** How {@linkcode toSVG} draws. */
export interface SVGOptions {
  /**
   * The colours: `light`, `dark`, or `auto`, which is what it is unless given: dark where whoever looks at it prefers
   * that.
   */
  readonly theme?: "auto" | "light" | "dark" | undefined;
}

const themes: readonly unknown[] = ["auto", "light", "dark"];

/**
 * A recording as a picture: the graph of its tasks in layers from left to right, with the time of each. A status has a
 * colour, a shape and a sign of its own; the critical path has thick lines. Under it stand a legend and the summary.
 *
 * It is text and needs no DOM. Names and reasons are escaped, long ones are cut off. Up to 60 tasks boxes tell the
 * reason of a failure as well; parts of the graph that are too large to be laid out in layers in a few seconds, which
 * are some thousands of tasks, are put on a grid.
 *
 * @param run What {@linkcode trace} returned.
 * @param options The theme.
 * @returns An SVG document, which may also stand within HTML.
 * @throws {TypeError} For what is no recording, an unknown option, or a theme that is none.
 *
 * @example Draw a run
 * ```ts
 * import { task } from "aiodag";
 * import { toSVG } from "aiodag/draw";
 * import { trace } from "aiodag/trace";
 *
 * const run = trace();
 * const one = task(function one() { return 1; });
 * const next = task(function next(n: number) { return n + 1; });
 * await next(one());
 * run.stop();
 * console.log(toSVG(run).startsWith("<svg")); // true
 * ```
 */
export function toSVG(run: Recording, options: SVGOptions = {}): string {
  checkRecording(run, (value) => `Cannot draw ${value} as SVG`);
  if (typeof options !== "object" || (options as unknown) === null) {
    throw new TypeError(`Cannot draw with ${show(options)}: expected an object of options`);
  }
  for (const key of Object.keys(options)) {
    if (key !== "theme") throw new TypeError(`Cannot use the option ${JSON.stringify(key)}: expected theme`);
  }
  const { theme = "auto" } = options;
  if (!themes.includes(theme)) {
    throw new TypeError(`Cannot use ${show(theme)} as theme: expected "auto", "light" or "dark"`);
  }
  return drawGraph(momentOf(run), theme, true);
}

const margin = 16;
const lineHeight = 20;

/** The graph as SVG. One that does not stand alone has the style sheet of its theme, and the summary, around it. */
export function drawGraph(moment: Moment, theme: Theme, isAlone: boolean): string {
  const scene = sceneOf(moment);
  const summary = describe(moment);
  const least = 420;
  const across = Math.max(scene.width, least);
  const legend = drawLegend(scene, across);
  const lines = isAlone ? wrap(summary, Math.floor(across / (font.detail * columnWidth))) : [];
  const top = scene.boxes.length > 0 ? scene.height + 1.5 * margin : 0;
  const width = Math.ceil(across + 2 * margin);
  const height = Math.ceil(top + legend.height + lines.length * 16 + 2 * margin);
  const texts = lines.map((line, i) => `<text class="d" x="0" y="${i * 16 + 12}">${escape(line)}</text>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="aiodag-${theme}" width="${width}" height="${height}" ` +
    `viewBox="${-margin} ${-margin} ${width} ${height}" role="img"><title>${escape(summary)}</title>` +
    (isAlone ? `<style>${graphStyle(theme)}</style>` : "") +
    `<rect class="p" x="${-margin}" y="${-margin}" width="${width}" height="${height}"/>\n` +
    // What is on the critical path is drawn above the rest.
    lastCritical(scene.arrows).map(drawArrow).join("\n") + "\n" +
    scene.boxes.map((box) => drawBox(box, scene.isCompact)).join("\n") +
    `\n<g transform="translate(0 ${round(top)})">${legend.text}</g>` +
    `\n<g transform="translate(0 ${round(top + legend.height)})">${texts.join("")}</g>\n</svg>\n`
  );
}

const lastCritical = (arrows: readonly Arrow[]): Arrow[] => [
  ...arrows.filter(({ isCritical }) => !isCritical),
  ...arrows.filter(({ isCritical }) => isCritical),
];

function drawArrow({ from, to, kind, isCritical, points }: Arrow): string {
  const end = points.at(-1)!;
  return (
    `<g class="${kind}${isCritical ? " critical" : ""}" data-from="${from}" data-to="${to}">` +
    `<path class="e" d="${curve(points)}"/>${drawHead(kind, end)}</g>`
  );
}

function drawHead(kind: Dependency["kind"], { x, y }: Point): string {
  return kind === "returned"
    ? `<circle class="h" cx="${round(x - 4)}" cy="${round(y)}" r="3.5"/>`
    : `<path class="h" transform="translate(${round(x)} ${round(y)})" d="${arrowHead}"/>`;
}

/** A line through points that is level at each of them. */
export function curve(points: readonly Point[]): string {
  let data = "";
  let last: Point | undefined;
  for (const point of points) {
    const [x, y] = [round(point.x), round(point.y)];
    if (last === undefined) data = `M${x} ${y}`;
    else if (round(last.y) === y) data += x === round(last.x) ? "" : `H${x}`;
    else {
      // Backwards, it swings out at both ends.
      const bend = point.x > last.x ? (point.x - last.x) / 2 : 60;
      data += `C${round(last.x + bend)} ${round(last.y)} ${round(point.x - bend)} ${y} ${x} ${y}`;
    }
    last = point;
  }
  return data;
}

function drawBox(box: Box, isCompact: boolean): string {
  const { id, status, isCritical, x, y, width, height, name, time, reason } = box;
  const middle = y + (isCompact || time === "" ? height / 2 : 15);
  const left = x + pad + signWidth;
  const ring = isCritical ? `<path class="c" d="${rounded(x - 4, y - 4, width + 8, height + 8, 9)}"/>` : "";
  const first = drawText("n", name, left, middle + 4.5);
  const detail = isCompact
    ? drawText("d", time, left + columns(name) * columnWidth * font.name + 8, middle + 4)
    : drawText("d", time, left, y + 33) + (reason === undefined ? "" : drawText("d", reason, left, y + 49));
  return (
    `<g class="t ${status}${isCritical ? " critical" : ""}" data-id="${id}"><title>${escape(box.title)}</title>` +
    `${ring}<path class="o" d="${outline(status, x, y, width, height)}"/>${drawSign(status, x + pad + 5, middle)}${first}${detail}</g>`
  );
}

const drawSign = (status: Status, x: number, y: number): string =>
  `<path class="s" transform="translate(${round(x)} ${round(y)})" d="${signs[status]}"/>`;

function drawText(kind: "n" | "d", text: string, x: number, y: number): string {
  if (text === "") return "";
  const size = kind === "n" ? font.name : font.detail;
  // Letters of other scripts come in fonts of other widths: those are made to fit.
  const fitted = /^[\x20-\x7e…]*$/.test(text)
    ? ""
    : ` textLength="${round(columns(text) * columnWidth * size * 0.97)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}"${fitted}>${escape(text)}</text>`;
}

interface Entry {
  sign: string;
  words: string;
}

/** What the signs and lines mean that are there. */
function drawLegend({ boxes, arrows }: Scene, width: number): { text: string; height: number } {
  const entries: Entry[] = [];
  for (const status of statuses) {
    if (!boxes.some((box) => box.status === status)) continue;
    const sign = `<path class="o" d="${outline(status, 0, 0, 30, 16)}"/>${drawSign(status, 15, 8)}`;
    entries.push({ sign: `<g class="${status}">${sign}</g>`, words: status });
  }
  const lines: Record<Dependency["kind"], string> = { data: "argument", order: "order only", returned: "returned by the body" };
  for (const [kind, words] of Object.entries(lines) as [Dependency["kind"], string][]) {
    if (!arrows.some((arrow) => arrow.kind === kind)) continue;
    entries.push({ sign: `<g class="${kind}"><path class="e" d="M0 8H28"/>${drawHead(kind, { x: 30, y: 8 })}</g>`, words });
  }
  if (boxes.some(({ isCritical }) => isCritical)) {
    entries.push({ sign: `<path class="c" d="${rounded(0, 1, 30, 14, 5)}"/>`, words: "critical path" });
  }
  let x = 0;
  let row = 0;
  const texts = entries.map(({ sign, words }) => {
    const own = 38 + columns(words) * columnWidth * font.detail;
    if (x > 0 && x + own > width) {
      x = 0;
      row++;
    }
    const at = x;
    x += own + 16;
    return `<g transform="translate(${round(at)} ${row * (lineHeight + 4)})">${sign}${drawText("d", words, 38, 12)}</g>`;
  });
  return { text: texts.join(""), height: entries.length === 0 ? 0 : (row + 1) * (lineHeight + 4) + 6 };
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || columns(last) + 1 + columns(word) > width) lines.push(fit(word, width));
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
