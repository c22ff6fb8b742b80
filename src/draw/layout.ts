import { Graph, layout } from "@dagrejs/dagre";
import { Grid } from "./grid.ts";
import { type Stop, straighten } from "./straighten.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is to be placed. */
export interface Sized {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

export interface Link {
  readonly from: number;
  readonly to: number;
}

/** Centres of boxes, by id, and for each link the points that it passes, its ends included. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly centres: ReadonlyMap<number, Point>;
  readonly paths: ReadonlyMap<Link, readonly Point[]>;
}

const gap = { column: 48, row: 12, part: 28 };

/** Boxes and bends up to which the layered layout is worth its time: about 2 seconds. What is larger goes on a grid. */
const most = 6000;

/** Places boxes in layers from left to right. What is not connected is placed by itself, and stands side by side. */
export function layOut(boxes: readonly Sized[], links: readonly Link[]): Layout {
  const parts = split(boxes, links).map((part) => (effort(part) <= most ? layer(part) : place(part)));
  return pack(parts);
}

interface Part {
  boxes: Sized[];
  links: Link[];
}

/** The parts of a graph between which there is no link, in the order of their first boxes. */
function split(boxes: readonly Sized[], links: readonly Link[]): Part[] {
  const root = new Map(boxes.map(({ id }) => [id, id]));
  const find = (id: number): number => {
    let at = id;
    for (let up = root.get(at)!; up !== at; up = root.get(at)!) {
      root.set(at, root.get(up)!);
      at = up;
    }
    return at;
  };
  for (const { from, to } of links) {
    const [a, b] = [find(from), find(to)];
    if (a !== b) root.set(Math.max(a, b), Math.min(a, b));
  }
  const parts = new Map<number, Part>();
  for (const box of boxes) {
    const first = find(box.id);
    const part = parts.get(first);
    if (part) part.boxes.push(box);
    else parts.set(first, { boxes: [box], links: [] });
  }
  for (const link of links) parts.get(find(link.from))!.links.push(link);
  return [...parts.values()];
}

/** Ids in an order in which dependencies come first; what is in a cycle or behind one comes last. */
function sort({ boxes, links }: Part): number[] {
  const left = new Map(boxes.map(({ id }) => [id, 0]));
  const after = new Map<number, number[]>();
  for (const { from, to } of links) {
    if (from === to) continue;
    left.set(to, left.get(to)! + 1);
    const others = after.get(from);
    if (others) others.push(to);
    else after.set(from, [to]);
  }
  const sorted = boxes.filter(({ id }) => left.get(id) === 0).map(({ id }) => id);
  // It grows as it is gone through.
  for (const id of sorted) {
    for (const to of after.get(id) ?? []) {
      const count = left.get(to)! - 1;
      left.set(to, count);
      if (count === 0) sorted.push(to);
    }
  }
  return [...sorted, ...boxes.filter(({ id }) => left.get(id)! > 0).map(({ id }) => id)];
}

function dependenciesOf({ links }: Part): Map<number, number[]> {
  const dependencies = new Map<number, number[]>();
  for (const { from, to } of links) {
    const others = dependencies.get(to);
    if (others) others.push(from);
    else dependencies.set(to, [from]);
  }
  return dependencies;
}

/** Boxes, and layers that links pass: what the time of a layered layout depends on. */
function effort(part: Part): number {
  const dependencies = dependenciesOf(part);
  const layers = new Map<number, number>();
  let bends = 0;
  for (const id of sort(part)) {
    const above = (dependencies.get(id) ?? []).map((other) => layers.get(other) ?? 0);
    const own = above.reduce((deepest, each) => Math.max(deepest, each + 1), 0);
    layers.set(id, own);
    for (const each of above) bends += own - each;
    if (bends > most) break;
  }
  return part.boxes.length + bends;
}

function layer({ boxes, links }: Part): Layout {
  const graph = new Graph({ multigraph: true });
  // Where many links run side by side between two layers, they need room to turn.
  const ranksep = gap.column + Math.min(40, links.length / 10);
  const edgesep = links.length > 100 ? 3 : 8;
  graph.setGraph({ rankdir: "LR", nodesep: gap.row, edgesep, ranksep });
  for (const { id, width, height } of boxes) graph.setNode(String(id), { width, height });
  links.forEach(({ from, to }, i) => {
    if (from !== to) graph.setEdge(String(from), String(to), {}, String(i));
  });
  layout(graph);
  const columns = new Map<number, { half: number; stops: Stop[] }>();
  const stopAt = ({ x, y }: Point, height: number, gap: number, weight: number): Stop => {
    const stop: Stop = { x, y, height, gap, weight, before: [], after: [] };
    columns.get(Math.round(x))!.stops.push(stop);
    return stop;
  };
  const own = new Map<number, Stop>();
  for (const { id, width, height } of boxes) {
    const point = graph.node(String(id)) as Point;
    const x = Math.round(point.x);
    const column = columns.get(x);
    if (column) column.half = Math.max(column.half, width / 2);
    else columns.set(x, { half: width / 2, stops: [] });
    own.set(id, stopAt(point, height, gap.row, 1));
  }
  const passes = new Map<Link, Stop[]>();
  links.forEach((link, i) => {
    if (link.from === link.to) return;
    const { points } = graph.edge(String(link.from), String(link.to), String(i)) as { points: Point[] };
    // Only where a link passes a column of boxes it has to keep to its row: from one edge of the column to the other.
    const inner = points.slice(1, -1).filter(({ x }) => columns.has(Math.round(x))).map((point) => stopAt(point, 0, edgesep, 4));
    passes.set(link, inner);
    const way = [own.get(link.from)!, ...inner, own.get(link.to)!];
    if (way[0]!.x > way.at(-1)!.x) way.reverse();
    for (let at = 1; at < way.length; at++) {
      way[at]!.before.push(way[at - 1]!);
      way[at - 1]!.after.push(way[at]!);
    }
  });
  // The library leaves holes between boxes, which in large graphs are most of the picture.
  straighten([...columns].sort(([a], [b]) => a - b).map(([, { stops }]) => stops));

  const centres = new Map<number, Point>(own);
  const paths = new Map<Link, Point[]>();
  for (const [link, inner] of passes) {
    paths.set(link, inner.flatMap(({ x, y }) => {
      const { half } = columns.get(Math.round(x))!;
      return [{ x: x - half, y }, { x: x + half, y }];
    }));
  }
  return finish(boxes, links, centres, paths, new Map(Array.from(columns, ([x, { half }]) => [x, half])));
}

function place(part: Part): Layout {
  const { boxes, links } = part;
  const grid = new Grid();
  const dependencies = dependenciesOf(part);
  for (const id of sort(part)) grid.add(id, dependencies.get(id) ?? []);
  const widths: number[] = [];
  let height = 0;
  for (const { id, width, height: own } of boxes) {
    const { column } = grid.get(id)!;
    widths[column] = Math.max(widths[column] ?? 0, width);
    height = Math.max(height, own);
  }
  const middles: number[] = [];
  let left = 0;
  for (const width of widths) {
    middles.push(left + width / 2);
    left += width + gap.column;
  }
  const halfRow = (height + gap.row) / 2;
  const centres = new Map(
    boxes.map(({ id }) => {
      const { column, row } = grid.get(id)!;
      return [id, { x: middles[column]!, y: row * halfRow + height / 2 }];
    }),
  );
  return finish(boxes, links, centres, new Map(), new Map(middles.map((x, i) => [Math.round(x), widths[i]! / 2])));
}

/** Moves a layout to the origin, and has links leave at the right of a box and arrive at the left of one. */
function finish(
  boxes: readonly Sized[],
  links: readonly Link[],
  centres: ReadonlyMap<number, Point>,
  inner: ReadonlyMap<Link, readonly Point[]>,
  halves: ReadonlyMap<number, number>,
): Layout {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const include = (x: number, y: number): void => {
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y);
  };
  const widths = new Map<number, number>();
  for (const { id, width, height } of boxes) {
    const { x, y } = centres.get(id)!;
    widths.set(id, width);
    include(x - width / 2, y - height / 2);
    include(x + width / 2, y + height / 2);
  }
  for (const points of inner.values()) for (const { x, y } of points) include(x, y);
  const move = ({ x, y }: Point): Point => ({ x: x - bounds.left, y: y - bounds.top });
  const paths = new Map<Link, Point[]>();
  for (const link of links) {
    const from = centres.get(link.from)!;
    const to = centres.get(link.to)!;
    const points = [
      { x: from.x + widths.get(link.from)! / 2, y: from.y },
      { x: from.x + (halves.get(Math.round(from.x)) ?? 0), y: from.y },
      ...(inner.get(link) ?? []),
      { x: to.x - (halves.get(Math.round(to.x)) ?? 0), y: to.y },
      { x: to.x - widths.get(link.to)! / 2, y: to.y },
    ];
    paths.set(link, points.map(move));
  }
  return {
    width: bounds.right - bounds.left,
    height: bounds.bottom - bounds.top,
    centres: new Map(Array.from(centres, ([id, point]) => [id, move(point)])),
    paths,
  };
}

/** Puts parts in rows, as wide as to make a picture that is wider than it is high. */
function pack(parts: readonly Layout[]): Layout {
  const area = parts.reduce((sum, { width, height }) => sum + (width + gap.part) * (height + gap.part), 0);
  const widest = parts.reduce((most, { width }) => Math.max(most, width), 0);
  const limit = Math.max(widest, Math.sqrt(area * 1.8));
  const centres = new Map<number, Point>();
  const paths = new Map<Link, readonly Point[]>();
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  let right = 0;
  for (const part of parts) {
    if (x > 0 && x + part.width > limit) {
      x = 0;
      y += rowHeight + gap.part;
      rowHeight = 0;
    }
    const move = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
    for (const [id, point] of part.centres) centres.set(id, move(point));
    for (const [link, points] of part.paths) paths.set(link, points.map(move));
    rowHeight = Math.max(rowHeight, part.height);
    right = Math.max(right, x + part.width);
    x += part.width + gap.part;
  }
  return { width: right, height: y + rowHeight, centres, paths };
}
