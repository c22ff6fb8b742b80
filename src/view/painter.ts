import type { Dependency, RecordedTask, Status } from "../../trace.ts";
import { timeOf } from "../draw/chart.ts";
import type { Grid } from "../draw/grid.ts";
import { arrowHead, outline, rounded, signs } from "../draw/shapes.ts";
import { columnWidth } from "../draw/text.ts";
import { dashes, fontFamily, type Palette, statuses } from "../draw/theme.ts";
import type { Model } from "./model.ts";
import type { Work } from "./slices.ts";

/** Pixels at the scale 1. */
export const box = { width: 172, height: 40 };
/** The width of a column, and half the height of a row. */
export const cell = { width: 224, half: 27 };
export const margin = 16;

/** Scales above which a box has room for name and time, and for a name alone. Below it is a spot of colour. */
const least = { time: 0.45, name: 0.19 };
/** Of what is drawn, what is enough for a frame, since the page has to paint it too. */
const enough = { boxes: 60, texts: 30, arrows: 100 };

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the picture is: its top left corner in pixels, and its scale. */
export interface Camera extends Point {
  readonly scale: number;
}

/** What is drawn. */
export interface View {
  readonly model: Model;
  readonly grid: Grid;
  readonly camera: Camera;
  readonly palette: Palette;
  readonly selected: number | undefined;
  readonly width: number;
  readonly height: number;
}

/** The top left corner of a task's box, at the scale 1. */
export function cornerOf(grid: Grid, id: number): Point | undefined {
  const place = grid.get(id);
  return place && { x: margin + place.column * cell.width, y: margin + place.row * cell.half };
}

interface Arrow {
  readonly start: Point;
  readonly end: Point;
  readonly kind: Dependency["kind"];
}

const kinds: readonly Dependency["kind"][] = ["data", "order", "returned"];

/** Draws graphs on a canvas. */
export class Painter {
  private readonly outlines: Record<Status, Path2D> = pathsOf((status) => outline(status, 0, 0, box.width, box.height));
  private readonly signs: Record<Status, Path2D> = pathsOf((status) => signs[status]);
  private readonly ring: Path2D = new Path2D(rounded(-4, -4, box.width + 8, box.height + 8, 9));
  private readonly head: Path2D = new Path2D(arrowHead);

  /** Draws what is seen of a graph, some at a time. */
  *paint(context: CanvasRenderingContext2D, view: View): Work {
    const { model, grid, camera, palette, selected, width, height } = view;
    const { scale } = camera;
    const ratio = globalThis.devicePixelRatio || 1;
    const { canvas } = context;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.fillStyle = palette.page;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (model.isTooLarge) return;
    const enter = ({ x, y }: Point): void =>
      context.setTransform(scale * ratio, 0, 0, scale * ratio, (x * scale + camera.x) * ratio, (y * scale + camera.y) * ratio);
    const isSeen = (a: Point, b: Point): boolean => {
      const [left, right] = a.x < b.x ? [a.x, b.x] : [b.x, a.x];
      const [top, bottom] = a.y < b.y ? [a.y, b.y] : [b.y, a.y];
      return (
        (right + box.width) * scale + camera.x > 0 && left * scale + camera.x < width &&
        (bottom + box.height) * scale + camera.y > 0 && top * scale + camera.y < height
      );
    };

    const marked: { arrow: Arrow; color: string }[] = [];
    let seen = 0;
    let arrows: Arrow[] = [];
    for (const { id, dependencies } of model.tasks) {
      const end = cornerOf(grid, id);
      if (end === undefined) continue;
      for (const { task: from, kind } of dependencies) {
        const start = from === undefined ? undefined : cornerOf(grid, from);
        if (start === undefined || !isSeen(start, end)) continue;
        const arrow = { start, end, kind };
        if (from === selected || id === selected) marked.push({ arrow, color: palette.accent });
        else if (model.isStep(from!, id)) marked.push({ arrow, color: palette.critical });
        else arrows.push(arrow);
      }
      if (arrows.length >= enough.arrows) {
        enter({ x: 0, y: 0 });
        this.drawArrows(context, arrows, palette.edge, 1.4, view);
        arrows = [];
        yield true;
      } else if (++seen % 100 === 0) yield false;
    }
    enter({ x: 0, y: 0 });
    this.drawArrows(context, arrows, palette.edge, 1.4, view);
    yield false;
    for (const { arrow, color } of marked) {
      enter({ x: 0, y: 0 });
      this.drawArrows(context, [arrow], color, 3, view);
      yield ++seen % enough.arrows === 0;
    }

    let drawn = 0;
    const most = scale > least.name ? enough.texts : enough.boxes;
    for (const task of model.tasks) {
      const corner = cornerOf(grid, task.id);
      if (++seen % 100 === 0) yield false;
      if (corner === undefined || !isSeen(corner, corner)) continue;
      enter(corner);
      this.drawBox(context, task, view);
      if (++drawn % 5 === 0) yield drawn % most === 0;
    }
  }

