import type { WrittenFile, ZipState } from '../archives/zip-writer.ts';
import { dropRemainder } from '../files/parts.ts';
import { deleteFile, putFile, readFile } from '../files/store.ts';
import { pack, unpack } from '../table/packed.ts';
import type { Progress } from './progress.ts';

/** Files that a run leaves for the next one, beside the checkpoint in the record of the job. */

/** A file takes some 150 bytes of the list, and a record 400 KB. */
const mostInRecord = 600;

export type Listed = Pick<Progress, 'zip' | 'listedAt'>;

/**
 * The state of an archive for the record: a list of files that is too long for it becomes a file.
 *
 * @param key of that file; no other run uses it
 */
export async function storeFileList(zip: ZipState, key: string): Promise<Listed> {
  if (zip.files.length <= mostInRecord) return { zip };
  await putFile(key, pack(zip.files));
  return { zip: { ...zip, files: [] }, listedAt: key };
}

export async function loadFileList({ zip, listedAt }: Listed): Promise<ZipState> {
  return listedAt === undefined ? zip : { ...zip, files: unpack<WrittenFile[]>(await readFile(listedAt)) };
}

/** Removes the files that a run has left for the next one. */
export async function dropCheckpointFiles({ stream, listedAt }: Pick<Progress, 'stream' | 'listedAt'>): Promise<void> {
  await dropRemainder(stream);
  if (listedAt !== undefined) await deleteFile(listedAt);
}
