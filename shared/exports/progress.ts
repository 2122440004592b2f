import { StateUnreadable } from '../archives/checksum.ts';
import type { ZipState } from '../archives/zip-writer.ts';
import type { StreamState } from '../files/parts.ts';
import { pack, unpack } from '../table/packed.ts';
import type { FormSnapshot, Snapshot } from './form-snapshot.ts';
import type { Include } from './terms.ts';

/** The checkpoint of a job: all that the next run needs to continue. */
export interface Progress {
  /** Id of the attempt at the whole job; each attempt writes its own file. */
  readonly attempt: string;
  readonly stream: StreamState;
  readonly zip: ZipState;
  /** The key of the list of the files in the archive, if the list is too long for a row. */
  readonly listedAt?: string;
  /** The index of the part that is being written. */
  readonly part: number;
  /** The position in that part after its last page; absent at its beginning. */
  readonly position?: unknown;
  /** Whether an item of that part was written, so that the next one needs a separator. */
  readonly isBegun?: boolean;
  /** The size of the archive, once all parts are uploaded and only have to become a file. */
  readonly sizeBytes?: number;
  /** Rows so far. */
  readonly rows: Readonly<Partial<Record<Include, number>>>;
  /** Media files so far. */
  readonly files?: number;
  /** The form as it was when the attempt began; later changes do not count. */
  readonly form?: FormSnapshot;
  /** See {@link Snapshot}; absent where there is no form. */
  readonly recentIds?: readonly string[] | null;
}

/** A checkpoint may name thousands of parts of a file; compressed, 10,000 of them fit into a row. */
export const packProgress = (progress: Progress): Uint8Array => pack(progress);

/**
 * The form of a job as all of its runs show it; undefined for a job of anything else.
 *
 * @throws StateUnreadable for a job that was begun before `recentIds` were listed, whose parts might not agree
 */
export function snapshotIn({ form, recentIds }: Progress): Snapshot | undefined {
  if (form && recentIds === undefined) throw new StateUnreadable('The job was begun by an earlier version');
  return form && { form, recentIds: recentIds ?? null };
}

export const readProgress = (packed: Uint8Array | undefined): Progress | undefined =>
  packed && unpack<Progress>(packed);
