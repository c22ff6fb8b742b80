// Small enough for a heap to hand out, and to be used again, without the system's doing.
const bits = 9;
const size = 1 << bits;

/**
 * A list of rows of numbers, counted from 1, whose first ones can be let go of. Chunks of typed arrays cost neither a
 * box a number, nor work for the garbage collector, nor a copy of everything when the list grows.
 */
export class Rows {
  /** The first row that is kept. */
  first = 1;
  private readonly width: number;
  private readonly chunks: Float64Array[] = [];
  private spare: Float64Array | undefined;

  constructor(width: number) {
    this.width = width;
  }

  /** The array that a row is in. */
  chunk(row: number): Float64Array {
    return this.chunks[(row - this.first) >> bits]!;
  }

  /** Where in its array a row begins. */
  offset(row: number): number {
    return ((row - this.first) & (size - 1)) * this.width;
  }

  /** The same as `chunk` for the row that comes next. */
  grow(row: number): Float64Array {
    const { chunks } = this;
    if ((row - this.first) >> bits === chunks.length) {
      chunks.push(this.spare ?? new Float64Array(size * this.width));
      this.spare = undefined;
    }
    return chunks[chunks.length - 1]!;
  }

  /** Lets go of rows up to this one, a whole array of them at a time; returns how many they were. */
  drop(row: number): number {
    let dropped = 0;
    while (row - this.first >= size - 1) {
      this.spare = this.chunks.shift();
      dropped += size;
      this.first += size;
    }
    return dropped;
  }
}
