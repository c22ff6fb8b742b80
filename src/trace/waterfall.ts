import stringWidth from "string-width";
import { checkBoolean, checkOptions, checkRecording, show } from "./check.ts";
import { droppedTasks, duration, labels, list } from "./text.ts";
import { bodyEnd, bodyTime, byStart } from "./times.ts";
import type { RecordedTask, Recording, Summary } from "./types.ts";

/** How {@linkcode toWaterfall} draws. */
export interface WaterfallOptions {
  /** Columns of the terminal, 80 by default; at least 40. */
  readonly width?: number | undefined;
  /** Whether to colour it by ANSI escape sequences; not unless given. */
  readonly color?: boolean | undefined;
}

type Kind = "waiting" | "slot" | "running" | "failed" | "aborted" | "outliving";

const signs: Record<Kind, string> = { waiting: "·", slot: "░", running: "█", failed: "✗", aborted: "⊘", outliving: "─" };
const words: Record<Kind, string> = {
  waiting: "waiting",
  slot: "waiting for a slot",
  running: "running",
  failed: "failed",
  aborted: "aborted",
  outliving: "body runs on after the abort",
};
const colors: Record<Kind, string> = { waiting: "2", slot: "33", running: "36", failed: "31", aborted: "35", outliving: "35" };

/**
 * A recording as a chart for a terminal: a line for each task, in the order in which they started, and under it the
 * summary. Every line fits into the width, whatever the script of the names.
 *
 * @param run What {@linkcode trace} returned.
 * @param options Width and colour.
 * @returns Lines, each ended by a newline.
 * @throws {TypeError} For what is no recording, an unknown option, or one of a wrong type.
 * @throws {RangeError} For a width that is no integer from 40.
 *
 * @example Print a run
 * ```ts
 * import { task } from "aiodag";
 * import { toWaterfall, trace } from "aiodag/trace";
 *
 * const run = trace();
 * await task(async function answer() { return 42; })();
 * run.stop();
 * console.log(toWaterfall(run, { width: 60 }));
 * ```
 */
export function toWaterfall(run: Recording, options: WaterfallOptions = {}): string {
  checkRecording(run, "draw", "as a waterfall");
  checkOptions(options, ["width", "color"], "draw a waterfall");
  const { width = 80, color = false } = options;
  if (!Number.isSafeInteger(width) || width < 40) {
    const ErrorType = typeof width === "number" ? RangeError : TypeError;
    throw new ErrorType(`Cannot draw ${show(width)} columns wide: expected an integer from 40`);
  }
  checkBoolean("color", color);
  const { tasks, now } = run;
  if (tasks.length === 0) return "No task was recorded\n";
  const rows = tasks.toSorted(byStart);
  const label = labels(tasks);
  const names = rows.map(label);
  const widest = names.reduce((most, name) => Math.max(most, stringWidth(name)), 0);
  const nameWidth = Math.min(widest, Math.floor(width / 3));
  const chart = new Chart(tasks, now, width - nameWidth - 11);
  const paint = (kind: Kind, text: string): string => (color ? `\u001b[${colors[kind]}m${text}\u001b[0m` : text);

  const lines = [" ".repeat(nameWidth + 1) + chart.axis()];
  const met = new Set<Kind>();
  rows.forEach((task, i) => {
    let cells = "";
    for (const { kind, count } of chart.row(task)) {
      if (kind === undefined) cells += " ".repeat(count);
      else {
        met.add(kind);
        cells += paint(kind, signs[kind].repeat(count));
      }
    }
    const time = task.started === undefined ? "" : duration(bodyTime(task, now)) + (task.ended === undefined ? "…" : "");
    lines.push(`${fit(names[i]!, nameWidth)} ${cells} ${time.padStart(9)}`.trimEnd());
  });
  const legend = (Object.keys(signs) as Kind[]).filter((kind) => met.has(kind));
  lines.push("", ...wrap(legend.map((kind) => ({ text: paint(kind, signs[kind]) + ` ${words[kind]}`, size: words[kind].length + 2 })), width));
  lines.push(...closing(run.summary(), label, width));
  return `${lines.join("\n")}\n`;
}

interface Segment {
  kind: Kind | undefined;
  count: number;
}

/** Times as columns. */
class Chart {
  private readonly begin: number;
  private readonly now: number;
  private readonly columns: number;
  private readonly span: number;

  constructor(tasks: readonly RecordedTask[], now: number, columns: number) {
    this.begin = Math.min(...bounds(tasks, ({ invoked }) => invoked));
    const end = Math.max(...bounds(tasks, ({ settled }) => settled ?? now));
    this.now = now;
    this.columns = columns;
    this.span = end - this.begin;
  }

  private column(time: number): number {
    if (this.span === 0) return 0;
    return Math.min(this.columns, Math.max(0, Math.round(((time - this.begin) / this.span) * this.columns)));
  }

