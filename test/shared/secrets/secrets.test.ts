import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { forgetDataKeys } from '../../../shared/secrets/data-key.ts';
import { sealSecrets } from '../../../shared/secrets/secrets.ts';
import { tenantReference } from '../../../shared/tenancy/tenant.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { KmsFake } from '../../support/kms-fake.ts';

const [one, other] = [tenantReference('one'), tenantReference('other')];
const secrets = sealSecrets.open();
let kms: KmsFake;
let database: DynamoDbFake;

beforeEach(() => {
  vi.stubEnv('SECRETS_KEY', 'arn:aws:kms:::key/secrets');
  forgetDataKeys();
  kms = new KmsFake();
  database = new DynamoDbFake();
});
afterAll(() => {
  kms.restore();
  vi.unstubAllEnvs();
});

test('what is sealed for a subject is opened for that subject only', async () => {
  const sealed = await secrets.sealFor(one, 'webhook/a', { secret: 'hunter2hunter2' });
  expect(sealed).not.toContain('hunter2');
  expect(await secrets.openFor(one, 'webhook/a', sealed)).toEqual({ secret: 'hunter2hunter2' });
  await expect(secrets.openFor(one, 'webhook/b', sealed)).rejects.toThrow('cannot be opened');
  await secrets.sealFor(other, 'webhook/a', {});
  await expect(secrets.openFor(other, 'webhook/a', sealed)).rejects.toThrow('cannot be opened');
});

test('a process asks KMS once for each workspace, and a new process once more', async () => {
  const sealed = await secrets.sealFor(one, 'a', { secret: 1 });
  await secrets.sealFor(one, 'b', {});
  await secrets.openFor(one, 'a', sealed);
  expect(kms.dataKeyCalls).toEqual(['GenerateDataKey']);
  forgetDataKeys();
  expect(await secrets.openFor(one, 'a', sealed)).toEqual({ secret: 1 });
  expect(kms.dataKeyCalls).toEqual(['GenerateDataKey', 'Decrypt']);
});

test('two processes that need the first key at once end up with the same one', async () => {
  const [first, second] = await Promise.all([
    secrets.sealFor(one, 'a', { n: 1 }),
    ownProcess(() => secrets.sealFor(one, 'a', { n: 2 })),
  ]);
  forgetDataKeys();
  expect(await secrets.openFor(one, 'a', first)).toEqual({ n: 1 });
  expect(await secrets.openFor(one, 'a', second)).toEqual({ n: 2 });
});

/** Acts as a process that has decrypted nothing yet. */
function ownProcess<T>(act: () => Promise<T>): Promise<T> {
  forgetDataKeys();
  return act();
}

test('the data key of one workspace is of no use in the row of another', async () => {
  const sealed = await secrets.sealFor(one, 'a', {});
  await secrets.sealFor(other, 'a', {});
  const rows = database.rows('main').filter(({ sk }) => sk === 'data-key');
  expect(rows).toHaveLength(2);
  const [mine, theirs] = rows;
  database.set('main', { ...theirs, wrapped: mine!.wrapped });
  forgetDataKeys();
  const [victim] = [one, other].filter((tenant) => String(theirs!.pk).startsWith(tenant));
  await expect(secrets.openFor(victim!, 'a', sealed)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
});
