import { gunzipSync, gzipSync } from 'node:zlib';
import { parseExactly } from '../json/exact.ts';

/** JSON of up to a megabyte, compressed and cut into parts that fit into rows: a row holds 400 KB. */

const partBytes = 350 * 1024;

/** The parts of a value, at least one. */
export function inParts(value: unknown): Uint8Array[] {
  const packed = gzipSync(JSON.stringify(value));
  const count = Math.ceil(packed.length / partBytes);
  return Array.from({ length: count }, (_, i) => packed.subarray(i * partBytes, (i + 1) * partBytes));
}

/** The value of parts, in their order. */
export const fromParts = <T>(parts: readonly Uint8Array[]): T =>
  parseExactly(gunzipSync(Buffer.concat(parts)).toString('utf8')) as T;
