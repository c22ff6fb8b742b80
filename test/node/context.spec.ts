import { AsyncLocalStorage } from "node:async_hooks";
import { contextSpecs } from "../support/context.ts";

contextSpecs(AsyncLocalStorage);
