import { gc } from "./runtime.ts";

/** How many of a kind a collector may keep that takes words on the stack for references. */
const FEW = 10;

/** Objects that are watched, under a name for each kind: a hundred of each, for of one alone nothing can be said. */
export class Watch {
  kinds = new Map<string, WeakRef<object>[]>();

  add<T extends object>(kind: string, object: T): T {
    const refs = this.kinds.get(kind) ?? [];
    this.kinds.set(kind, refs);
    refs.push(new WeakRef(object));
    return object;
  }

  /** How many of each kind are alive: none or all of them, but for a few. */
  async alive(): Promise<Record<string, string>> {
    await gc();
    return Object.fromEntries(
      [...this.kinds].map(([kind, refs]) => {
        const count = refs.filter((ref) => ref.deref() !== undefined).length;
        return [kind, count <= FEW ? "gone" : count >= refs.length - FEW ? "kept" : `${count} of ${refs.length} kept`];
      }),
    );
  }
}
