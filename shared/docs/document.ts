import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { asset } from '../http/assets.ts';
import type { HttpRequest } from '../http/request.ts';

/** How long caches may keep an answer: with revalidation, for some minutes, or permanently. */
export const keep = {
  revalidated: 'no-cache',
  shortly: 'public, max-age=300',
  forever: 'public, max-age=31536000, immutable',
} as const;

const tags = new WeakMap<Buffer, string>();

/** The tag is weak, because it identifies the content in every encoding. */
function tagOf(packed: Buffer): string {
  const tag = tags.get(packed) ?? `W/"${createHash('sha256').update(packed).digest('base64url').slice(0, 22)}"`;
  tags.set(packed, tag);
  return tag;
}

function isKnown(tag: string, ifNoneMatch: string | undefined): boolean {
  const known = ifNoneMatch?.split(',').map((each) => each.trim()) ?? [];
  return known.some((each) => each === '*' || each.replace(/^W\//, '') === tag.slice(2));
}

const takesGzip = (acceptEncoding = '') => /\bgzip\b(?!\s*;\s*q=0(\.0*)?(?![.\d]))/i.test(acceptEncoding);

/**
 * Answers with a text file of the build. It is stored compressed, and is sent compressed to clients that accept that.
 */
export async function documentAnswer(request: HttpRequest, name: string, cacheControl: string) {
  const packed = await asset(`${name}.gz`);
  const headers = { ETag: tagOf(packed), 'Cache-Control': cacheControl, Vary: 'Accept-Encoding' };
  if (isKnown(headers.ETag, request.headers['if-none-match'])) return { status: 304, headers } as const;
  if (!takesGzip(request.headers['accept-encoding'])) {
    return { status: 200, headers, raw: gunzipSync(packed).toString('utf8') } as const;
  }
  return { status: 200, headers: { ...headers, 'Content-Encoding': 'gzip' }, raw: packed } as const;
}
