import { randomUUID } from 'node:crypto';
import { tableFormats } from '../archives/tables.ts';
import { ZipWriter } from '../archives/zip-writer.ts';
import { exportFiles } from '../files/keys.ts';
import { dropRemainder, makeFile, PartStream } from '../files/parts.ts';
import { beginUpload, dropUpload } from '../files/store.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Progress } from './progress.ts';
import { readAhead } from './read-ahead.ts';
import { manifestOf } from './record.ts';
import type { Position } from './source.ts';
import { sources } from './sources.ts';
import { RunStopped, requireCounting, saveProgress, type TakenExport } from './take.ts';
import type { Include } from './terms.ts';

/**
 * Writes the archive of a job, one file after the other, as a stream from the sources to the store. A run that has no
 * time left stores how far it has come.
 */

/** How often a run looks whether it still counts. */
const lookMilliseconds = 5000;
/** How many rows are text at once: a row may have 64 KB and more. */
const rowsAtOnce = 100;

/** The beginning of a job: its file gets a key of its own, which no other attempt uses. */
export async function beginAttempt({ reference }: Tenant, job: TakenExport): Promise<Progress> {
  const attempt = randomUUID();
  const upload = await beginUpload(exportFiles.archive(reference, attempt, job.sk), 'application/zip');
  const progress: Progress = {
    attempt,
    stream: { upload, parts: [] },
    zip: { offset: 0, files: [] },
    part: 0,
    rows: {},
  };
  await saveProgress(reference, job, progress, false).catch(async (error: unknown) => {
    // Nobody else knows of it.
    if (error instanceof RunStopped) await dropUpload(upload);
    throw error;
  });
  return progress;
}

/** The archive while a run writes it. */
export class ArchiveRun {
  readonly #tenant: Tenant;
  readonly #job: TakenExport;
  readonly #stream: PartStream;
  readonly #zip: ZipWriter;
  /** As it was stored last. */
  #progress: Progress;
  #part: number;
  #position: Position | undefined;
  readonly #rows: Partial<Record<Include, number>>;
  #nextLook = Date.now() + lookMilliseconds;

  private constructor(tenant: Tenant, job: TakenExport, progress: Progress, stream: PartStream, zip: ZipWriter) {
    [this.#tenant, this.#job, this.#stream, this.#zip] = [tenant, job, stream, zip];
    [this.#progress, this.#part, this.#position] = [progress, progress.part, progress.position];
    this.#rows = { ...progress.rows };
  }

  static async from(tenant: Tenant, job: TakenExport, progress: Progress): Promise<ArchiveRun> {
    const stream = await PartStream.from(progress.stream);
    const zip = await ZipWriter.from((bytes) => stream.write(bytes), job.createdAt, progress.zip);
    return new ArchiveRun(tenant, job, progress, stream, zip);
  }

  /** The state that is stored. */
  get progress(): Progress {
    return this.#progress;
  }

  /**
   * Writes until the end, or until an instant.
   *
   * @returns the size of the archive; undefined if a run is to follow
   * @throws RunStopped, FileTooLarge, errors of `isUploadLost`
   */
  async write(until: number): Promise<number | undefined> {
    if (this.#progress.sizeBytes === undefined && !(await this.#writeAll(until))) {
      await this.#save();
      return undefined;
    }
    const { stream, sizeBytes = 0 } = this.#progress;
    await makeFile(stream, sizeBytes);
    return sizeBytes;
  }

  /** @returns false when the time was over before the end */
  async #writeAll(until: number): Promise<boolean> {
    const { includes } = this.#job;
    for (; this.#part < includes.length; this.#part++) {
      if (!(await this.#writePart(includes[this.#part]!, until))) return false;
    }
    await this.#writeManifest();
    await this.#zip.close();
    const before = this.#progress.stream;
    const zip = await this.#zip.save();
    const stream = await this.#stream.close();
    await this.#store({ ...this.#progress, stream, zip, sizeBytes: zip.offset, rows: this.#rows });
    await dropRemainder(before);
    return true;
  }

  /** @returns false when the time was over before the last row */
  async #writePart(include: Include, until: number): Promise<boolean> {
    const { name, columns, pages } = sources[include];
    const format = tableFormats[this.#job.format];
    if (this.#zip.openName === undefined) {
      await this.#zip.begin(`${name}.${format.extension}`);
      await this.#zip.write(Buffer.from(format.header(columns)));
      this.#rows[include] = 0;
    }
    for await (const { rows, position } of readAhead(pages({ ...this.#job, tenant: this.#tenant }, this.#position))) {
      for (let i = 0; i < rows.length; i += rowsAtOnce) {
        await this.#zip.write(Buffer.from(format.rows(columns, rows.slice(i, i + rowsAtOnce))));
      }
      this.#rows[include] = (this.#rows[include] ?? 0) + rows.length;
      this.#position = position;
      await this.#look();
      if (Date.now() >= until) return false;
    }
    await this.#zip.end();
    this.#position = undefined;
    return true;
  }

  async #look(): Promise<void> {
    if (Date.now() < this.#nextLook) return;
    await requireCounting(this.#tenant.reference, this.#job);
    this.#nextLook = Date.now() + lookMilliseconds;
  }

  async #save(): Promise<void> {
    const { attempt, stream: before } = this.#progress;
    const zip = await this.#zip.save();
    const remainder = exportFiles.remainder(this.#tenant.reference, attempt, randomUUID());
    const stream = await this.#stream.save(remainder);
    const position = this.#position && { position: this.#position };
    await this.#store({ attempt, stream, zip, part: this.#part, ...position, rows: this.#rows });
    await dropRemainder(before);
  }

  async #store(next: Progress): Promise<void> {
    await saveProgress(this.#tenant.reference, this.#job, next, true).catch(async (error: unknown) => {
      // Nobody else knows of it.
      if (error instanceof RunStopped) await dropRemainder(next.stream);
      throw error;
    });
    this.#progress = next;
  }

  async #writeManifest(): Promise<void> {
    const { includes } = this.#job;
    const files = this.#zip.files.map((file, i) => ({ ...file, rows: this.#rows[includes[i]!] ?? 0 }));
    await this.#zip.begin('manifest.json');
    await this.#zip.write(Buffer.from(`${JSON.stringify(manifestOf(this.#job, files), null, 2)}\n`));
    await this.#zip.end();
  }
}
