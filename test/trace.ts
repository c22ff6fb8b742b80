// `aiodag/trace` under test: of the same build as the core that it records.
import type * as entry from "../trace.ts";
import { entryUrl } from "./support/runtime.ts";

const { toDOT, toJSON, toMermaid, toTraceEvents, toWaterfall, trace }: typeof entry = await import(entryUrl("trace"));

export { toDOT, toJSON, toMermaid, toTraceEvents, toWaterfall, trace };
export type * from "../trace.ts";
