import { randomUUID } from 'node:crypto';
import { PlainWriter } from '../archives/plain-writer.ts';
import { ZipWriter } from '../archives/zip-writer.ts';
import { exportFiles } from '../files/keys.ts';
import { makeFile, PartStream } from '../files/parts.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { dropCheckpointFiles, type Listed, loadFileList, storeFileList } from './checkpoint-files.ts';
import { copyFile, discardOpen } from './copy-file.ts';
import type { FilesPart, Outline, TextPart } from './part.ts';
import type { Progress } from './progress.ts';
import { readAhead } from './read-ahead.ts';
import { manifestOf } from './record.ts';
import { RunStopped, requireCurrent, saveProgress, type TakenExport } from './take.ts';
import type { Include } from './terms.ts';

/**
 * Writes the file of a job, one part after the other, as a stream from the database to the store. A run that has no time
 * left stores a checkpoint.
 */

/** How often a run checks that it is still the current one. */
const checkMilliseconds = 5000;

/** The file while a run writes it. */
export class ArchiveRun {
  readonly #tenant: Tenant;
  readonly #job: TakenExport;
  readonly #outline: Outline;
  readonly #stream: PartStream;
  readonly #writer: ZipWriter | PlainWriter;
  /** As it was stored last. */
  #progress: Progress;
  #part: number;
  #position: unknown;
  #isBegun: boolean;
  readonly #rows: Partial<Record<Include, number>>;
  #files: number;
  #nextCheck = Date.now() + checkMilliseconds;

