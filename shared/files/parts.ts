import {
  deleteFile,
  endUpload,
  fewestBytesOfPart,
  isUploadLost,
  mostParts,
  putFile,
  putPart,
  readFile,
  sizeOf,
  type Upload,
} from './store.ts';

/**
 * A stream of bytes that becomes one file: it is sent in parts as it grows, and another process may continue it. When a
 * process ends, the bytes that are too few for a part are stored beside it.
 */

/** The state of a stream, as JSON can hold it. */
export interface StreamState {
  readonly upload: Upload;
  /** The names of the parts, in order. */
  readonly parts: readonly string[];
  /** The key of what follows the parts; absent if nothing does. */
  readonly remainder?: string;
}

/** The least that S3 allows; 10,000 parts are some 50 GB. One is being sent while the next one is filled. */
const partBytes = fewestBytesOfPart;

/** The file would have more parts than the store allows. */
export class FileTooLarge extends Error {}

export class PartStream {
  readonly #upload: Upload;
  readonly #parts: string[];
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(upload: Upload, parts: readonly string[]) {
    [this.#upload, this.#parts] = [upload, [...parts]];
  }

  static async from({ upload, parts, remainder }: StreamState): Promise<PartStream> {
    const stream = new PartStream(upload, parts);
    if (remainder !== undefined) await stream.write(await readFile(remainder));
    return stream;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= partBytes) await this.#send();
  }

  /** Begins to send the next part, once the one before is stored. */
  async #send(): Promise<void> {
    await this.#sending;
    const number = this.#parts.length + 1;
    if (number > mostParts) throw new FileTooLarge(`More than ${mostParts} parts`);
    const part = Buffer.concat(this.#waiting);
    [this.#waiting, this.#waitingBytes] = [[], 0];
    this.#sending = putPart(this.#upload, number, part).then((name) => void this.#parts.push(name));
    // The next call that awaits it gets its failure; until then the rejection must not count as unhandled.
    this.#sending.catch(() => undefined);
  }

  /**
   * Stores everything.
   *
   * @param remainder the key for bytes that are too few for a part; no other run uses it
   */
  async save(remainder: string): Promise<StreamState> {
    await this.#sending;
    const state = { upload: this.#upload, parts: [...this.#parts] };
    if (this.#waitingBytes === 0) return state;
    await putFile(remainder, Buffer.concat(this.#waiting));
    return { ...state, remainder };
  }

  /** Sends everything; nothing can be written any more. */
  async close(): Promise<StreamState> {
    if (this.#waitingBytes > 0) await this.#send();
    await this.#sending;
    return { upload: this.#upload, parts: [...this.#parts] };
  }
}

/**
 * Makes the file of a closed stream. A retry after a lost answer finds the file.
 *
 * @throws an error of `isUploadLost` if there is neither the upload nor the file
 */
export async function makeFile({ upload, parts }: StreamState, sizeBytes: number): Promise<void> {
  try {
    await endUpload(upload, parts);
  } catch (error) {
    if (!isUploadLost(error) || (await sizeOf(upload.key)) !== sizeBytes) throw error;
  }
}

/** Removes the remainder that a run has left for the next one. */
export async function dropRemainder({ remainder }: StreamState): Promise<void> {
  if (remainder !== undefined) await deleteFile(remainder);
}
