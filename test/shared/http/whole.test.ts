import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HttpRequest } from '../../../shared/http/request.ts';
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

/** A list whose JSON has this number of bytes; `é` has two. */
const listOf = (bytes: number) => ['é'.repeat((bytes - 4) / 2)];
const whole = answerWhole.open();
const answer = (items: string[]) => whole.answer(me, items);

test('a list of 4 MiB is the body of the answer', async () => {
  const items = listOf(limit);
  expect(Buffer.byteLength(JSON.stringify(items))).toBe(limit);
  expect(await answer(items)).toEqual({ status: 200, body: items, headers: {} });
  expect(store.files.size).toBe(0);
});

test('above that, the answer is a link to a copy, which opens for 15 minutes; equal answers have one copy', async () => {
  const items = listOf(limit + 2);
  const { status, headers } = await answer(items);
  expect(status).toBe(303);
  expect(JSON.parse(store.open(headers.Location!).toString('utf8'))).toEqual(items);
  const [key] = [...store.files.keys()];
  expect(key).toMatch(new RegExp(`^answers/${me.tenant.reference}/[0-9a-f]{64}$`));
  expect(store.labels.get(key!)).toMatchObject({ 'content-type': 'application/json' });
  await answer(items);
  expect(store.files.size).toBe(1);
  vi.setSystemTime(Date.now() + 16 * 60_000);
  expect(() => store.open(headers.Location!)).toThrow('AccessDenied');
});

test('a request with the tag of an unchanged answer gets 304, and nothing is copied', async () => {
  async function* items(text: string) {
    yield text;
    yield 'b'.repeat(limit);
  }
  const ask = (text: string, tag = '') => {
    const headers = { 'if-none-match': tag };
    return whole.answerIfChanged(me, items(text), { headers } as unknown as HttpRequest);
  };
  const first = await ask('a');
  expect(first.status).toBe(303);
  store.files.clear();
  expect(await ask('a', first.headers.ETag)).toEqual({ status: 304, headers: { ETag: first.headers.ETag } });
  expect(store.files.size).toBe(0);
  expect((await ask('c', first.headers.ETag)).status).toBe(303);
});
