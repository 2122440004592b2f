import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { environment } from '../capability/environment.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { prefixesOf } from './keys.ts';
import { s3 } from './store.ts';

/** Removing all files at once: for the operator, never for a request. */

/** @returns how many files were removed */
export async function removeFilesOf(tenant: TenantReference): Promise<number> {
  let removed = 0;
  for (const prefix of prefixesOf(tenant)) removed += await removeUnder(prefix);
  return removed;
}

/** Removes every file of the bucket. A bucket that holds anything cannot be deleted. */
export const removeAllFiles = (): Promise<number> => removeUnder('');

async function removeUnder(Prefix: string): Promise<number> {
  const Bucket = environment.requiredSetting('FILES_BUCKET');
  await dropUploads(Bucket, Prefix);
  for (let removed = 0; ; ) {
    const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix }));
    if (Contents.length === 0) return removed;
    const Objects = Contents.map(({ Key }) => ({ Key: Key! }));
    const { Errors = [] } = await s3().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const [error] = Errors;
    if (error) throw new Error(`S3 does not delete ${error.Key}: ${error.Message}`);
    removed += Objects.length;
  }
}

async function dropUploads(Bucket: string, Prefix: string): Promise<void> {
  for (;;) {
    const { Uploads = [] } = await s3().send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
    if (Uploads.length === 0) return;
    for (const { Key, UploadId } of Uploads) {
      await s3().send(new AbortMultipartUploadCommand({ Bucket, Key: Key!, UploadId: UploadId! }));
    }
  }
}
