/**
 * Records what tasks do, measures and explains it, and turns it into text.
 *
 * @module
 */
export { toDOT } from "./src/trace/dot.ts";
export { toTraceEvents } from "./src/trace/events.ts";
export { toJSON } from "./src/trace/json.ts";
export { toMermaid } from "./src/trace/mermaid.ts";
export { trace } from "./src/trace/trace.ts";
export type {
  Dependency,
  RecordedTask,
  Recording,
  Status,
  Summary,
  TraceEvent,
  TraceOptions,
} from "./src/trace/types.ts";
export { toWaterfall, type WaterfallOptions } from "./src/trace/waterfall.ts";
