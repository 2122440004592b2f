import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { rotated } from '../../../shared/webhooks/rotate.ts';
import { newSecret, signed } from '../../../shared/webhooks/signature.ts';

/** Signatures, verified by the library that receivers use. */

const body = '{"id":"evt_1","type":"webhook.test","data":{"message":"tést"}}';
const now = () => Date.now();

test('a generated secret verifies with the library', () => {
  const secret = newSecret();
  expect(new Webhook(secret).verify(body, signed([{ secret }], 'evt_1', body, now()))).toEqual(JSON.parse(body));
});

test('any other text signs with its UTF-8 bytes', () => {
  const secret = 'ein Schlüssel mit Umlaut';
  const headers = signed([{ secret }], 'evt_1', body, now());
  expect(new Webhook(new Uint8Array(Buffer.from(secret)), { format: 'raw' }).verify(body, headers)).toEqual(
    JSON.parse(body),
  );
});

test('a changed byte, another id and another secret are refused', () => {
  const secret = newSecret();
  const headers = signed([{ secret }], 'evt_1', body, now());
  const verifier = new Webhook(secret);
  expect(() => verifier.verify(body.replace('tést', 'tesT'), headers)).toThrow();
  expect(() => verifier.verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow();
  expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow();
});

test('a call that is six minutes old is refused', () => {
  const secret = newSecret();
  expect(() => new Webhook(secret).verify(body, signed([{ secret }], 'evt_1', body, now() - 360_000))).toThrow();
});

describe('a rotation', () => {
  const [first, second, third, fourth] = Array.from({ length: 4 }, newSecret) as [string, string, string, string];
  const hour = 3_600_000;

  test('lets both secrets verify until the overlap is over', () => {
    const held = rotated([{ secret: first }], second, 24, now());
    const headers = signed(held, 'evt_1', body, now());
    for (const secret of [first, second]) expect(new Webhook(secret).verify(body, headers)).toBeTruthy();
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect(signed(held, 'evt_1', body, now() + 25 * hour)['webhook-signature']?.split(' ')).toHaveLength(1);
  });

  test('without an overlap ends the old secret at once', () => {
    expect(rotated([{ secret: first }], second, 0, now())).toEqual([{ secret: second }]);
  });

  test('never leaves more than three, newest first, and prolongs none', () => {
    let held = rotated([{ secret: first }], second, 1, now());
    held = rotated(held, third, 168, now());
    held = rotated(held, fourth, 168, now());
    expect(held.map(({ secret }) => secret)).toEqual([fourth, third, second]);
    expect(signed(held, 'evt_1', body, now())['webhook-signature']?.split(' ')).toHaveLength(3);
    const [, old] = rotated(rotated([{ secret: first }], second, 1, 0), third, 168, 0).slice(1);
    expect(old).toEqual({ secret: first, until: hour });
  });
});
