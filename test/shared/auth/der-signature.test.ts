import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rawSignature } from '../../../shared/auth/der-signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** DER in the form of KMS: each number is as short as possible, with a zero byte before a high bit. */
function der(...numbers: readonly Uint8Array[]): Buffer {
  const parts = numbers.map((number) => {
    const first = number.findIndex((byte) => byte !== 0);
    const digits = first < 0 ? Buffer.of(0) : Buffer.from(number.subarray(first));
    const padded = digits[0]! > 127 ? Buffer.concat([Buffer.of(0), digits]) : digits;
    return Buffer.concat([Buffer.of(0x02, padded.length), padded]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

const number = fc.tuple(fc.integer({ min: 0, max: 32 }), fc.uint8Array({ minLength: 32, maxLength: 32 }));

test('two numbers of any length come out as 32 bytes each', async () => {
  await fc.assert(
    fc.property(number, number, ([zerosOfR, r], [zerosOfS, s]) => {
      r.fill(0, 0, zerosOfR);
      s.fill(0, 0, zerosOfS);
      expect(rawSignature(der(r, s))).toEqual(Buffer.concat([r, s]));
    }),
    { numRuns: 1000 },
  );
});

test('node:crypto verifies the raw form of its own signatures', async () => {
  await fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
      const raw = rawSignature(sign('sha256', message, privateKey));
      expect(raw).toHaveLength(64);
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
      expect(verify('sha256', message, key, raw)).toBe(true);
      expect(verify('sha256', createHash('sha256').update(message).digest(), key, raw)).toBe(false);
    }),
    // Enough runs to include numbers that begin with a zero byte (one in 256).
    { numRuns: 600 },
  );
});

test('bytes that are not a signature of P-256 are refused, wherever they are cut and whatever is added', () => {
  const whole = der(Buffer.alloc(32, 0x81), Buffer.alloc(32, 1));
  for (let length = 0; length < whole.length; length++) {
    expect(() => rawSignature(whole.subarray(0, length)), `${length} bytes`).toThrow('not one of P-256');
  }
  const wrong = [
    Buffer.concat([whole, Buffer.of(0)]),
    Buffer.of(0x31, ...whole.subarray(1)),
    Buffer.of(0x30, whole.length - 2, 0x03, ...whole.subarray(3)),
    der(Buffer.alloc(33, 1), Buffer.alloc(32, 1)),
    der(Buffer.alloc(32, 1)),
    der(Buffer.alloc(32, 1), Buffer.alloc(32, 1), Buffer.alloc(1, 1)),
    Buffer.of(0x30, 4, 0x02, 0, 0x02, 0),
  ];
  for (const bytes of wrong) expect(() => rawSignature(bytes), bytes.toString('hex')).toThrow('not one of P-256');
});
