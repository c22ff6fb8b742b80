/** Where a path is: the bounds of the points it passes. Knows the commands that the pictures are drawn with. */
export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const counts: Record<string, number> = { M: 2, L: 2, H: 1, V: 1, C: 6, A: 7, Z: 0 };

export function boundsOfPath(data: string): Bounds {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  let [x, y] = [0, 0];
  for (const [, command, rest] of data.matchAll(/([a-z])([^a-z]*)/gi)) {
    const numbers = Array.from(rest!.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g), ([number]) => Number(number));
    const isRelative = command! > "Z";
    const kind = command!.toUpperCase();
    const count = counts[kind];
    if (count === undefined || (count > 0 && numbers.length % count !== 0)) throw new Error(`Cannot read the path ${data}`);
    for (let i = 0; i + count <= numbers.length && count > 0; i += count) {
      const end = numbers.slice(i, i + count);
      if (kind === "H") x = end[0]! + (isRelative ? x : 0);
      else if (kind === "V") y = end[0]! + (isRelative ? y : 0);
      else {
        x = end.at(-2)! + (isRelative ? x : 0);
        y = end.at(-1)! + (isRelative ? y : 0);
      }
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
  }
  return bounds;
}
