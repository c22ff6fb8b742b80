import type { Status } from "../../trace.ts";

/** The colours of a picture. Texts have a contrast of 4.5 or more to what they stand on, outlines one of 3. */
export interface Palette {
  readonly page: string;
  readonly text: string;
  readonly soft: string;
  readonly line: string;
  readonly edge: string;
  readonly track: string;
  readonly accent: string;
  /** The critical path. */
  readonly critical: string;
  readonly fill: Readonly<Record<Status, string>>;
  readonly stroke: Readonly<Record<Status, string>>;
}

export const light: Palette = {
  page: "#ffffff",
  text: "#1b1f24",
  soft: "#57606a",
  line: "#d5dae0",
  edge: "#6e7781",
  track: "#f1f3f6",
  accent: "#0b5bd3",
  critical: "#8250df",
  fill: {
    waiting: "#ffffff",
    ready: "#e7f0ff",
    running: "#fff3cd",
    fulfilled: "#e4f5e9",
    failed: "#ffe7e5",
    aborted: "#eceff2",
  },
  stroke: {
    waiting: "#6e7781",
    ready: "#0b5bd3",
    running: "#8a5a00",
    fulfilled: "#1a7f37",
    failed: "#b3261e",
    aborted: "#57606a",
  },
};

export const dark: Palette = {
  page: "#14171b",
  text: "#e6e8eb",
  soft: "#a6b0bb",
  line: "#333b45",
  edge: "#8b949e",
  track: "#1f252c",
  accent: "#79b0ff",
  critical: "#c297ff",
  fill: {
    waiting: "#14171b",
    ready: "#10284a",
    running: "#3a2d05",
    fulfilled: "#12301c",
    failed: "#42171a",
    aborted: "#272d34",
  },
  stroke: {
    waiting: "#8b949e",
    ready: "#79b0ff",
    running: "#e3b341",
    fulfilled: "#57c878",
    failed: "#ff8a80",
    aborted: "#a6b0bb",
  },
};

export const statuses: readonly Status[] = ["waiting", "ready", "running", "fulfilled", "failed", "aborted"];

/** How an outline is dashed, by status: one of the ways in which states differ without colour. */
export const dashes: Readonly<Partial<Record<Status, readonly number[]>>> = {
  waiting: [1.5, 3],
  ready: [6, 3],
  aborted: [6, 3],
};

export const fontFamily = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';
