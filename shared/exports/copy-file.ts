import type { PlainWriter } from '../archives/plain-writer.ts';
import type { ZipWriter } from '../archives/zip-writer.ts';
import type { MediaOfFile, StoredFile } from './part.ts';

/** Copies a file of the store into an archive. A run may stop in its middle, and the next one goes on there. */

type Writer = ZipWriter | PlainWriter;

/**
 * @param isOver whether the time of the run is over
 * @returns `stopped` before its end; `gone` if it was removed, maybe while it was copied
 */
export async function copyFile(
  writer: Writer,
  { name, size, media, read }: StoredFile,
  isOver: () => Promise<boolean>,
): Promise<'whole' | 'gone' | 'stopped'> {
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
  return 'whole';
}

/** The file in whose middle a run has stopped may be gone, and another one may have its name. */
export async function discardOpen(writer: Writer): Promise<void> {
  if (writer.openNote !== undefined) await writer.discard();
}
