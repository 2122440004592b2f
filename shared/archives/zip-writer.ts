import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import { Checksum, type ChecksumState } from './checksum.ts';
import { centralDirectory, descriptor, localHeader, type ZippedFile } from './zip-format.ts';

/**
 * Writes a ZIP archive as a stream, in constant memory, in as many processes as it takes: the state between two writes
 * can be stored, and another process continues from it. Each block of a file is compressed by itself. Deflate allows
 * blocks to be joined (pigz compresses in parallel that way), so nothing of the compressor has to be stored.
 */

/** Takes the next bytes of the archive. */
export type Sink = (bytes: Buffer) => Promise<void>;

/** A note of the caller about a file, as JSON can hold it. It is not written to the archive. */
interface Noted {
  readonly note?: unknown;
}

/** A file that is complete. */
export interface WrittenFile extends ZippedFile, Noted {
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
}

/** A file that is being written. */
interface OpenFile extends ChecksumState, Noted {
  readonly name: string;
  readonly level?: number | undefined;
  readonly offset: number;
  readonly compressedSize: number;
}

/** An archive between two writes, as JSON can hold it. */
export interface ZipState {
  /** Bytes of the archive so far. */
  readonly offset: number;
  readonly files: readonly WrittenFile[];
  readonly open?: OpenFile;
}

interface Options {
  readonly finishFlush: number;
  readonly level?: number;
}

const compress = promisify(deflateRaw) as (bytes: Buffer, options: Options) => Promise<Buffer>;

/** Larger blocks compress no better; smaller ones lose more matches, since no block refers to an earlier one. */
const blockBytes = 1024 * 1024;
/** An empty last block of Deflate. */
const lastBlock = Buffer.from([3, 0]);

/** The file that is open, with its text that is not compressed yet. */
interface Current extends Noted {
  readonly name: string;
  readonly offset: number;
  readonly checksum: Checksum;
  /** 0 for what is compressed already. */
  readonly level: number | undefined;
  compressedSize: number;
  waiting: Buffer[];
  waitingBytes: number;
}

export class ZipWriter {
  readonly #sink: Sink;
  readonly #modifiedAt: number;
  readonly #files: WrittenFile[];
  #offset: number;
  #current: Current | undefined;
  /** The block that is being compressed, while the next one is made. */
  #compressing: Promise<void> = Promise.resolve();

  private constructor(sink: Sink, modifiedAt: number, { offset, files }: ZipState) {
    [this.#sink, this.#modifiedAt, this.#offset, this.#files] = [sink, modifiedAt, offset, [...files]];
  }

  /**
   * @param modifiedAt the time that the archive gives for its files, in milliseconds since 1970
   * @param state of the archive that is continued
   */
  static async from(sink: Sink, modifiedAt: number, state: ZipState = { offset: 0, files: [] }): Promise<ZipWriter> {
    const writer = new ZipWriter(sink, modifiedAt, state);
    const { open } = state;
    if (open) writer.#current = current(open, await Checksum.from(open));
    return writer;
  }

  get files(): readonly WrittenFile[] {
    return this.#files;
  }

  /** The name of the file that is open. */
  get openName(): string | undefined {
    return this.#current?.name;
  }

  get openNote(): unknown {
    return this.#current?.note;
  }

  /** The bytes of the open file so far. */
  get openSize(): number {
    return (this.#current?.checksum.size ?? 0) + (this.#current?.waitingBytes ?? 0);
  }

  /** @param level of compression; 0 for what is compressed already */
  async begin(name: string, { level, note }: Noted & { readonly level?: 0 } = {}): Promise<void> {
    this.#current = current({ name, level, note, offset: this.#offset, compressedSize: 0 }, await Checksum.from());
    await this.#put(localHeader(name, this.#modifiedAt));
  }

  /** Adds to the open file. */
  async write(bytes: Buffer): Promise<void> {
    const file = this.#current!;
    file.waiting.push(bytes);
    file.waitingBytes += bytes.length;
    if (file.waitingBytes < blockBytes) return;
    await this.#compressing;
    this.#compressing = this.#compress(file);
    // The next call that awaits the block gets its failure; until then the rejection must not count as unhandled.
    this.#compressing.catch(() => undefined);
  }

  async #compress(file: Current): Promise<void> {
    const block = Buffer.concat(file.waiting);
    [file.waiting, file.waitingBytes] = [[], 0];
    file.checksum.update(block);
    const { level } = file;
    const options = { finishFlush: constants.Z_FULL_FLUSH, ...(level === undefined ? {} : { level }) };
    const compressed = await compress(block, options);
    file.compressedSize += compressed.length;
    await this.#put(compressed);
  }

  /** Flushes everything to the sink, and returns the state from which another writer can continue. */
  async save(): Promise<ZipState> {
    await this.#compressing;
    const file = this.#current;
    if (file && file.waitingBytes > 0) await this.#compress(file);
    const state = { offset: this.#offset, files: [...this.#files] };
    if (!file) return state;
    const { name, level, note, offset, checksum, compressedSize } = file;
    return { ...state, open: { name, level, note, offset, compressedSize, ...checksum.state } };
  }

  /** Ends the open file. */
  async end(): Promise<void> {
    await this.save();
    const { name, note, offset, checksum, compressedSize } = this.#current!;
    const file = { name, note, offset, compressedSize: compressedSize + lastBlock.length, ...checksum.end() };
    await this.#put(Buffer.concat([lastBlock, descriptor(file)]));
    this.#files.push(file);
    this.#current = undefined;
  }

  /** Ends the open file, and leaves it out of the central directory, so that readers of the archive do not see it. */
  async discard(): Promise<void> {
    await this.end();
    this.#files.pop();
  }

  /** Ends the archive. */
  async close(): Promise<void> {
    await this.#put(centralDirectory(this.#files, this.#offset, this.#modifiedAt));
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length;
    await this.#sink(bytes);
  }
}

const current = (
  { name, level, note, offset, compressedSize }: Omit<OpenFile, keyof ChecksumState>,
  checksum: Checksum,
): Current => ({ name, level, note, offset, checksum, compressedSize, waiting: [], waitingBytes: 0 });
