import { gunzipSync, gzipSync } from 'node:zlib';
import { parseExactly } from '../json/exact.ts';

/** JSON of up to some megabytes, compressed and cut into parts that fit into rows: a row holds 400 KB. */

/** Rows have room for something beside a part, such as the flags of a submission. */
const partBytes = 320 * 1024;
/** The smallest chunk size that zlib accepts. */
const fewestBytes = 64;

/** The parts of a value, at least one. */
export function inParts(value: unknown): Uint8Array[] {
  const packed = gzipSync(JSON.stringify(value));
  const count = Math.ceil(packed.length / partBytes);
  return Array.from({ length: count }, (_, i) => packed.subarray(i * partBytes, (i + 1) * partBytes));
}

/**
 * The value of parts, in their order.
 *
 * @param bytes the length of its JSON, if it is known; otherwise memory is allocated 16 KB at a time, which wastes
 * memory with many small values
 */
export function fromParts<T>([first, ...rest]: readonly Uint8Array[], bytes?: number): T {
  const packed = rest.length === 0 ? first! : Buffer.concat([first!, ...rest]);
  const options = bytes === undefined ? {} : { chunkSize: Math.max(fewestBytes, bytes + 1) };
  return parseExactly(gunzipSync(packed, options).toString('utf8')) as T;
}
