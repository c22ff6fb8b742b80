import type { Dependency, RecordedTask, Status } from "../../trace.ts";
import { Grid } from "../draw/grid.ts";
import { arrowHead, outline, rounded, signs } from "../draw/shapes.ts";
import { fit } from "../draw/text.ts";
import { dark, dashes, fontFamily, light, type Palette, statuses } from "../draw/theme.ts";
import { duration } from "../trace/text.ts";
import { make } from "./dom.ts";
import type { Model } from "./model.ts";

const box = { width: 172, height: 40 };
const cell = { width: box.width + 52, half: (box.height + 14) / 2 };
const margin = 16;
/** Milliseconds that drawing may take at a time. */
const slice = 6;
/** The scales to which the graph shrinks by itself as it grows: smaller, names cannot be read. */
const shrunk = [1, 0.9, 0.8, 0.7, 0.6, 0.55];
/** Narrower than this, in pixels, few graphs fit at any of them: there it stays as large as this. */
const narrow = { width: 500, least: 0.7 };

const isDark = "matchMedia" in globalThis ? matchMedia("(prefers-color-scheme: dark)") : undefined;

interface Shapes {
  outlines: Record<Status, Path2D>;
  signs: Record<Status, Path2D>;
  ring: Path2D;
  head: Path2D;
}

function shapesOf(): Shapes {
  const of = (draw: (status: Status) => string): Record<Status, Path2D> =>
    Object.fromEntries(statuses.map((status) => [status, new Path2D(draw(status))])) as Record<Status, Path2D>;
  return {
    outlines: of((status) => outline(status, 0, 0, box.width, box.height)),
    signs: of((status) => signs[status]),
    ring: new Path2D(rounded(-4, -4, box.width + 8, box.height + 8, 9)),
    head: new Path2D(arrowHead),
  };
}

/**
 * The graph on a canvas. A task is placed once and stays there. It is drawn in slices behind what is seen, and then
 * shown at once, so that neither a large graph nor a gesture holds up the page.
 */
export class GraphView {
  readonly element: HTMLElement;
  onselect: (id: number) => void = () => {};
  private model: Model;
  private grid: Grid = new Grid();
  private placed = 0;
  private readonly shapes: Shapes = shapesOf();
  private canvases: HTMLCanvasElement[];
  private readonly note: HTMLElement;
  private readonly names: Map<number, string> = new Map();
  private selected: number | undefined;
  /** What the picture should be, what is being drawn, and what is seen. */
  private camera = { x: 0, y: 0, scale: 1 };
  private drawn = { x: 0, y: 0, scale: 1 };
  /** Whether the picture shrinks as the graph grows: until someone moves it. */
  private isFollowing = true;
  private drawing: Generator<void> | undefined;
  private isStale = false;
  private frame = 0;
  private readonly observer: ResizeObserver;
  private readonly restyle = (): void => this.draw();

  constructor(model: Model) {
    this.model = model;
    this.canvases = [make("canvas", { "aria-hidden": "true" }), make("canvas", { "aria-hidden": "true" })];
    this.note = make("p", { class: "note" }, "No task has been invoked yet");
    this.element = make("div", { class: "graph", tabindex: "0", role: "application", "aria-roledescription": "graph" }, ...this.canvases, this.note);
    this.observer = new ResizeObserver(() => {
      this.follow();
      this.draw();
    });
    this.listen();
  }

  connect(): void {
    this.observer.observe(this.element);
    isDark?.addEventListener("change", this.restyle);
    this.draw();
  }

  disconnect(): void {
    this.observer.disconnect();
    isDark?.removeEventListener("change", this.restyle);
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.drawing = undefined;
  }

  reset(model: Model): void {
    this.model = model;
    this.grid = new Grid();
    this.placed = 0;
    this.names.clear();
    this.selected = undefined;
    this.isFollowing = true;
    this.camera = { x: 0, y: 0, scale: 1 };
    this.draw();
  }

  /** Takes in what the model has read. */
  update(): void {
    const { tasks, isTooLarge, total } = this.model;
    this.note.hidden = total > 0 && !isTooLarge;
    this.note.textContent = isTooLarge
      ? `${total.toLocaleString("en")} tasks are too many to show one by one`
      : "No task has been invoked yet";
    this.element.setAttribute("aria-label", `Graph of ${total.toLocaleString("en")} tasks. Arrow keys select tasks, plus and minus zoom, 0 fits`);
    if (!isTooLarge) {
      for (const { id, dependencies, parent } of tasks.slice(Math.max(0, this.placed - (tasks[0]?.id ?? 1) + 1))) {
        this.grid.add(id, dependencies.flatMap(({ task }) => task ?? []), parent);
        this.placed = id;
      }
    }
    this.follow();
    this.draw();
  }

