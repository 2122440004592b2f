import { describe, expect, test } from 'vitest';
import { filePrefixes } from '../../../shared/capability/capability.ts';
import { beginningsOf } from '../../../shared/files/keys.ts';
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

  test('drops files and unfinished uploads two days after they were begun, under every prefix', () => {
    const { Rules } = bucket.Properties.LifecycleConfiguration;
    expect(Rules.map(({ Prefix }: { Prefix: string }) => Prefix)).toEqual(filePrefixes.map((prefix) => `${prefix}/`));
    for (const rule of Rules) {
      expect(rule).toMatchObject({
        Status: 'Enabled',
        ExpirationInDays: 2,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      });
    }
  });

  test('is kept with its files in production, and deleted elsewhere', () => {
    expect(bucket.DeletionPolicy).toBe(stage === 'prod' ? 'RetainExceptOnCreate' : 'Delete');
  });
});

test('a workspace that is deleted takes along what it has under every prefix', () => {
  expect(beginningsOf('Abcd1234' as TenantReference)).toEqual(filePrefixes.map((prefix) => `${prefix}/Abcd1234/`));
});