  private constructor(
    [tenant, job, outline]: readonly [Tenant, TakenExport, Outline],
    progress: Progress,
    stream: PartStream,
    writer: ZipWriter | PlainWriter,
  ) {
    [this.#tenant, this.#job, this.#outline, this.#stream, this.#writer] = [tenant, job, outline, stream, writer];
    [this.#progress, this.#part, this.#position] = [progress, progress.part, progress.position];
    [this.#rows, this.#files, this.#isBegun] = [{ ...progress.rows }, progress.files ?? 0, progress.isBegun ?? false];
  }

  static async from(tenant: Tenant, job: TakenExport, outline: Outline, progress: Progress): Promise<ArchiveRun> {
    const zip = await loadFileList(progress);
    const stream = await PartStream.from(progress.stream);
    const sink = (bytes: Buffer) => stream.write(bytes);
    const writer = outline.isPlain ? new PlainWriter(sink, zip) : await ZipWriter.from(sink, job.createdAt, zip);
    return new ArchiveRun([tenant, job, outline], progress, stream, writer);
  }

  /** The stored checkpoint. */
  get progress(): Progress {
    return this.#progress;
  }

  /**
   * Writes until the end, or until an instant.
   *
   * @returns the size of the file; undefined if another run has to continue
   * @throws RunStopped, FileTooLarge, errors of `isUploadLost`
   */
  async write(until: number): Promise<number | undefined> {
    if (this.#progress.sizeBytes === undefined) {
      const isComplete = await this.#writeAll(until);
      if (!isComplete) await this.#save();
      // S3 may take many seconds to make a file of thousands of parts.
      if (!isComplete || Date.now() >= until) return undefined;
    }
    const { stream, sizeBytes = 0 } = this.#progress;
    await makeFile(stream, sizeBytes);
    return sizeBytes;
  }

  /** @returns false when the time was over before the end */
  async #writeAll(until: number): Promise<boolean> {
    const { parts, hasManifest } = this.#outline;
    for (; this.#part < parts.length; this.#part++) {
      const part = parts[this.#part]!;
      const isComplete = part.kind === 'text' ? await this.#writeText(part, until) : await this.#copyFiles(part, until);
      if (!isComplete) return false;
      [this.#position, this.#isBegun] = [undefined, false];
    }
    if (hasManifest) await this.#writeManifest();
    await this.#writer.close();
    const before = this.#progress;
    const { offset: sizeBytes } = await this.#writer.save();
    const stream = await this.#stream.close();
    // The list of its files is in the archive itself now.
    await this.#store({ ...this.#counted(), stream, zip: { offset: sizeBytes, files: [] }, sizeBytes });
    await dropCheckpointFiles(before);
    return true;
  }

  /** @returns false when the time was over before the last row */
  async #writeText({ name, head, tail, separator, isCounted, pages }: TextPart, until: number): Promise<boolean> {
    const include = this.#includeOf();
    if (this.#writer.openName === undefined) {
      await this.#writer.begin(name);
      await this.#writer.write(Buffer.from(head));
      if (isCounted) this.#rows[include] = 0;
    }
    for await (const { items, rows, position } of readAhead(pages(this.#position, this.#writer.files))) {
      for (const item of items) {
        await this.#writer.write(Buffer.from(separator !== undefined && this.#isBegun ? separator + item : item));
        this.#isBegun = true;
      }
      if (isCounted) this.#rows[include] = (this.#rows[include] ?? 0) + rows;
      if (await this.#isOver(position, until)) return false;
    }
    await this.#writer.write(Buffer.from(tail));
    await this.#writer.end();
    return true;
  }

  /** The include that is being written: for a form always the same, for tables one for each part. */
  #includeOf(): Include {
    const { includes } = this.#job;
    return includes[this.#outline.hasManifest ? this.#part : 0]!;
  }

  /** @returns false when the time was over before the last file */
  async #copyFiles({ pages }: FilesPart, until: number): Promise<boolean> {
    for await (const { files, position } of pages(this.#position)) {
      for (const file of files) {
        const end = await copyFile(this.#writer, file, () => this.#isOver(this.#position, until));
        if (end === 'stopped') return false;
        if (end === 'complete') this.#files += 1;
      }
      if (await this.#isOver(position, until)) return false;
    }
    await discardOpen(this.#writer);
    return true;
  }

  /** Records a position as reached; returns whether the time is over. */
  async #isOver(position: unknown, until: number): Promise<boolean> {
    this.#position = position;
    await this.#check();
    return Date.now() >= until;
  }

  async #check(): Promise<void> {
    if (Date.now() < this.#nextCheck) return;
    await requireCurrent(this.#tenant.reference, this.#job);
    this.#nextCheck = Date.now() + checkMilliseconds;
  }

  #counted() {
    const { attempt, form, recentIds } = this.#progress;
    const ofForm = form && { form, recentIds };
    return { attempt, part: this.#part, rows: this.#rows, files: this.#files, ...ofForm };
  }

  async #save(): Promise<void> {
    const before = this.#progress;
    const { reference } = this.#tenant;
    const keyOf = (run: string) => exportFiles.remainder(reference, before.attempt, run);
    const listed: Listed = await storeFileList(await this.#writer.save(), keyOf(randomUUID()));
    const stream = await this.#stream.save(keyOf(randomUUID()));
    const position = this.#position === undefined ? {} : { position: this.#position };
    await this.#store({ ...this.#counted(), ...listed, stream, ...position, isBegun: this.#isBegun });
    await dropCheckpointFiles(before);
  }

  async #store(next: Progress): Promise<void> {
    await saveProgress(this.#tenant.reference, this.#job, next, true).catch(async (error: unknown) => {
      // No record names these files.
      if (error instanceof RunStopped) await dropCheckpointFiles(next);
      throw error;
    });
    this.#progress = next;
  }

  async #writeManifest(): Promise<void> {
    const { includes } = this.#job;
    const files = this.#writer.files.map((file, i) => ({ ...file, rows: this.#rows[includes[i]!] ?? 0 }));
    await this.#writer.begin('manifest.json');
    await this.#writer.write(Buffer.from(`${JSON.stringify(manifestOf(this.#job, files), null, 2)}\n`));
    await this.#writer.end();
  }
}
