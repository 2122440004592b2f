import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AskedMail } from '../../../shared/messages/mail.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { askForMail } from '../../../shared/sessions/ask-for-mail.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';

/** Requests for mails without a credential; anyone who knows an address can send them. */

const sent = vi.fn();
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  vi.stubEnv('MAIL_SEND_QUEUE_URL', 'https://sqs.example.com/mail');
  database = new DynamoDbFake();
  sent.mockClear();
  takeMessages(sent);
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

let requests = 0;
/** From a different network each time. */
const ask = (given: Partial<AskedMail> = {}) =>
  askForMail
    .open()
    .ask({ kind: 'password_reset', email: 'ana@example.com', ...given } as AskedMail, {
      id: 'req_TEST',
      address: `203.0.113.${requests++ % 250}`,
    })
    .then(
      () => 'asked',
      ({ code }: Problem) => code,
    );

test('are five an hour for an address in any spelling', async () => {
  const outcomes: string[] = [];
  for (let i = 0; i < 6; i++) outcomes.push(await ask({ email: i % 2 ? ' Ana@Example.com' : 'ana@example.com' }));
  expect(outcomes).toEqual([...Array<string>(5).fill('asked'), 'RATE_LIMIT_EXCEEDED']);
  expect(sent).toHaveBeenCalledTimes(5);
});

test.each([
  ['that verify what is verified', { kind: 'resend_verification' }],
  ['for a workspace that there is not', { workspace: 'nowhere' }],
] as const)('%s use up no tries of those for a new password', async (_, idle) => {
  for (let i = 0; i < 6; i++) await ask(idle);
  expect(await ask(idle)).toBe('RATE_LIMIT_EXCEEDED');
  expect(await ask()).toBe('asked');
});
