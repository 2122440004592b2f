import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answerWhole } from '../../../shared/http/whole.ts';
import { S3Fake } from '../../support/s3-fake.ts';
import { caller, tenant } from '../support/people.ts';

/** Lists without pages at their limit. */

const limit = 4 * 1024 * 1024;
const me = caller(tenant(1));
let store: S3Fake;
beforeEach(() => {
  store = new S3Fake();
  vi.useFakeTimers({ now: Date.parse('2026-03-17T10:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  store.restore();
});

/** A list whose JSON has so many bytes; `é` has two. */
const listOf = (bytes: number) => ['é'.repeat((bytes - 4) / 2)];
const answer = (items: string[]) => answerWhole.open().answer(me, items, { ETag: 'W/"1"' });

test('a list of 4 MiB is the body of the answer', async () => {
  const items = listOf(limit);
  expect(Buffer.byteLength(JSON.stringify(items))).toBe(limit);
  expect(await answer(items)).toEqual({ status: 200, body: items, headers: { ETag: 'W/"1"' } });
  expect(store.files.size).toBe(0);
});

test('above that, the answer is a link to a copy, which opens for 15 minutes; equal answers have one copy', async () => {
  const items = listOf(limit + 2);
  const { status, headers } = await answer(items);
  expect([status, headers.ETag]).toEqual([303, 'W/"1"']);
  expect(JSON.parse(store.open(headers.Location!).toString('utf8'))).toEqual(items);
  const [key] = [...store.files.keys()];
  expect(key).toMatch(new RegExp(`^answers/${me.tenant.reference}/[0-9a-f]{64}$`));
  expect(store.labels.get(key!)).toMatchObject({ 'content-type': 'application/json' });
  await answer(items);
  expect(store.files.size).toBe(1);
  vi.setSystemTime(Date.now() + 16 * 60_000);
  expect(() => store.open(headers.Location!)).toThrow('AccessDenied');
});