  /** Arrows of one colour, each kind in one stroke. */
  private drawArrows(
    context: CanvasRenderingContext2D,
    arrows: readonly Arrow[],
    color: string,
    width: number,
    { camera: { scale }, model, palette }: View,
  ): void {
    const paleness = Math.min(0.4, 200 / model.tasks.length);
    const isMap = scale <= least.name;
    context.strokeStyle = color;
    // Where there are many they are thin and pale, and still to be seen.
    context.lineWidth = Math.max(width, (isMap ? width / 2.5 : width / 2) / scale);
    context.globalAlpha = isMap && width < 2 ? paleness : 1;
    for (const kind of kinds) {
      context.setLineDash(kind === "order" ? [6, 4] : kind === "returned" ? [2, 4] : []);
      context.beginPath();
      for (const arrow of arrows) if (arrow.kind === kind) trace(context, arrow);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    if (isMap) return;
    for (const arrow of arrows) {
      const { kind } = arrow;
      const { x2: x, y2: y } = endsOf(arrow);
      if (kind === "returned") {
        context.beginPath();
        context.arc(arrow.start.x < arrow.end.x ? x - 4 : x + 4, y, 3.5, 0, 2 * Math.PI);
        context.fillStyle = palette.page;
        context.fill();
        context.lineWidth = 1.5;
        context.stroke();
      } else {
        context.fillStyle = color;
        context.translate(x, y);
        context.fill(this.head);
        context.translate(-x, -y);
      }
    }
  }

  private drawBox(context: CanvasRenderingContext2D, task: RecordedTask, { model, palette, selected, camera: { scale } }: View): void {
    const { id, status } = task;
    const isCritical = model.critical.has(id);
    if (isCritical || id === selected) {
      context.strokeStyle = id === selected ? palette.accent : palette.critical;
      context.lineWidth = Math.max(3, 1.5 / scale);
      if (isCritical || scale <= least.name) context.stroke(this.ring);
    }
    if (scale <= least.name) {
      context.fillStyle = palette.stroke[status];
      context.fillRect(0, 0, box.width, box.height);
      return;
    }
    context.fillStyle = palette.fill[status];
    context.fill(this.outlines[status]);
    context.strokeStyle = palette.stroke[status];
    context.lineWidth = id === selected ? Math.max(4, 2 / scale) : Math.max(1.5, 0.9 / scale);
    context.setLineDash(dashes[status] ? [...dashes[status]] : []);
    context.stroke(this.outlines[status]);
    context.setLineDash([]);

    const hasTime = scale > least.time;
    // A name alone is as large as the box allows.
    const size = hasTime ? 13 : Math.min(30, 8 / scale);
    const left = hasTime ? 30 : 36;
    const room = Math.floor((box.width - left - 8) / (columnWidth * size));
    context.fillStyle = palette.text;
    context.font = `${size}px ${fontFamily}`;
    context.fillText(hasTime ? model.short(task, room) : model.shorter(task, room), left, hasTime ? 17 : box.height / 2 + size * 0.35, box.width - left - 6);
    if (hasTime) {
      context.font = `11px ${fontFamily}`;
      context.fillText(timeOf(task, model.run.now), left, 32, box.width - left - 6);
    }
    context.lineWidth = 1.8;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.translate(18, hasTime ? 13 : box.height / 2);
    if (!hasTime) context.scale(2, 2);
    context.stroke(this.signs[status]);
    context.lineCap = "butt";
    context.lineJoin = "miter";
  }
}

const pathsOf = (draw: (status: Status) => string): Record<Status, Path2D> =>
  Object.fromEntries(statuses.map((status) => [status, new Path2D(draw(status))])) as Record<Status, Path2D>;

/** From where to where an arrow goes. To a box on the left, whose body returned the other one, it goes back. */
function endsOf({ start, end, kind }: Arrow): { x1: number; y1: number; x2: number; y2: number } {
  const isBack = end.x < start.x;
  const apart = kind === "order" ? 10 : kind === "returned" ? -10 : 0;
  return {
    x1: isBack ? start.x : start.x + box.width,
    y1: start.y + box.height / 2,
    x2: isBack ? end.x + box.width : end.x,
    y2: end.y + box.height / 2 + apart,
  };
}

function trace(context: CanvasRenderingContext2D, arrow: Arrow): void {
  const { start, end } = arrow;
  const { x1, y1, x2, y2 } = endsOf(arrow);
  context.moveTo(x1, y1);
  if (x2 - x1 > cell.width) {
    // Past other columns it goes between two rows, so that it seems to come from no box there.
    const lane = y1 + (end.y > start.y ? cell.half : -cell.half);
    const turn = cell.width - box.width;
    context.bezierCurveTo(x1 + turn / 2, y1, x1 + turn / 2, lane, x1 + turn, lane);
    context.lineTo(x2 - turn, lane);
    context.bezierCurveTo(x2 - turn / 2, lane, x2 - turn / 2, y2, x2 - 3, y2);
  } else {
    const sign = end.x < start.x ? -1 : 1;
    const bend = sign * Math.max(20, Math.min(60, Math.abs(x2 - x1) / 2));
    context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2 - 3 * sign, y2);
  }
}
