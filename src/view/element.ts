import { type Recording, trace } from "../../trace.ts";
import { checkRecording } from "../draw/check.ts";
import { viewStyle } from "./style.ts";
import { View } from "./view.ts";

/** Tasks that an element's own recording keeps, so that a page that stays open for long does not fill up. */
const mostKept = 20_000;

const Base: typeof HTMLElement = (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ?? (class {} as typeof HTMLElement);

let sheet: CSSStyleSheet | undefined;

/**
 * `<aiodag-view>`: shows tasks as they run. In a page it records every task that is invoked from the moment on at which
 * it was put there, and shows their graph, which grows and takes colour, the waterfall under it, and a line with the
 * summary. A click or the arrow keys select a task: its name, times, dependencies, outcome, error and stack are shown.
 * Buttons pause it, clear it, zoom, fit, and download the run as SVG and as HTML. Taken out of the page, it stops
 * recording.
 *
 * In the graph a task keeps its place. Above 5,000 tasks only numbers are shown; of its own recording it keeps the newest
 * 20,000. It needs no more of a Content-Security-Policy than that the script may load.
 *
 * Attributes: `theme="light"` or `theme="dark"`, in place of what the reader prefers; `stacks`, when it is put into the
 * page, has it remember where each task was invoked. Custom properties: `--aiodag-graph-height` and
 * `--aiodag-list-height`.
 *
 * @example In a page
 * ```ts
 * import { task } from "aiodag";
 * import { AiodagView } from "aiodag/view";
 *
 * console.log(typeof AiodagView); // function
 * if (globalThis.document) document.body.append(new AiodagView());
 * await task(function answer() { return 42; })();
 * ```
 */
export class AiodagView extends Base {
  /** The attributes whose changes it takes notice of. */
  static readonly observedAttributes: readonly string[] = ["theme"];

  #view: View | undefined;
  #given: Recording | undefined;
  #own: Recording | undefined;

  /**
   * The recording that is shown: its own, or the one that was set, which it does not stop. `undefined` while it is in no
   * page and none was set.
   */
  get recording(): Recording | undefined {
    return this.#given ?? this.#own;
  }

  set recording(run: Recording | undefined) {
    if (run !== undefined) checkRecording(run, (value) => `Cannot show ${value}`);
    this.#given = run;
    this.#own?.stop();
    this.#own = undefined;
    if (this.isConnected) this.#show();
  }

  /** Whether the picture stands still, while the recording goes on. */
  get paused(): boolean {
    return this.#view?.paused ?? false;
  }

  set paused(isPaused: boolean) {
    this.#view?.setPaused(isPaused);
  }

  /** Starts a new recording of its own, and shows that. */
  clear(): void {
    this.recording = undefined;
  }

  /** Where the graph shows a task, by its id, in pixels from the graph's top left corner; `undefined` for none there. */
  placeOf(id: number): { x: number; y: number; width: number; height: number } | undefined {
    return this.#view?.placeOf(id);
  }

  /** Begins to record and to show: called by the page. */
  connectedCallback(): void {
    if (this.#view === undefined) this.#show();
    else this.#view.connect();
  }

  /** Ends that: called by the page. An element that is only moved to another place goes on. */
  disconnectedCallback(): void {
    this.#view?.disconnect();
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#view?.end();
      this.#view = undefined;
      this.#own?.stop();
    });
  }

  /** Takes on a theme: called by the page. */
  attributeChangedCallback(): void {
    this.#view?.repaint();
  }

  #show(): void {
    if (this.#given === undefined) this.#own = trace({ limit: mostKept, stacks: this.hasAttribute("stacks") });
    const run = this.recording!;
    if (this.#view === undefined) {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      if (sheet === undefined) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(viewStyle);
      }
      root.adoptedStyleSheets = [sheet];
      this.#view = new View(run, () => this.clear());
      root.replaceChildren(this.#view.element);
      this.#view.connect();
    } else this.#view.show(run);
  }
}

/** Defines the element, where there is a document and it has not been defined, by this copy or another. */
export function define(): void {
  const { customElements } = globalThis as { customElements?: CustomElementRegistry };
  if (customElements !== undefined && customElements.get("aiodag-view") === undefined) customElements.define("aiodag-view", AiodagView);
}
