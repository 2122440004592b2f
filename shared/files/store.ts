import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { isMissingObject, isNamed } from '../aws/faults.ts';
import { environment } from '../capability/environment.ts';

/**
 * The bucket of files, for workers. Links for users are made in `link.ts`, without the SDK, which is large.
 */

let client: S3Client | undefined;

export function s3(): S3Client {
  client ??= new S3Client({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    forcePathStyle: environment.aws.endpointUrl('s3') !== undefined,
    // Each write has its MD5; the sums that the SDK adds by itself would have to be named again when an upload ends.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return client;
}

const bucket = () => environment.requiredSetting('FILES_BUCKET');
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64');

/** A file that is written in parts, and exists once all are there. */
export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

const namesOf = ({ key, uploadId }: Upload) => ({ Bucket: bucket(), Key: key, UploadId: uploadId });

/** Every part but the last has this many bytes at least. */
export const fewestBytesOfPart = 5 * 1024 * 1024;
export const mostParts = 10_000;

/** The upload cannot continue: it has ended, another run has written some of its parts, or its remainder is gone. */
export const isUploadLost = (error: unknown): boolean => isNamed(error, ['NoSuchUpload', 'InvalidPart', 'NoSuchKey']);

/** @param disposition the `Content-Disposition` of downloads: `attachment; filename="…"` */
export async function beginUpload(key: string, contentType: string, disposition?: string): Promise<Upload> {
  const command = new CreateMultipartUploadCommand({
    Bucket: bucket(),
    Key: key,
    ContentType: contentType,
    ...(disposition === undefined ? {} : { ContentDisposition: disposition }),
  });
  const { UploadId } = await s3().send(command);
  return { key, uploadId: UploadId! };
}

/**
 * Writes one part.
 *
 * @param number 1 to 10,000; a part that has the same number is replaced
 * @returns the ETag of the part, which `endUpload` needs
 */
export async function putPart(upload: Upload, number: number, bytes: Uint8Array): Promise<string> {
  const command = new UploadPartCommand({
    ...namesOf(upload),
    PartNumber: number,
    Body: bytes,
    ContentMD5: md5(bytes),
  });
  const { ETag } = await s3().send(command);
  return ETag!;
}

/**
 * Makes a file of the parts.
 *
 * @throws an error of `isUploadLost` if they are not the parts of the upload
 */
export async function endUpload(upload: Upload, parts: readonly string[]): Promise<void> {
  const Parts = parts.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
  await s3().send(new CompleteMultipartUploadCommand({ ...namesOf(upload), MultipartUpload: { Parts } }));
}

/** Drops the parts of an upload that has not ended. */
export async function dropUpload(upload: Upload): Promise<void> {
  await s3()
    .send(new AbortMultipartUploadCommand(namesOf(upload)))
    .catch((error: unknown) => {
      if (!isUploadLost(error)) throw error;
    });
}

export async function putFile(key: string, bytes: Uint8Array): Promise<void> {
  await s3().send(new PutObjectCommand({ Bucket: bucket(), Key: key, Body: bytes, ContentMD5: md5(bytes) }));
}

export async function readFile(key: string): Promise<Buffer> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket(), Key: key }));
  return Buffer.from(await Body!.transformToByteArray());
}

/**
 * Some bytes of a file; undefined if there is none.
 *
 * @param from the first one, counted from 0
 * @param to the last one
 */
export async function readRange(key: string, from: number, to: number): Promise<Buffer | undefined> {
  const command = new GetObjectCommand({ Bucket: bucket(), Key: key, Range: `bytes=${from}-${to}` });
  const answer = await s3()
    .send(command)
    .catch((error: unknown) => {
      if (isMissingObject(error)) return undefined;
      throw error;
    });
  return answer && Buffer.from(await answer.Body!.transformToByteArray());
}

/** The size of a file in bytes; undefined if there is none. */
export async function sizeOf(key: string): Promise<number | undefined> {
  const head = await s3()
    .send(new HeadObjectCommand({ Bucket: bucket(), Key: key }))
    // Workers may not list the bucket, so S3 answers 403 for a missing file.
    .catch(() => undefined);
  return head?.ContentLength;
}

/** Deleting a file that does not exist succeeds. */
export async function deleteFile(key: string): Promise<void> {
  await s3().send(new DeleteObjectCommand({ Bucket: bucket(), Key: key }));
}