  select(id: number | undefined, reveal: boolean): void {
    this.selected = id;
    if (id !== undefined && reveal) this.reveal(id);
    this.draw();
  }

  zoom(factor: number, x: number = this.element.clientWidth / 2, y: number = this.element.clientHeight / 2): void {
    const { camera } = this;
    const scale = Math.min(3, Math.max(0.01, camera.scale * factor));
    const by = scale / camera.scale;
    this.camera = { x: x - (x - camera.x) * by, y: y - (y - camera.y) * by, scale };
    this.isFollowing = false;
    this.move();
  }

  fit(): void {
    const { width, height } = this.size();
    const { clientWidth, clientHeight } = this.element;
    const scale = Math.min(1, clientWidth / width, clientHeight / height);
    this.camera = { x: (clientWidth - width * scale) / 2, y: (clientHeight - height * scale) / 2, scale };
    this.isFollowing = true;
    this.move();
  }

  /** Where a task is, in pixels from the top left corner of the element. */
  place(id: number): { x: number; y: number; width: number; height: number } | undefined {
    const place = this.corner(id);
    const { x, y, scale } = this.camera;
    return place && { x: place.x * scale + x, y: place.y * scale + y, width: box.width * scale, height: box.height * scale };
  }

  private corner(id: number): { x: number; y: number } | undefined {
    const place = this.grid.get(id);
    return place && { x: margin + place.column * cell.width, y: margin + place.row * cell.half };
  }

  private size(): { width: number; height: number } {
    return {
      width: Math.max(1, this.grid.width * cell.width - (cell.width - box.width)) + 2 * margin,
      height: Math.max(1, this.grid.height * cell.half - (2 * cell.half - box.height)) + 2 * margin,
    };
  }

  /** Shrinks the picture where the graph has grown out of it: by steps, so that it seldom does. */
  private follow(): void {
    if (!this.isFollowing) return;
    const { width, height } = this.size();
    const { clientWidth, clientHeight } = this.element;
    const needed = Math.min(1, clientWidth / width, clientHeight / height);
    if (clientWidth === 0 || this.camera.scale <= needed) return;
    const steps = clientWidth < narrow.width ? shrunk.filter((step) => step >= narrow.least) : shrunk;
    this.camera = { x: 0, y: 0, scale: steps.find((step) => step <= needed) ?? steps.at(-1)! };
  }

  private reveal(id: number): void {
    const place = this.place(id);
    if (place === undefined) return;
    const { clientWidth, clientHeight } = this.element;
    const { camera } = this;
    const isSeen = place.x >= 0 && place.y >= 0 && place.x + place.width <= clientWidth && place.y + place.height <= clientHeight;
    if (isSeen) return;
    this.isFollowing = false;
    this.camera = { ...camera, x: camera.x + clientWidth / 2 - place.x - place.width / 2, y: camera.y + clientHeight / 2 - place.y - place.height / 2 };
    this.move();
  }

