import { describe, expect, test } from 'vitest';
import { type FilePrefix, filePrefixes } from '../../../shared/capability/capability.ts';
import { prefixesOf } from '../../../shared/files/keys.ts';
import type { TenantReference } from '../../../shared/tenancy/tenant.ts';
import { realStage, stages } from '../fixture.ts';

describe.each(stages)('the bucket of files at stage %s', (stage) => {
  const bucket = realStage(stage)
    .of('S3::Bucket')
    .find(({ stack }) => stack.endsWith('Data'))!;

  test('is encrypted, and open to nobody', () => {
    const { BucketEncryption, PublicAccessBlockConfiguration, AccessControl } = bucket.Properties;
    const [{ ServerSideEncryptionByDefault }] = BucketEncryption.ServerSideEncryptionConfiguration;
    expect(ServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: 'AES256' });
    expect(Object.values(PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(AccessControl).toBeUndefined();
  });

  const rulesOf = (prefix: FilePrefix): unknown[] =>
    bucket.Properties.LifecycleConfiguration.Rules.filter((rule: { Prefix: string }) => rule.Prefix === `${prefix}/`);

  test('drops exports and their unfinished uploads two days after they were begun', () => {
    expect(rulesOf('exports')).toMatchObject([
      { Status: 'Enabled', ExpirationInDays: 2, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } },
    ]);
  });

  test('drops copies of large answers after a day', () => {
    expect(rulesOf('answers')).toMatchObject([{ Status: 'Enabled', ExpirationInDays: 1 }]);
  });

  test('drops files that wait two days after the record of them has ended, and keeps files of submissions', () => {
    expect(rulesOf('pending')).toMatchObject([{ Status: 'Enabled', ExpirationInDays: 32 }]);
    expect(rulesOf('media')).toEqual([]);
  });

  test('is kept with its files in production, and deleted elsewhere', () => {
    expect(bucket.DeletionPolicy).toBe(stage === 'prod' ? 'RetainExceptOnCreate' : 'Delete');
  });
});

test('a workspace that is deleted takes along what it has under every prefix', () => {
  expect(prefixesOf('Abcd1234' as TenantReference)).toEqual(filePrefixes.map((prefix) => `${prefix}/Abcd1234/`));
});
