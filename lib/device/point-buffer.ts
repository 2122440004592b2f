import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SentPoint } from './drive.ts';

/**
 * Points on disk until they are sent, so that they survive network failures and restarts. A file holds the points of one
 * message, one per line, and is deleted when the broker has confirmed the message. The oldest points are sent first.
 */

/** The most points of a message. */
const mostPoints = 100;
/** A million points; beyond that the oldest are dropped. */
const mostBatches = 10_000;

export interface Batch {
  readonly file: string;
  readonly points: readonly SentPoint[];
}

interface Stored {
  readonly file: string;
  count: number;
}

const form = /^\d{12}\.jsonl$/;

export class PointBuffer {
  readonly #directory: string;
  readonly #most: number;
  readonly #stored: Stored[];
  /** The file to which points are appended; always the last one. */
  #open: Stored | undefined;
  #next: number;

  constructor(directory: string, most = mostBatches) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    [this.#directory, this.#most] = [directory, most];
    const files = readdirSync(directory)
      .filter((file) => form.test(file))
      .sort();
    this.#stored = files.map((file) => ({ file, count: this.#read(file).length }));
    this.#next = Number.parseInt(files.at(-1) ?? '0', 10) + 1;
  }

  /** Points that are not sent yet. */
  get size(): number {
    return this.#stored.reduce((sum, { count }) => sum + count, 0);
  }

  add(point: SentPoint): void {
    if (!this.#open || this.#open.count === mostPoints) this.#open = this.#begin();
    appendFileSync(join(this.#directory, this.#open.file), `${JSON.stringify(point)}\n`, { mode: 0o600 });
    this.#open.count += 1;
  }

  /** The oldest points, to whose file nothing is appended any more; undefined if there are none. */
  oldest(): Batch | undefined {
    for (;;) {
      const [first] = this.#stored;
      if (!first) return undefined;
      if (first === this.#open) this.#open = undefined;
      const points = this.#read(first.file);
      if (points.length > 0) return { file: first.file, points };
      this.drop(first);
    }
  }

  /** Deletes the file of a message. */
  drop({ file }: Pick<Batch, 'file'>): void {
    const at = this.#stored.findIndex((one) => one.file === file);
    if (at >= 0) this.#stored.splice(at, 1);
    rmSync(join(this.#directory, file), { force: true });
  }

  #begin(): Stored {
    const begun = { file: `${String(this.#next++).padStart(12, '0')}.jsonl`, count: 0 };
    this.#stored.push(begun);
    if (this.#stored.length > this.#most) this.drop(this.#stored[0]!);
    return begun;
  }

  /** The last line may be incomplete if the process was killed; it is skipped. */
  #read(file: string): SentPoint[] {
    const lines = readFileSync(join(this.#directory, file), 'utf8').split('\n').filter(Boolean);
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as SentPoint];
      } catch {
        return [];
      }
    });
  }
}
