import { Grid } from "../draw/grid.ts";
import { count } from "../draw/saying.ts";
import { dark, light, type Palette } from "../draw/theme.ts";
import { make, mark, put } from "./dom.ts";
import type { Model } from "./model.ts";
import { box, type Camera, cell, cornerOf, margin, Painter } from "./painter.ts";
import type { Slices, Work } from "./slices.ts";

/** The scales to which the graph shrinks by itself as it grows. Smaller, boxes cannot be told apart. */
const shrunk = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.27, 0.25, 0.22, 0.2, 0.17, 0.14, 0.12, 0.1];
/** Where names can be read: what is revealed below the one is shown at the other. */
const legible = { least: 0.4, wanted: 0.8 };
/** Tasks that are placed in a step. */
const placedAtOnce = 50;

const isDark = "matchMedia" in globalThis ? matchMedia("(prefers-color-scheme: dark)") : undefined;

/**
 * The graph on a canvas. A task is placed once and stays there. It is drawn in slices behind what is seen, and then
 * shown at once, so that neither a large graph nor a gesture holds up the page.
 */
export class GraphView {
  readonly element: HTMLElement;
  /** Is called with a task, and whether the one who selects it has it in sight. */
  onselect: (id: number, isInSight: boolean) => void = () => {};
  private model: Model;
  private readonly slices: Slices;
  private grid: Grid = new Grid();
  private placed = 0;
  private readonly painter: Painter = new Painter();
  private canvases: HTMLCanvasElement[];
  private readonly note: HTMLElement;
  private selected: number | undefined;
  private frame = { width: 0, height: 0 };
  /** Where the picture should be, and where the one that is seen was drawn. */
  private camera: Camera = { x: 0, y: 0, scale: 1 };
  private drawn: Camera = { x: 0, y: 0, scale: 1 };
  /** Whether the picture shrinks as the graph grows: until someone moves it. */
  private isFollowing = true;
  private readonly observer: ResizeObserver;
  private readonly restyle = (): void => this.draw();

  constructor(model: Model, slices: Slices) {
    this.model = model;
    this.slices = slices;
    this.canvases = [make("canvas", { "aria-hidden": "true" }), make("canvas", { "aria-hidden": "true" })];
    this.note = make("p", { class: "note" });
    this.element = make("div", { class: "graph", tabindex: "0", role: "application", "aria-roledescription": "graph" }, ...this.canvases, this.note);
    this.observer = new ResizeObserver(() => this.measure());
    this.describe();
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
  }

  reset(model: Model): void {
    this.model = model;
    this.grid = new Grid();
    this.placed = 0;
    this.selected = undefined;
    this.isFollowing = true;
    this.camera = { x: 0, y: 0, scale: 1 };
    this.describe();
    this.draw();
  }

  /** Takes in what the model has read, some at a time. */
  *update(): Work {
    const { tasks, isTooLarge } = this.model;
    this.describe();
    if (!isTooLarge) {
      let added = 0;
      for (const { id, dependencies, parent } of tasks.slice(Math.max(0, this.placed - (tasks[0]?.id ?? 1) + 1))) {
        this.grid.add(id, dependencies.flatMap(({ task }) => task ?? []), parent);
        this.placed = id;
        if (++added % placedAtOnce === 0) yield false;
      }
    }
    this.follow();
    this.draw();
  }

  private describe(): void {
    const { isTooLarge, total } = this.model;
    this.note.hidden = total > 0 && !isTooLarge;
    const said = count(total);
    put(this.note, "textContent", isTooLarge ? `${said} are too many to show one by one` : "No task has been invoked yet");
    mark(this.element, "aria-label", `Graph of ${said}. Arrow keys select tasks, plus and minus zoom, 0 fits`);
  }

  private measure(): void {
    const { width, height } = this.frame;
    this.frame = { width: this.element.clientWidth, height: this.element.clientHeight };
    const hasGrown = this.frame.width > width || this.frame.height > height;
    if (hasGrown && this.isFollowing) this.camera = { x: 0, y: 0, scale: 1 };
    this.follow();
    this.draw();
  }

  select(id: number | undefined, reveal: boolean): void {
    this.selected = id;
    if (id !== undefined && reveal) this.reveal(id);
    this.draw();
  }

