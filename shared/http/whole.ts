import { createHash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { answerFiles } from '../files/keys.ts';
import { linkTo } from '../files/link.ts';
import { putObject } from '../files/objects.ts';
import { bytesOfAnswer } from '../table/page.ts';
import { isKnownTag, weakTag } from './conditional.ts';
import type { HttpRequest } from './request.ts';

/** Lists that are answered whole, without pages. */

type Headers = Readonly<Record<string, string>>;

export type WholeAnswer<T> =
  | { readonly status: 200; readonly body: T[]; readonly headers: Headers }
  | { readonly status: 303; readonly headers: Headers };

/** The JSON of items that are read one after another. Above 4 MiB only that is kept of them. */
async function written<T>(items: Iterable<T> | AsyncIterable<T>) {
  const texts: Buffer[] = [];
  let body: T[] | undefined = [];
  let bytes = '[]'.length;
  for await (const item of items) {
    const text = Buffer.from(`${texts.length === 0 ? '' : ','}${JSON.stringify(item)}`);
    texts.push(text);
    bytes += text.length;
    body = bytes > bytesOfAnswer ? undefined : body;
    body?.push(item);
  }
  return { body, json: Buffer.concat([Buffer.from('['), ...texts, Buffer.from(']')]) };
}

async function answerOf<T>(
  { tenant }: Caller,
  { body, json }: { readonly body: T[] | undefined; readonly json: Buffer },
  headers: Headers,
): Promise<WholeAnswer<T>> {
  if (body) return { status: 200, body, headers };
  const key = answerFiles.copy(tenant.reference, createHash('sha256').update(json).digest('hex'));
  await putObject(key, json, { contentType: 'application/json' });
  return { status: 303, headers: { ...headers, Location: await linkTo(key, Number.POSITIVE_INFINITY) } };
}

/**
 * The answer with all items. Above 4 MiB it is a link to a copy, which opens for 15 minutes without a credential. Equal
 * answers have one copy.
 */
const answer = async <T>(caller: Caller, items: Iterable<T>): Promise<WholeAnswer<T>> =>
  answerOf(caller, await written(items), {});

/** The same with a tag that changes whenever the answer does; 304 to who names that tag. */
async function answerIfChanged<T>(
  caller: Caller,
  items: AsyncIterable<T>,
  request: HttpRequest,
): Promise<WholeAnswer<T> | { readonly status: 304; readonly headers: Headers }> {
  const all = await written(items);
  const headers = { ETag: weakTag(all.json) };
  if (isKnownTag(headers.ETag, request.headers['if-none-match'])) return { status: 304, headers };
  return await answerOf(caller, all, headers);
}

export const answerWhole = defineCapability({
  // A link opens what the one who signed it may read.
  files: { answers: ['read', 'write'] },
  open: () => ({ answer, answerIfChanged }),
});
