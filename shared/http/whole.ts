import { createHash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { answerFiles } from '../files/keys.ts';
import { linkTo } from '../files/link.ts';
import { putObject } from '../files/objects.ts';
import { bytesOfAnswer } from '../table/page.ts';
import { isKnownTag, weakTag } from './conditional.ts';
import type { HttpRequest } from './request.ts';

/** Answers that contain a whole list, without pages. */

type Headers = Readonly<Record<string, string>>;

export type WholeAnswer<T> =
  | { readonly status: 200; readonly body: T; readonly headers: Headers }
  | { readonly status: 303; readonly headers: Headers };

/** The JSON of items that are read one after another, and the items themselves if the JSON has at most 4 MiB. */
async function written<T>(items: AsyncIterable<T>) {
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

async function linkToCopy({ tenant }: Caller, json: Buffer): Promise<string> {
  const key = answerFiles.copy(tenant.reference, createHash('sha256').update(json).digest('hex'));
  await putObject(key, json, { contentType: 'application/json' });
  return await linkTo(key, Number.POSITIVE_INFINITY);
}

/**
 * The answer with the whole list. Above 4 MiB it is a link to a copy, which needs no credential and works for 15
 * minutes. Equal answers share one copy.
 */
async function answer<T extends object>(caller: Caller, body: T): Promise<WholeAnswer<T>> {
  const json = Buffer.from(JSON.stringify(body));
  if (json.length <= bytesOfAnswer) return { status: 200, body, headers: {} };
  return { status: 303, headers: { Location: await linkToCopy(caller, json) } };
}

/** The same with an `ETag` of the content; 304 if the request names that tag. */
async function answerIfChanged<T>(
  caller: Caller,
  items: AsyncIterable<T>,
  request: HttpRequest,
): Promise<WholeAnswer<T[]> | { readonly status: 304; readonly headers: Headers }> {
  const { body, json } = await written(items);
  const headers = { ETag: weakTag(json) };
  if (isKnownTag(headers.ETag, request.headers['if-none-match'])) return { status: 304, headers };
  if (body) return { status: 200, body, headers };
  return { status: 303, headers: { ...headers, Location: await linkToCopy(caller, json) } };
}

export const answerWhole = defineCapability({
  // A link gives the rights of its signer.
  files: { answers: ['read', 'write'] },
  open: () => ({ answer, answerIfChanged }),
});
