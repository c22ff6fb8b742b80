import type { Status } from "../../trace.ts";
import { font } from "./scene.ts";
import { dark, dashes, fontFamily, light, type Palette, statuses } from "./theme.ts";

/** Which colours a picture has: `auto` leaves it to who looks at it. */
export type Theme = "auto" | "light" | "dark";

/** The style sheet of a graph that has the class `aiodag-` and the theme's name. Nothing outside of it is touched. */
export function graphStyle(theme: Theme): string {
  const root = `.aiodag-${theme}`;
  const rules = shape(root) + colors(root, theme === "dark" ? dark : light);
  return theme === "auto" ? `${rules}@media (prefers-color-scheme:dark){${colors(root, dark)}}` : rules;
}

/** What is the same in light and dark. */
function shape(root: string): string {
  const dashed = statuses.flatMap((status) =>
    dashes[status] ? [`${root} .${status} .o{stroke-dasharray:${dashes[status].join(" ")}}`] : [],
  );
  return (
    `${root}{font-family:${fontFamily}}` +
    `${root} text{white-space:pre}` +
    `${root} .n{font-size:${font.name}px}` +
    `${root} .d{font-size:${font.detail}px}` +
    `${root} .o{stroke-width:1.5}` +
    `${root} .s{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}` +
    `${root} .waiting .s{stroke-width:2.6}` +
    `${root} .c{fill:none;stroke-width:3}` +
    `${root} .e{fill:none;stroke-width:1.4}` +
    `${root} .order .e{stroke-dasharray:6 4}` +
    `${root} .returned .e{stroke-dasharray:1 4;stroke-width:2;stroke-linecap:round}` +
    `${root} .critical .e{stroke-width:3.4}` +
    dashed.join("")
  );
}

function colors(root: string, palette: Palette): string {
  const states = statuses.map((status: Status) =>
    `${root} .${status} .o{fill:${palette.fill[status]};stroke:${palette.stroke[status]}}` +
    `${root} .${status} .s{stroke:${palette.stroke[status]}}`,
  );
  return (
    `${root} .p{fill:${palette.page}}` +
    `${root} .n{fill:${palette.text}}` +
    `${root} .d{fill:${palette.soft}}` +
    `${root} .t .d{fill:${palette.text}}` +
    `${root} .e{stroke:${palette.edge}}` +
    `${root} .h{fill:${palette.edge}}` +
    `${root} .returned .h{fill:${palette.page};stroke:${palette.edge}}` +
    `${root} .c{stroke:${palette.critical}}` +
    `${root} .critical .e{stroke:${palette.critical}}` +
    `${root} .critical .h{fill:${palette.critical};stroke:none}` +
    states.join("")
  );
}
