// `aiodag/draw` under test: of the same build as the core.
import type * as entry from "../draw.ts";
import { entryUrl } from "./support/runtime.ts";

const { toHTML, toSVG }: typeof entry = await import(entryUrl("draw"));

export { toHTML, toSVG };
export type * from "../draw.ts";
