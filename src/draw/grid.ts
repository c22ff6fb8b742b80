/** Where a box stands, in columns from the left and half rows from the top; it is two half rows high. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/** Rows of a column that are taken, with the way to the nearest free ones. */
class Column {
  private readonly below: number[] = [];
  private readonly above: number[] = [];

  /** The free row that is nearest to where a box should be. */
  nearest(wanted: number): number {
    const down = find(this.below, wanted);
    const up = find(this.above, wanted);
    return up >= 0 && wanted - up <= down - wanted ? up : down;
  }

  take(row: number): void {
    // Boxes are two half rows high, so one of these would overlap it.
    for (const each of [row - 1, row, row + 1]) {
      if (each < 0) continue;
      this.below[each] = each + 1;
      this.above[each] = each - 1;
    }
  }
}

/** Follows the way to a free row; what is passed on it is skipped the next time. */
function find(next: number[], from: number): number {
  let end = from;
  while (end >= 0 && next[end] !== undefined) end = next[end]!;
  for (let at = from; at !== end; ) {
    const after = next[at]!;
    next[at] = end;
    at = after;
  }
  return end;
}

/**
 * Places boxes one by one, and never moves one: each in the column after all that it depends on, as near as can be to
 * their middle.
 */
export class Grid {
  private readonly columns: Column[] = [];
  private readonly places: Map<number, Place> = new Map();
  /** Columns and half rows that are in use. */
  width = 0;
  height = 0;

  /** Places a box behind others; those that are not there are left out. `parent` counts where there is no other. */
  add(id: number, dependencies: Iterable<number>, parent?: number): Place {
    let column = 0;
    let sum = 0;
    let count = 0;
    for (const dependency of dependencies) {
      const place = this.places.get(dependency);
      if (place === undefined) continue;
      column = Math.max(column, place.column + 1);
      sum += place.row;
      count++;
    }
    const above = count === 0 && parent !== undefined ? this.places.get(parent) : undefined;
    if (above !== undefined) column = above.column + 1;
    const wanted = above?.row ?? (count === 0 ? 0 : Math.round(sum / count));
    const rows = (this.columns[column] ??= new Column());
    const row = rows.nearest(wanted);
    rows.take(row);
    const place = { column, row };
    this.places.set(id, place);
    this.width = Math.max(this.width, column + 1);
    this.height = Math.max(this.height, row + 2);
    return place;
  }

  get(id: number): Place | undefined {
    return this.places.get(id);
  }
}