  axis(): string {
    const middle = duration(this.span / 2);
    const end = duration(this.span);
    const half = Math.floor((this.columns - middle.length) / 2);
    const isRoomy = half > 1 && this.columns - half - middle.length > end.length;
    const line = isRoomy ? `0${" ".repeat(half - 1)}${middle}` : "0";
    return line + end.padStart(this.columns - line.length);
  }

  row(task: RecordedTask): Segment[] {
    const { invoked, ready, started, settled, status, waitedForSlot } = task;
    const cells = new Array<Kind | undefined>(this.columns).fill(undefined);
    const over = settled ?? this.now;
    const fill = (kind: Kind, from: number, to: number): void => {
      cells.fill(kind, this.column(from), this.column(to));
    };
    // Time between being ready and starting is a wait for a slot, or none at all.
    const queued = waitedForSlot > 0 ? ready : undefined;
    fill("waiting", invoked, queued ?? started ?? over);
    if (queued !== undefined) fill("slot", queued, started ?? over);
    let last = this.column(over) - 1;
    if (started !== undefined) {
      const end = bodyEnd(task) ?? this.now;
      if (end < over) fill("waiting", end, over);
      if (status === "aborted") fill("outliving", over, task.ended ?? this.now);
      fill("running", started, end);
      const first = Math.min(this.columns - 1, this.column(started));
      // What is shorter than a column is seen all the same.
      if (this.column(end) <= this.column(started)) cells[first] = "running";
      last = Math.max(first, this.column(end) - 1, last);
    }
    if (status === "failed" || status === "aborted") cells[Math.max(0, status === "aborted" ? Math.max(0, this.column(over) - 1) : last)] = status;
    return segments(cells);
  }
}

function bounds(tasks: readonly RecordedTask[], read: (task: RecordedTask) => number): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const task of tasks) {
    const value = read(task);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

function segments(cells: readonly (Kind | undefined)[]): Segment[] {
  const found: Segment[] = [];
  for (const kind of cells) {
    const last = found.at(-1);
    if (last?.kind === kind && last !== undefined) last.count++;
    else found.push({ kind, count: 1 });
  }
  return found;
}

const graphemes = (text: string): string[] => Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);

/** A name as wide as asked for, cut off if it has to be, but for the id that tells it from others. */
function fit(text: string, width: number): string {
  const size = stringWidth(text);
  if (size <= width) return text + " ".repeat(width - size);
  const id = / #\d+$/.exec(text)?.[0] ?? "";
  const room = width - 1 - id.length;
  let kept = "";
  let used = 0;
  for (const grapheme of graphemes(text.slice(0, width * 16))) {
    const next = stringWidth(grapheme);
    if (used + next > room) break;
    kept += grapheme;
    used += next;
  }
  return `${kept}…${id}${" ".repeat(Math.max(0, room - used))}`;
}

/** Pieces side by side, on as many lines as they need. */
function wrap(pieces: readonly { text: string; size: number }[], width: number): string[] {
  const lines: string[] = [];
  let used = Infinity;
  for (const { text, size } of pieces) {
    if (used + 2 + size > width) {
      lines.push(text);
      used = size;
    } else {
      lines.push(`${lines.pop()!}  ${text}`);
      used += 2 + size;
    }
  }
  return lines;
}

function closing(summary: Summary, label: (task: RecordedTask) => string, width: number): string[] {
  const { total, dropped, tasks, makespan, criticalPath, above, parallelism, atOnce, waitedForSlots } = summary;
  const counts = Object.entries(tasks).flatMap(([status, count]) => (count > 0 ? [`${count} ${status}`] : []));
  const percent = above > 0 && above < 0.001 ? "less than 0.1" : String(Number((above * 100).toFixed(1)));
  const inTime = `${total} ${total === 1 ? "task" : "tasks"} (${list(counts)}) in ${duration(makespan)}`;
  const said = [
    `${inTime}, ${percent} % above the critical path of ${duration(criticalPath.length)}`,
    `${Number(parallelism.toFixed(2))} at once on average, ${atOnce} at most`,
    waitedForSlots > 0 ? `${duration(waitedForSlots)} waited for slots` : undefined,
    droppedTasks(dropped),
  ];
  const path = criticalPath.tasks.map(label);
  const shown = path.length > 12 ? [...path.slice(0, 6), "…", ...path.slice(-5)] : path;
  const arrowed = shown.map((name, i) => fitWithin(i < shown.length - 1 ? `${name} →` : name, width - 2));
  const words = said.filter((part) => part !== undefined).join("; ").split(" ");
  return [...fill(words, width), ...fill(["Critical path:", ...arrowed], width)];
}

function fitWithin(text: string, width: number): string {
  return stringWidth(text) <= width ? text : fit(text, width).trimEnd();
}

/** Words on lines that they fill. */
function fill(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let used = Infinity;
  for (const word of words) {
    const size = stringWidth(word);
    if (used + 1 + size > width) {
      lines.push(word);
      used = size;
    } else {
      lines.push(`${lines.pop()!} ${word}`);
      used += 1 + size;
    }
  }
  return lines;
}
