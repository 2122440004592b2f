import { expect, test } from 'vitest';
import { messagesOf, ReadingSender, readReadings } from '../../../lib/device/readings.ts';

/** Readings that `npm run device` sends from a file. */

const now = Date.parse('2026-03-22T08:00:00Z');
const quiet = () => undefined;
const going = new AbortController().signal;

test('a line is a reading; one without a time is of now, and none has the time of another', () => {
  const text =
    '{"key":"a","value":1}\n\n{"key":"a","value":2}\n{"key":"a","value":3,"recordedAt":"2026-01-01T00:00:00Z"}\n';
  const readings = readReadings(text, 'r.ndjson', now);
  expect(readings.map(({ value }) => value)).toEqual([1, 2, 3]);
  const [first, second, third] = readings.map(({ recordedAt }) => Date.parse(String(recordedAt)));
  expect(third).toBe(Date.parse('2026-01-01T00:00:00Z'));
  expect(first! < second! && second! <= now).toBe(true);
});

test.each(['{', '[1]', '5', 'null'])('the line %s is refused with its number', (line) => {
  expect(() => readReadings(`{"key":"a","value":1}\n${line}`, 'r.ndjson')).toThrow(
    /^Line 2 of r\.ndjson is no reading/,
  );
});

test('a message has at most 500 readings, and fewer where they are long', () => {
  const short = Array.from({ length: 1100 }, (_, value) => ({ key: 'a', value }));
  expect(messagesOf(short).map(({ length }) => length)).toEqual([500, 500, 100]);
  expect(messagesOf(short).flat()).toEqual(short);
  const long = Array.from({ length: 100 }, () => ({ key: 'a', value: 'é'.repeat(4096) }));
  for (const readings of messagesOf(long))
    expect(Buffer.byteLength(JSON.stringify({ readings }))).toBeLessThan(128_000);
  expect(messagesOf([])).toEqual([]);
});

test('what did not arrive is sent with the next connection', async () => {
  const sender = new ReadingSender(
    Array.from({ length: 600 }, (_, value) => ({ key: 'a', value })),
    quiet,
  );
  const sent: number[] = [];
  const publish = async (_: string, payload: object) => {
    if (sent.length === 1) {
      sent.push(0);
      throw new Error('the connection has ended');
    }
    sent.push((payload as { readings: object[] }).readings.length);
  };
  await expect(sender.send({ publish }, 't', going)).rejects.toThrow();
  expect(sender.unsent).toBe(100);
  await sender.send({ publish }, 't', going);
  expect([sent, sender.unsent]).toEqual([[500, 0, 100], 0]);
});
