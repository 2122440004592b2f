import { gunzipSync, gzipSync } from 'node:zlib';
import { asset } from '../http/assets.ts';
import { isKnownTag, weakTag } from '../http/conditional.ts';
import type { HttpRequest } from '../http/request.ts';

/** How long caches may keep an answer: with revalidation, for some minutes, or permanently. */
export const keep = {
  revalidated: 'no-cache',
  shortly: 'public, max-age=300',
  forever: 'public, max-age=31536000, immutable',
} as const;

const tags = new WeakMap<Buffer, string>();

function tagOf(packed: Buffer): string {
  const tag = tags.get(packed) ?? weakTag(packed);
  tags.set(packed, tag);
  return tag;
}

const takesGzip = (acceptEncoding = '') => /\bgzip\b(?!\s*;\s*q=0(\.0*)?(?![.\d]))/i.test(acceptEncoding);

/**
 * Answers with a text file of the build. It is stored compressed, and is sent compressed to clients that accept that.
 */
export async function documentAnswer(request: HttpRequest, name: string, cacheControl: string) {
  return packedAnswer(request, await asset(`${name}.gz`), cacheControl);
}

/** Stands for the deployment's origin in documents of the build, which cannot know it. */
export const placeholderOrigin = 'https://api.example.net';

/** The beginning of such a document. */
export const documentExample = { openapi: '3.0.3', info: { title: 'Hexfence API', version: '0.4.0' }, paths: {} };

/** Compressed documents by name and origin. A function is called at one or two addresses. */
const ofDeployment = new Map<string, Buffer>();
const mostKept = 8;

/** The same for an OpenAPI document; the deployment's origin replaces `placeholderOrigin` in it. */
export async function apiDocumentAnswer(request: HttpRequest, name: string, cacheControl: string) {
  const { origin } = request;
  const key = `${name} ${origin}`;
  const known = ofDeployment.get(key);
  if (known) return packedAnswer(request, known, cacheControl);
  const text = gunzipSync(await asset(`${name}.gz`)).toString('utf8');
  const packed = gzipSync(text.replaceAll(placeholderOrigin, () => JSON.stringify(origin).slice(1, -1)));
  if (ofDeployment.size >= mostKept) ofDeployment.clear();
  ofDeployment.set(key, packed);
  return packedAnswer(request, packed, cacheControl);
}

function packedAnswer(request: HttpRequest, packed: Buffer, cacheControl: string) {
  const headers = { ETag: tagOf(packed), 'Cache-Control': cacheControl, Vary: 'Accept-Encoding' };
  if (isKnownTag(headers.ETag, request.headers['if-none-match'])) return { status: 304, headers } as const;
  if (!takesGzip(request.headers['accept-encoding'])) {
    return { status: 200, headers, raw: gunzipSync(packed).toString('utf8') } as const;
  }
  return { status: 200, headers: { ...headers, 'Content-Encoding': 'gzip' }, raw: packed } as const;
}
