import type { ZipState } from '../archives/zip-writer.ts';
import type { StreamState } from '../files/parts.ts';
import { pack, unpack } from '../table/packed.ts';
import type { Position } from './source.ts';
import type { Include } from './terms.ts';

/** How far a job has come: all that the next run needs to go on. */
export interface Progress {
  /** An attempt at the whole job has a file of its own. */
  readonly attempt: string;
  readonly stream: StreamState;
  readonly zip: ZipState;
  /** The part that is being written: its place in `includes`. */
  readonly part: number;
  /** Where its source goes on; absent at its beginning. */
  readonly position?: Position;
  /** The size of the archive, once all of it is sent and only its parts have to become a file. */
  readonly sizeBytes?: number;
  /** Rows so far. */
  readonly rows: Readonly<Partial<Record<Include, number>>>;
}

/** A stored position may have thousands of parts of a file; compressed, 10,000 of them fit into a row. */
export const packProgress = (progress: Progress): Uint8Array => pack(progress);

export const readProgress = (packed: Uint8Array | undefined): Progress | undefined =>
  packed && unpack<Progress>(packed);
