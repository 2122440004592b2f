import type { PlainWriter } from '../archives/plain-writer.ts';
import type { ZipWriter } from '../archives/zip-writer.ts';
import type { MediaOfFile, StoredFile } from './part.ts';

/** Copies a file of the store into an archive. A run may stop halfway, and the next run continues there. */

type Writer = ZipWriter | PlainWriter;

/**
 * @param isOver whether the time of the run is over
 * @returns `stopped` if the time was over; `gone` if the file was removed, maybe while it was copied
 */
export async function copyFile(
  writer: Writer,
  { name, size, media, read }: StoredFile,
  isOver: () => Promise<boolean>,
): Promise<'complete' | 'gone' | 'stopped'> {
  const open = writer.openNote as MediaOfFile | undefined;
  const isResumed = open?.mediaId === media.mediaId && writer.openName === name;
  if (!isResumed) await discardOpen(writer);
  const bytes = await read(isResumed ? writer.openSize : 0);
  if (!bytes) return 'gone';
  if (!isResumed) await writer.begin(name, { level: 0, note: media });
  for await (const some of bytes) {
    await writer.write(some);
    if (await isOver()) return 'stopped';
  }
  if (writer.openSize < size) {
    await discardOpen(writer);
    return 'gone';
  }
  await writer.end();
  return 'complete';
}

/** Discards a file that a run has copied halfway: it may be gone since, and another file may have its name. */
export async function discardOpen(writer: Writer): Promise<void> {
  if (writer.openNote !== undefined) await writer.discard();
}
