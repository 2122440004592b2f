import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId } from '../../../shared/table/ids.ts';
import { deliver } from '../../../shared/webhooks/deliver.ts';
import type { Call } from '../../support/dynamodb-fake.ts';
import { catchOutput } from '../support/platform.ts';
import { Yard } from './yard.ts';

/** A retry may render another body of an event, since it shows the files of a submission as they are now. */

let yard: Yard;
beforeEach(() => {
  catchOutput();
  yard = new Yard();
});
afterEach(() => {
  yard.end();
  vi.restoreAllMocks();
});

/** A body that compression makes no shorter than these bytes. */
const body = (name: string, bytes: number): string =>
  JSON.stringify({ name, data: createHash('shake256', { outputLength: bytes }).update(name).digest('base64') });

const bodies = {
  'short one': body('short', 100),
  'body of one row': body('one', 250_000),
  'body of two rows': body('two', 400_000),
  'other body of two rows': body('other', 500_000),
  'body of three rows': body('three', 700_000),
} as const;
type Name = keyof typeof bodies;

const pairs: readonly (readonly [Name, Name])[] = [
  ['body of two rows', 'body of one row'],
  ['body of one row', 'body of two rows'],
  ['short one', 'body of two rows'],
  ['body of two rows', 'short one'],
  ['body of two rows', 'other body of two rows'],
  ['body of three rows', 'body of two rows'],
];

/** An event that is delivered once for each call. */
async function anEvent() {
  const webhookId = await yard.webhook();
  const event = { id: newId(Date.now()), type: 'submission.created' as const };
  const ttl = Math.ceil(Date.now() / 1000) + 86_400 * 10;
  const target = { sk: webhookId, is_active: true };
  return { webhookId, send: (text: string) => deliver(yard.me.tenant.reference, target, event, text, ttl) };
}

/** Calls `act` before one of the writes. @returns whether there was such a write */
function beforeWrite(number: number, act: () => unknown): () => boolean {
  let writes = 0;
  yard.database.before = async ({ operation }: Call) => {
    if (operation === 'PutCommand' && writes++ === number) await act();
  };
  return () => writes > number;
}

/** The target is called once, with one of the bodies, and the API shows the same. */
async function expectOneOf(webhookId: string, texts: readonly string[]): Promise<void> {
  await yard.passes(60_000);
  expect(yard.failures).toEqual([]);
  expect(yard.calls).toHaveLength(1);
  const [call] = yard.calls;
  expect(texts.includes(call!.body), 'the body is whole').toBe(true);
  const { status, payload } = await yard.delivery(webhookId);
  expect([status, JSON.stringify(payload) === call!.body]).toEqual(['success', true]);
}

describe.each(pairs)('a %s, and in its repetition a %s', (first, second) => {
  const texts = [bodies[first], bodies[second]];

  test.each([0, 1, 2, 3])('is delivered once and whole if the worker dies before its write %i', async (write) => {
    const { webhookId, send } = await anEvent();
    const isReached = beforeWrite(write, () => {
      throw new Error('dies');
    });
    const isDone = await send(texts[0]!).catch(() => false);
    expect(isDone).toBe(!isReached());
    yard.database.before = () => undefined;
    await send(texts[1]!);
    await expectOneOf(webhookId, texts);
  });

  test.each([0, 1, 2, 3])('is delivered once and whole if both happen before its write %i', async (write) => {
    const { webhookId, send } = await anEvent();
    const isReached = beforeWrite(write, () => send(texts[1]!));
    const isNew = await send(texts[0]!);
    yard.database.before = () => undefined;
    expect(isNew).toBe(!isReached());
    await expectOneOf(webhookId, texts);
  });
});
