import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyObject, getObject, putObject, sha256Of } from '../../../shared/files/objects.ts';
import { S3Fake } from '../../support/s3-fake.ts';

/** Single objects of the store, and the errors for missing ones. */

let store: S3Fake;
beforeEach(() => {
  store = new S3Fake();
});
afterEach(() => {
  vi.unstubAllEnvs();
  store.restore();
});

const labels = { contentType: 'text/plain' };

test('what is stored is read, copied and known by its sum', async () => {
  await putObject('media/a', Buffer.from('abc'), labels);
  expect(await copyObject('media/a', 'media/b')).toBe(true);
  expect((await getObject('media/b'))?.toString()).toBe('abc');
  expect(await sha256Of('media/b')).toMatch(/^ba7816bf/);
});

test('what is not there is missing, for each way to ask', async () => {
  expect(await getObject('media/none')).toBeUndefined();
  expect(await copyObject('media/none', 'media/b')).toBe(false);
  expect(await sha256Of('media/none')).toBeUndefined();
});

test('a refusal that has another reason is no missing file', async () => {
  vi.stubEnv('FILES_BUCKET', 'another');
  await expect(getObject('media/a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  await expect(copyObject('media/a', 'media/b')).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
