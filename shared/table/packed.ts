import { gunzipSync, gzipSync } from 'node:zlib';
import { parseExactly } from '../json/exact.ts';

/** Compressed JSON as one binary attribute, for rows of many small values. */
export const pack = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));

export const unpack = <T>(packed: Uint8Array): T => parseExactly(gunzipSync(packed).toString('utf8')) as T;

/** A text of an attribute, compressed where it is long: a row holds 400 KB, and a transaction 4 MB. */
export type PackedText = string | Uint8Array;

const longText = 16 * 1024;

export const packText = (text: string): PackedText => (text.length > longText ? gzipSync(text) : text);

export const unpackText = (packed: PackedText): string =>
  typeof packed === 'string' ? packed : gunzipSync(packed).toString('utf8');