  zoom(factor: number, x: number = this.frame.width / 2, y: number = this.frame.height / 2): void {
    const { camera } = this;
    const scale = Math.min(3, Math.max(0.005, camera.scale * factor));
    const by = scale / camera.scale;
    this.camera = { x: x - (x - camera.x) * by, y: y - (y - camera.y) * by, scale };
    this.isFollowing = false;
    this.move();
  }

  fit(): void {
    const { width, height } = this.size();
    const { frame } = this;
    const scale = Math.min(1, frame.width / width, frame.height / height);
    this.camera = { x: (frame.width - width * scale) / 2, y: (frame.height - height * scale) / 2, scale };
    this.isFollowing = true;
    this.move();
  }

  /** Where a task is, in pixels from the top left corner of the element. */
  place(id: number): { x: number; y: number; width: number; height: number } | undefined {
    const corner = cornerOf(this.grid, id);
    const { x, y, scale } = this.camera;
    return corner && { x: corner.x * scale + x, y: corner.y * scale + y, width: box.width * scale, height: box.height * scale };
  }

  private size(): { width: number; height: number } {
    return {
      width: Math.max(1, this.grid.width * cell.width - (cell.width - box.width)) + 2 * margin,
      height: Math.max(1, this.grid.height * cell.half - (2 * cell.half - box.height)) + 2 * margin,
    };
  }

  /** Shrinks the picture where the graph has grown out of it: by steps, so that it seldom does. */
  private follow(): void {
    const { frame, camera } = this;
    if (!this.isFollowing || frame.width === 0) return;
    const { width, height } = this.size();
    const needed = Math.min(1, frame.width / width, frame.height / height);
    if (camera.scale <= needed) return;
    this.camera = { x: 0, y: 0, scale: shrunk.find((step) => step <= needed) ?? Math.min(camera.scale, shrunk.at(-1)!) };
  }

  private reveal(id: number): void {
    const { frame, camera } = this;
    const place = this.place(id);
    const corner = cornerOf(this.grid, id);
    if (place === undefined || corner === undefined) return;
    const isLegible = camera.scale >= legible.least;
    const isSeen = place.x >= 0 && place.y >= 0 && place.x + place.width <= frame.width && place.y + place.height <= frame.height;
    if (isSeen && isLegible) return;
    const scale = isLegible ? camera.scale : legible.wanted;
    this.isFollowing = false;
    this.camera = { x: frame.width / 2 - (corner.x + box.width / 2) * scale, y: frame.height / 2 - (corner.y + box.height / 2) * scale, scale };
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
      if (id !== undefined) this.onselect(id, true);
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
        if (id !== undefined) this.onselect(id, false);
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
    this.slices.add("draw", () => this.paint());
  }

  private get palette(): Palette {
    const host = (this.element.getRootNode() as ShadowRoot).host as Element | undefined;
    const theme = host?.getAttribute("theme");
    return theme === "dark" || (theme !== "light" && isDark?.matches === true) ? dark : light;
  }

  /** Draws on the canvas behind, and then has the two change places. */
  private *paint(): Work {
    const { frame, model, grid, camera, palette, selected } = this;
    if (frame.width === 0 || frame.height === 0) return;
    const [front, back] = this.canvases as [HTMLCanvasElement, HTMLCanvasElement];
    yield* this.painter.paint(back.getContext("2d")!, { model, grid, camera, palette, selected, ...frame });
    back.style.transform = "";
    back.style.visibility = "";
    front.style.visibility = "hidden";
    this.canvases = [back, front];
    this.drawn = camera;
    this.shade();
    if (this.camera !== camera) this.move();
  }

  /** Shades the edges beyond which the graph goes on. */
  private shade(): void {
    const { camera, frame, model } = this;
    const { width, height } = this.size();
    const edge = (name: string, isBeyond: boolean): unknown => this.element.classList.toggle(name, isBeyond && !model.isTooLarge);
    edge("left", camera.x + margin * camera.scale < 0);
    edge("top", camera.y + margin * camera.scale < 0);
    edge("right", camera.x + (width - margin) * camera.scale > frame.width);
    edge("bottom", camera.y + (height - margin) * camera.scale > frame.height);
  }
}
