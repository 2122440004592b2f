import { crc32 } from 'node:zlib';
import { createSHA256, type IHasher } from 'hash-wasm';

/**
 * Checksums of a file that one process begins and another one may continue. The hash functions of Node.js cannot be
 * stored half-way; those of hash-wasm can.
 */

export interface ChecksumState {
  readonly crc32: number;
  readonly size: number;
  /** The inner state of SHA-256, in base64. */
  readonly sha256: string;
}

/** A state that this version of the library cannot read. */
export class StateUnreadable extends Error {}

export class Checksum {
  #crc32 = 0;
  #size = 0;
  readonly #sha256: IHasher;

  private constructor(sha256: IHasher) {
    this.#sha256 = sha256;
  }

  /** @throws StateUnreadable if another version of hash-wasm has stored the state */
  static async from(state?: ChecksumState): Promise<Checksum> {
    const hasher = await createSHA256();
    const checksum = new Checksum(hasher.init());
    if (!state) return checksum;
    try {
      hasher.load(Buffer.from(state.sha256, 'base64'));
    } catch (cause) {
      throw new StateUnreadable('hash-wasm cannot read the state', { cause });
    }
    [checksum.#crc32, checksum.#size] = [state.crc32, state.size];
    return checksum;
  }

  update(bytes: Uint8Array): void {
    this.#crc32 = crc32(bytes, this.#crc32);
    this.#size += bytes.length;
    this.#sha256.update(bytes);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  get state(): ChecksumState {
    const sha256 = Buffer.from(this.#sha256.save()).toString('base64');
    return { crc32: this.#crc32, size: this.#size, sha256 };
  }

  /** The sums of the whole file; nothing can be added any more. */
  end(): { readonly crc32: number; readonly size: number; readonly sha256: string } {
    return { crc32: this.#crc32, size: this.#size, sha256: this.#sha256.digest('hex') };
  }
}
