import type { Definition } from "./definition.ts";

class Given {
  constructor(given: object) {
    return given;
  }
}

/** Brands a wrapped function with what it was wrapped for. Unlike a property, it asks no trap of a Proxy. */
export class Wrapped extends Given {
  #definition: Definition;

  constructor(wrapped: object, definition: Definition) {
    super(wrapped);
    this.#definition = definition;
  }

  static definition(fn: object): Definition | undefined {
    return #definition in fn ? fn.#definition : undefined;
  }
}
