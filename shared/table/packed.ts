import { gunzipSync, gzipSync } from 'node:zlib';
import { parseExactly } from '../json/exact.ts';

/** Compressed JSON as one binary attribute, for rows of many small values. */
export const pack = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));

export const unpack = <T>(packed: Uint8Array): T => parseExactly(gunzipSync(packed).toString('utf8')) as T;
