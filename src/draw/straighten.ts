/** What stands in a column: a box, or an arrow that passes it. */
export interface Stop {
  readonly x: number;
  y: number;
  readonly height: number;
  /** How far it stays away from what is above and below it, at least: half of that is its own share. */
  readonly gap: number;
  /** How much it counts that it stands level with what it is connected with. */
  readonly weight: number;
  /** What it is connected with, in columns before and after. */
  readonly before: Stop[];
  readonly after: Stop[];
}

/** Sweeps over all columns: there and back. In the last ones what comes before and what comes after counts alike. */
const sweeps = { all: 12, both: 4 };

/** What of the height has to be saved: small graphs, in which there is little to save, stay as neat as they are. */
const worthwhile = 0.25;

/**
 * Moves what stands in columns up and down until connections are short and holes are closed; the order within a column
 * stays. Each column in turn is put where the squares of the distances to the middle of what its stops are connected
 * with are least.
 */
export function straighten(columns: readonly Stop[][]): void {
  const before = columns.flatMap((stops) => stops.map((stop) => ({ stop, y: stop.y })));
  const height = heightOf(columns);
  for (const stops of columns) stops.sort((a, b) => a.y - b.y);
  for (let sweep = 0; sweep < sweeps.all; sweep++) {
    const isForward = sweep % 2 === 0;
    const isBoth = sweep >= sweeps.all - sweeps.both;
    for (const stops of isForward ? columns : columns.toReversed()) {
      place(stops, ({ before, after }) => (isBoth ? [...before, ...after] : isForward ? before : after));
    }
  }
  if (heightOf(columns) <= height * (1 - worthwhile)) return;
  for (const { stop, y } of before) stop.y = y;
}

function heightOf(columns: readonly Stop[][]): number {
  let top = Infinity;
  let bottom = -Infinity;
  for (const stops of columns) {
    for (const { y, height } of stops) {
      top = Math.min(top, y - height / 2);
      bottom = Math.max(bottom, y + height / 2);
    }
  }
  return bottom - top;
}

/** Stops that touch, and what is wanted of where the first one stands. */
interface Block {
  readonly first: number;
  readonly sum: number;
  readonly weight: number;
}

function place(stops: readonly Stop[], connected: (stop: Stop) => readonly Stop[]): void {
  const offsets: number[] = [];
  const blocks: Block[] = [];
  let offset = 0;
  stops.forEach((stop, i) => {
    const above = stops[i - 1];
    if (above) offset += (above.height + above.gap + stop.height + stop.gap) / 2;
    offsets.push(offset);
    const others = connected(stop);
    const wanted = others.length === 0 ? stop.y : others.reduce((sum, { y }) => sum + y, 0) / others.length;
    const weight = others.length === 0 ? 0.01 : stop.weight;
    let block: Block = { first: i, sum: (wanted - offset) * weight, weight };
    // What wants to be above the one that it is below becomes one block with that.
    for (let last = blocks.at(-1); last && last.sum / last.weight > block.sum / block.weight; last = blocks.at(-1)) {
      blocks.pop();
      block = { first: last.first, sum: last.sum + block.sum, weight: last.weight + block.weight };
    }
    blocks.push(block);
  });
  blocks.forEach(({ first, sum, weight }, i) => {
    const end = blocks[i + 1]?.first ?? stops.length;
    for (let at = first; at < end; at++) stops[at]!.y = sum / weight + offsets[at]!;
  });
}
