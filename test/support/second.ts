/** A second copy of the library beside the one under test: another file of those that were built. */
import type * as core from "../../mod.ts";
import { entryUrl, subject } from "./runtime.ts";

export const secondSubject = subject() === "dist" ? "min" : "dist";

const { abortSignal, all, task, Task }: typeof core = await import(entryUrl("mod", secondSubject));

export { abortSignal, all, task, Task };