  private listen(): void {
    const { element } = this;
    let grip: { x: number; y: number; camera: { x: number; y: number; scale: number }; moved: boolean } | undefined;
    const at = (event: MouseEvent): { x: number; y: number } => {
      const frame = element.getBoundingClientRect();
      return { x: event.clientX - frame.left - element.clientLeft, y: event.clientY - frame.top - element.clientTop };
    };
    element.addEventListener("pointerdown", (event) => {
      if (event.button === 0) grip = { x: event.clientX, y: event.clientY, camera: this.camera, moved: false };
    });
    element.addEventListener("pointermove", (event) => {
      if (grip === undefined || (event.buttons & 1) === 0) return;
      const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
      if (!grip.moved && Math.hypot(x, y) < 5) return;
      if (!grip.moved) element.setPointerCapture(event.pointerId);
      grip.moved = true;
      element.classList.add("dragged");
      this.isFollowing = false;
      this.camera = { ...grip.camera, x: grip.camera.x + x, y: grip.camera.y + y };
      this.move();
    });
    element.addEventListener("pointerup", () => element.classList.remove("dragged"));
    element.addEventListener("pointercancel", () => element.classList.remove("dragged"));
    element.addEventListener("click", (event) => {
      const { x, y } = at(event);
      const id = grip?.moved === true ? undefined : this.find(x, y);
      grip = undefined;
      if (id !== undefined) this.onselect(id);
    });
    element.addEventListener(
      "wheel",
      (event) => {
        // A wheel alone scrolls the page.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const { x, y } = at(event);
        this.zoom(Math.exp(-event.deltaY / 300), x, y);
      },
      { passive: false },
    );
    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") this.zoom(1.25);
      else if (event.key === "-") this.zoom(0.8);
      else if (event.key === "0") this.fit();
      else if (event.key.startsWith("Arrow")) {
        const id = this.neighbour(event.key);
        if (id !== undefined) this.onselect(id);
      } else return;
      event.preventDefault();
    });
  }

  private find(x: number, y: number): number | undefined {
    for (const { id } of this.model.tasks) {
      const place = this.place(id);
      if (place && x >= place.x && y >= place.y && x <= place.x + place.width && y <= place.y + place.height) return id;
    }
    return undefined;
  }

  /** The task that an arrow key leads to: a dependency, a dependent, or the nearest of the column. */
  private neighbour(key: string): number | undefined {
    const { model, selected, grid } = this;
    const place = selected === undefined ? undefined : grid.get(selected);
    const task = selected === undefined ? undefined : model.task(selected);
    if (selected === undefined || place === undefined || task === undefined) return model.tasks[0]?.id;
    if (key === "ArrowLeft") return task.dependencies.find(({ task: id }) => id !== undefined && model.task(id))?.task;
    if (key === "ArrowRight") return model.dependentsOf(selected)[0];
    const sign = key === "ArrowDown" ? 1 : -1;
    let nearest: number | undefined;
    let least = Infinity;
    for (const { id } of model.tasks) {
      const other = grid.get(id);
      const distance = other?.column === place.column ? (other.row - place.row) * sign : 0;
      if (distance > 0 && distance < least) [nearest, least] = [id, distance];
    }
    return nearest;
  }

  /** Shows what is drawn where it now belongs, at once, and draws it anew. */
  private move(): void {
    const { camera, drawn } = this;
    const by = camera.scale / drawn.scale;
    this.canvases[0]!.style.transform = `translate(${camera.x - drawn.x * by}px, ${camera.y - drawn.y * by}px) scale(${by})`;
    this.draw();
  }

  draw(): void {
    this.isStale = true;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.work());
  }

  private work(): void {
    this.frame = 0;
    if (this.isStale && this.drawing === undefined) {
      this.isStale = false;
      this.drawing = this.paint();
    }
    const { drawing } = this;
    const until = performance.now() + slice;
    while (performance.now() < until) {
      if (drawing?.next().done !== false) {
        this.drawing = undefined;
        break;
      }
    }
    if (this.drawing !== undefined || this.isStale) this.frame = requestAnimationFrame(() => this.work());
  }

  private get palette(): Palette {
    const host = (this.element.getRootNode() as ShadowRoot).host as Element | undefined;
    const theme = host?.getAttribute("theme");
    return theme === "dark" || (theme !== "light" && isDark?.matches === true) ? dark : light;
  }

  /** Draws everything that is seen on the canvas behind, some at a time, and then has the two change places. */
  private *paint(): Generator<void> {
    const { element, model, camera, palette, shapes, selected } = this;
    const [front, back] = this.canvases as [HTMLCanvasElement, HTMLCanvasElement];
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (width === 0 || height === 0) return;
    back.width = Math.round(width * ratio);
    back.height = Math.round(height * ratio);
    const context = back.getContext("2d")!;
    const { scale } = camera;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = palette.page;
    context.fillRect(0, 0, width, height);
    const enter = (x: number, y: number): void =>
      context.setTransform(scale * ratio, 0, 0, scale * ratio, (x * scale + camera.x) * ratio, (y * scale + camera.y) * ratio);
    const seen = { left: -camera.x / scale, top: -camera.y / scale, right: (width - camera.x) / scale, bottom: (height - camera.y) / scale };
    const hasText = scale > 0.4;

    if (!model.isTooLarge) {
      let count = 0;
      for (const pass of ["others", "marked"] as const) {
        for (const task of model.tasks) {
          const to = this.corner(task.id);
          if (to === undefined) continue;
          for (const { task: from, kind } of task.dependencies) {
            const start = from === undefined ? undefined : this.corner(from);
            if (start === undefined) continue;
            const isNear = from === selected || task.id === selected;
            const isCritical = model.critical.has(task.id) && model.critical.has(from!) && isStep(model, from!, task.id);
            if ((isNear || isCritical) !== (pass === "marked")) continue;
            if (Math.max(start.x, to.x) + box.width < seen.left || Math.min(start.x, to.x) > seen.right) continue;
            if (Math.max(start.y, to.y) + box.height < seen.top || Math.min(start.y, to.y) > seen.bottom) continue;
            enter(0, 0);
            this.drawArrow(context, start, to, kind, isNear ? palette.accent : isCritical ? palette.critical : palette.edge, isNear || isCritical ? 3 : 1.4, palette, hasText);
            if (++count % 20 === 0) yield;
          }
        }
      }
      for (const task of model.tasks) {
        const corner = this.corner(task.id);
        if (corner === undefined || corner.x > seen.right || corner.y > seen.bottom) continue;
        if (corner.x + box.width < seen.left || corner.y + box.height < seen.top) continue;
        enter(corner.x, corner.y);
        this.drawBox(context, task, palette, shapes, hasText);
        if (++count % 10 === 0) yield;
      }
    }
    back.style.transform = "";
    back.style.visibility = "";
    front.style.visibility = "hidden";
    this.canvases = [back, front];
    this.drawn = camera;
    if (this.camera !== camera) this.move();
  }

  private drawArrow(
    context: CanvasRenderingContext2D,
    start: { x: number; y: number },
    end: { x: number; y: number },
    kind: Dependency["kind"],
    color: string,
    width: number,
    palette: Palette,
    hasHead: boolean,
  ): void {
    const [x1, y1] = [start.x + box.width, start.y + box.height / 2];
    const apart = kind === "order" ? 10 : kind === "returned" ? -10 : 0;
    const [x2, y2] = [end.x, end.y + box.height / 2 + apart];
    const bend = x2 > x1 ? Math.max(20, Math.min(60, (x2 - x1) / 2)) : 50;
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash(kind === "order" ? [6, 4] : kind === "returned" ? [2, 4] : []);
    context.beginPath();
    context.moveTo(x1, y1);
    if (x2 - x1 > cell.width) {
      // Past other columns it goes between two rows, so that it seems to come from no box there.
      const lane = y1 + (end.y > start.y ? cell.half : -cell.half);
      const turn = cell.width - box.width;
      context.bezierCurveTo(x1 + turn / 2, y1, x1 + turn / 2, lane, x1 + turn, lane);
      context.lineTo(x2 - turn, lane);
      context.bezierCurveTo(x2 - turn / 2, lane, x2 - turn / 2, y2, x2 - 3, y2);
    } else context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2 - 3, y2);
    context.stroke();
    if (!hasHead) return;
    context.setLineDash([]);
    if (kind === "returned") {
      context.beginPath();
      context.arc(x2 - 4, y2, 3.5, 0, 2 * Math.PI);
      context.fillStyle = palette.page;
      context.fill();
      context.lineWidth = 1.5;
      context.stroke();
    } else {
      context.fillStyle = color;
      context.translate(x2, y2);
      context.fill(this.shapes.head);
    }
  }

  private drawBox(context: CanvasRenderingContext2D, task: RecordedTask, palette: Palette, shapes: Shapes, hasText: boolean): void {
    const { id, status } = task;
    const { model } = this;
    if (model.critical.has(id)) {
      context.setLineDash([]);
      context.strokeStyle = palette.critical;
      context.lineWidth = 3;
      context.stroke(shapes.ring);
    }
    context.fillStyle = palette.fill[status];
    context.fill(shapes.outlines[status]);
    context.strokeStyle = palette.stroke[status];
    context.lineWidth = id === this.selected ? 4 : 1.5;
    context.setLineDash(dashes[status] ? [...dashes[status]] : []);
    context.stroke(shapes.outlines[status]);
    context.setLineDash([]);
    if (!hasText) return;
    const label = model.label(task);
    context.fillStyle = palette.text;
    context.font = `13px ${fontFamily}`;
    context.fillText(this.short(id, label), 30, 17, box.width - 40);
    context.font = `11px ${fontFamily}`;
    context.fillText(timeOf(task, model.run.now), 30, 32, box.width - 40);
    context.lineWidth = 1.8;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.translate(18, 13);
    context.stroke(shapes.signs[status]);
    context.lineCap = "butt";
  }

  private short(id: number, label: string): string {
    let short = this.names.get(id);
    if (short === undefined || !label.startsWith(short.replace(/…$/, ""))) this.names.set(id, (short = fit(label, 17)));
    else if (!short.endsWith("…") && short !== label) this.names.set(id, (short = fit(label, 17)));
    return short;
  }
}

function isStep({ summary }: Model, from: number, to: number): boolean {
  const tasks = summary?.criticalPath.tasks ?? [];
  return tasks.some(({ id }, i) => id === to && tasks[i - 1]?.id === from);
}

/** What a task says of its time. */
export function timeOf({ status, started, ended }: RecordedTask, now: number): string {
  if (started !== undefined) return ended === undefined ? `${duration(now - started)}…` : duration(ended - started);
  return status === "failed" || status === "aborted" ? "not run" : status === "fulfilled" ? "" : status;
}
