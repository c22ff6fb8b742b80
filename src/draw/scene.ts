import type { Dependency, RecordedTask, Recording, Status, Summary } from "../../trace.ts";
import { describeReason, duration, labels, plain } from "../trace/text.ts";
import { lateness, timeOf } from "./chart.ts";
import { layOut, type Point } from "./layout.ts";
import { isFailure } from "./reason.ts";
import { columns, columnWidth, fit, fitLabel } from "./text.ts";

/** A task as it is drawn. */
export interface Box {
  readonly id: number;
  readonly status: Status;
  readonly isCritical: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** All there is to say, in a line. */
  readonly title: string;
  readonly name: string;
  /** What stands under the name, or in a compact picture after it. */
  readonly time: string;
  readonly reason: string | undefined;
}

/** A recording, which may go on, as it is at one time. */
export interface Moment {
  readonly tasks: readonly RecordedTask[];
  readonly now: number;
  readonly summary: Summary;
  readonly dropped: number;
}

/** Reads a recording once, so that all that is drawn of it fits together. */
export function momentOf(run: Recording): Moment {
  const { tasks, now, dropped } = run;
  return { tasks, now, dropped, summary: run.summary() };
}

export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly kind: Dependency["kind"];
  readonly isCritical: boolean;
  readonly points: readonly Point[];
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Whether boxes have one line, for there are many. */
  readonly isCompact: boolean;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** Sizes of texts in boxes. */
export const font = { name: 13, detail: 11 };
export const pad = 12;
/** How far the ring of the critical path reaches beyond a box. */
export const ringWidth = 5.5;
/** Between the sign of a status and the name. */
export const signWidth = 18;

/** Tasks up to which there is room for a second line. */
const mostDetailed = 60;

/** Everything that a picture shows, with its place. */
export function sceneOf({ tasks, now, summary }: Moment): Scene {
  const isCompact = tasks.length > mostDetailed;
  const label = labels(tasks);
  const critical = summary.criticalPath.tasks.map(({ id }) => id);
  const onPath = new Set(critical);
  const steps = new Set(critical.map((id, i) => `${critical[i - 1] ?? 0} ${id}`));
  const sized = tasks.map((task) => {
    const name = fitLabel(label(task), task.id, isCompact ? 20 : 32);
    const time = timeOf(task, now);
    const reason = isCompact ? undefined : ownReason(task);
    return { id: task.id, task, name, time, reason, ...sizeOf(name, time, reason, isCompact) };
  });

  const held = new Set(tasks.map(({ id }) => id));
  const links: Omit<Arrow, "points">[] = [];
  for (const { id: to, dependencies } of tasks) {
    const seen = new Set<string>();
    for (const { task: from, kind } of dependencies) {
      if (from === undefined || !held.has(from) || seen.has(`${kind} ${from}`)) continue;
      seen.add(`${kind} ${from}`);
      links.push({ from, to, kind, isCritical: steps.has(`${from} ${to}`) });
    }
  }

  const kinds = new Map<number, Dependency["kind"]>();
  const mixed = new Set<number>();
  for (const { to, kind } of links) {
    if ((kinds.get(to) ?? kind) !== kind) mixed.add(to);
    kinds.set(to, kind);
  }

  const { width, height, centres, paths } = layOut(sized, links);
  return {
    width,
    height,
    isCompact,
    boxes: sized.map(({ id, task, name, time, reason, width, height }) => {
      const { x, y } = centres.get(id)!;
      const said = [label(task), saying(task, time), lateOf(task, now), failureOf(task)].filter(Boolean).join(", ");
      return {
        id,
        status: task.status,
        isCritical: onPath.has(id),
        x: x - width / 2,
        y: y - height / 2,
        width,
        height,
        title: fit(said, 300),
        name,
        time,
        reason,
      };
    }),
    arrows: links.map((link) => ({ ...link, points: arrive(paths.get(link)!, link, mixed.has(link.to), onPath, isCompact) })),
  };
}

/** Has arrows of different kinds end at different heights, and all of them before the ring of the critical path. */
function arrive(
  points: readonly Point[],
  { to, kind }: { to: number; kind: Dependency["kind"] },
  isMixed: boolean,
  onPath: ReadonlySet<number>,
  isCompact: boolean,
): Point[] {
  const apart = isMixed && kind !== "data" ? (isCompact ? 8 : 12) * (kind === "order" ? 1 : -1) : 0;
  const [before, end] = points.slice(-2) as [Point, Point];
  const x = end.x - (onPath.has(to) ? ringWidth : 0);
  return [...points.slice(0, -2), { x: Math.min(before.x, x - 10), y: before.y + apart }, { x, y: end.y + apart }];
}

function sizeOf(name: string, time: string, reason: string | undefined, isCompact: boolean): { width: number; height: number } {
  const nameWidth = columns(name) * columnWidth * font.name;
  const timeWidth = columns(time) * columnWidth * font.detail;
  const reasonWidth = columns(reason ?? "") * columnWidth * font.detail;
  const inner = isCompact ? nameWidth + (time === "" ? 0 : 8 + timeWidth) : Math.max(nameWidth, timeWidth, reasonWidth);
  return {
    width: Math.ceil(inner + signWidth + 2 * pad),
    height: isCompact ? 26 : time === "" ? 30 : reason === undefined ? 44 : 60,
  };
}

const saying = ({ status }: RecordedTask, time: string): string => (time === status ? status : time === "" ? status : `${status}, ${time}`);

/** Why a task failed. Where it began elsewhere, the picture shows it there. */
function ownReason(task: RecordedTask): string | undefined {
  return isFailure(task) && task.origin === task.id ? fit(plain(describeReason(task.reason)), 36) : undefined;
}

function lateOf(task: RecordedTask, now: number): string | undefined {
  const late = lateness(task, now);
  return late > 0 ? `ran on for ${duration(late)} after the abort` : undefined;
}

function failureOf(task: RecordedTask): string | undefined {
  return isFailure(task) ? plain(describeReason(task.reason)) : undefined;
}
