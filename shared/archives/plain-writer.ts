import type { Sink, WrittenFile, ZipState } from './zip-writer.ts';

/** Writes one file without an archive around it, with the interface of `ZipWriter`. */
export class PlainWriter {
  readonly files: readonly WrittenFile[] = [];
  readonly openNote = undefined;
  readonly #sink: Sink;
  #offset: number;
  #name: string | undefined;

  constructor(sink: Sink, { offset, open }: ZipState = { offset: 0, files: [] }) {
    [this.#sink, this.#offset, this.#name] = [sink, offset, open?.name];
  }

  get openName(): string | undefined {
    return this.#name;
  }

  get openSize(): number {
    return this.#offset;
  }

  async begin(name: string): Promise<void> {
    this.#name = name;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length;
    await this.#sink(bytes);
  }

  async save(): Promise<ZipState> {
    const offset = this.#offset;
    if (this.#name === undefined) return { offset, files: [] };
    const open = { name: this.#name, offset: 0, compressedSize: offset, crc32: 0, size: offset, sha256: '' };
    return { offset, files: [], open };
  }

  async end(): Promise<void> {
    this.#name = undefined;
  }

  async close(): Promise<void> {}
}
