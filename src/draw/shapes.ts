import type { Status } from "../../trace.ts";

/**
 * The outline of a box of a status, as path data: a rounded rectangle for what was fulfilled, a pill for what is
 * running, an octagon for what failed, a slanted box for what was aborted, pointed ends for what is ready, and plain
 * corners for what is waiting.
 */
export function outline(status: Status, x: number, y: number, width: number, height: number): string {
  const right = x + width;
  const bottom = y + height;
  switch (status) {
    case "fulfilled":
      return rounded(x, y, width, height, 6);
    case "running":
      return rounded(x, y, width, height, height / 2);
    case "failed": {
      const cut = Math.min(9, height / 3);
      return polygon([
        [x + cut, y], [right - cut, y], [right, y + cut], [right, bottom - cut],
        [right - cut, bottom], [x + cut, bottom], [x, bottom - cut], [x, y + cut],
      ]);
    }
    case "aborted":
      return polygon([[x + 7, y], [right, y], [right - 7, bottom], [x, bottom]]);
    case "ready":
      return polygon([
        [x + 7, y], [right - 7, y], [right, y + height / 2], [right - 7, bottom], [x + 7, bottom], [x, y + height / 2],
      ]);
    case "waiting":
      return polygon([[x, y], [right, y], [right, bottom], [x, bottom]]);
  }
}

/** The sign of a status, around the origin, to be stroked: tick, cross, circle with a bar, triangle, two bars, dots. */
export const signs: Readonly<Record<Status, string>> = {
  fulfilled: "M-4 .5L-1.2 3.5L4.2-3.5",
  failed: "M-3.5-3.5L3.5 3.5M-3.5 3.5L3.5-3.5",
  aborted: "M4.5 0A4.5 4.5 0 1 1-4.5 0A4.5 4.5 0 1 1 4.5 0M-3.2 3.2L3.2-3.2",
  running: "M-2.5-4L4 0L-2.5 4Z",
  ready: "M-2-3.5V3.5M2.2-3.5V3.5",
  waiting: "M-4 0h.1M0 0h.1M4 0h.1",
};

/** The head of an arrow that points to the right, its tip at the origin. */
export const arrowHead = "M0 0L-8-4V4Z";

export function rounded(x: number, y: number, width: number, height: number, radius: number): string {
  const across = round(width - 2 * radius);
  const down = round(height - 2 * radius);
  const arc = (dx: number, dy: number): string => `a${round(radius)} ${round(radius)} 0 0 1 ${round(dx)} ${round(dy)}`;
  return (
    `M${round(x + radius)} ${round(y)}h${across}${arc(radius, radius)}v${down}${arc(-radius, radius)}` +
    `h${-across}${arc(-radius, -radius)}v${-down}${arc(radius, -radius)}z`
  );
}

function polygon(points: readonly (readonly [number, number])[]): string {
  return `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z`;
}

/** A coordinate with the digits that can be seen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
