import { createHash } from 'node:crypto';
import type { Answer } from '../aws/exchange.ts';
import { isMissingObject, isUnavailable, ServiceFault } from '../aws/faults.ts';
import { type ObjectCall, ObjectStore } from '../aws/object-store.ts';
import { environment } from '../capability/environment.ts';
import { problem } from '../problems/problem.ts';

/** Single files in the bucket, for endpoints and for workers that need no more. */

const store = new ObjectStore();
const bucket = () => environment.requiredSetting('FILES_BUCKET');

async function call(asked: ObjectCall): Promise<Answer> {
  try {
    return await store.call(asked);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const detail = 'The store of files did not answer in time. Try again.';
    throw problem('SERVICE_UNAVAILABLE', detail, { dependency: 'files' }, { retryAfterSeconds: 1, cause: error });
  }
}

/** The headers of a file's downloads. */
export interface Labels {
  readonly contentType: string;
  /** `Content-Disposition`; absent: browsers may show the file. */
  readonly disposition?: string | undefined;
}

const headersOf = ({ contentType, disposition }: Labels) => ({
  'content-type': contentType,
  ...(disposition === undefined ? {} : { 'content-disposition': disposition }),
});

/** The file was replaced since it was checked. */
const isReplaced = (error: unknown): boolean => error instanceof ServiceFault && error.status === 412;

const unlessMissing = (error: unknown): undefined => {
  if (!isMissingObject(error) && !isReplaced(error)) throw error;
  return undefined;
};

export async function putObject(key: string, body: Buffer, labels: Labels): Promise<void> {
  const md5 = createHash('md5').update(body).digest('base64');
  const headers = { ...headersOf(labels), 'content-md5': md5 };
  await call({ method: 'PUT', bucket: bucket(), key, headers, body });
}

/** All bytes of a file; undefined if there is none. */
export async function getObject(key: string): Promise<Buffer | undefined> {
  return (await call({ method: 'GET', bucket: bucket(), key }).catch(unlessMissing))?.bytes;
}

export interface FirstBytes {
  readonly bytes: Buffer;
  readonly sizeBytes: number;
  /** Names exactly these bytes. */
  readonly etag: string;
}

/** The first bytes of a file, and its size; undefined if there is none. */
export async function readFirstBytes(key: string, most: number): Promise<FirstBytes | undefined> {
  const headers = { range: `bytes=0-${most - 1}` };
  const answer = await call({ method: 'GET', bucket: bucket(), key, headers }).catch(unlessMissing);
  if (!answer) return undefined;
  const sizeBytes = Number(/\/(\d+)$/.exec(answer.header('content-range') ?? '')?.[1] ?? answer.bytes.length);
  return { bytes: answer.bytes.subarray(0, most), sizeBytes, etag: answer.header('etag') ?? '' };
}

/**
 * Copies a file inside the store.
 *
 * @param options `etag`: the one that the file must have; absent: any file is copied
 * @returns false if there is no such file
 */
export async function copyObject(
  from: string,
  to: string,
  { etag, labels }: { readonly etag?: string; readonly labels?: Labels } = {},
): Promise<boolean> {
  const headers = {
    'x-amz-copy-source': `/${bucket()}/${from}`,
    'x-amz-checksum-algorithm': 'SHA256',
    ...(etag === undefined ? {} : { 'x-amz-copy-source-if-match': etag }),
    ...(labels ? { 'x-amz-metadata-directive': 'REPLACE', ...headersOf(labels) } : {}),
  };
  return (await call({ method: 'PUT', bucket: bucket(), key: to, headers }).catch(unlessMissing)) !== undefined;
}

/** An answer to `HEAD` has no body, and so no name of the error. */
const unlessNotThere = (error: unknown): undefined => {
  if (!(error instanceof ServiceFault) || ![403, 404].includes(error.status)) throw error;
  return undefined;
};

/** The SHA-256 of a file that was copied, as the store has computed it: in hexadecimal. Undefined if there is none. */
export async function sha256Of(key: string): Promise<string | undefined> {
  const headers = { 'x-amz-checksum-mode': 'ENABLED' };
  const answer = await call({ method: 'HEAD', bucket: bucket(), key, headers }).catch(unlessNotThere);
  if (!answer) return undefined;
  const sum = answer.header('x-amz-checksum-sha256');
  if (!sum) throw new Error(`The store has no SHA-256 of ${key}`);
  return Buffer.from(sum, 'base64').toString('hex');
}

/** Deleting a file that does not exist succeeds. */
export async function deleteObject(key: string): Promise<void> {
  await call({ method: 'DELETE', bucket: bucket(), key });
}
