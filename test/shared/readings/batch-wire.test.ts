import { expect, test } from 'vitest';
import { checked } from '../../../shared/http/failures.ts';
import { BatchQuestion } from '../../../shared/readings/batch-wire.ts';

/** Errors of requests about many sensors. */

const sensorIds = ['01957e2b-a40b-7c3e-8a51-3f2d6c0e8b11'];
const day = { from: '2026-03-17T00:00:00Z', to: '2026-03-18T00:00:00Z' };
const backwards = { from: day.to, to: day.from };

function failuresOf(question: object) {
  const read = checked(BatchQuestion, 'body', { sensorIds, ...question });
  return 'failures' in read ? read.failures.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`) : [];
}

test.each<[string, object, string[]]>([
  ['nothing', { view: 'aggregated', ...day, interval: '1d', timezone: 'Europe/Madrid' }, []],
  ['a span that ends before it begins', { view: 'stats', ...backwards }, ['to: Should not be before "from"']],
  [
    'a zone of buckets that are no days',
    { view: 'aggregated', ...day, interval: '1h', timezone: 'Europe/Madrid' },
    ['timezone: Should be absent for another interval than 1d'],
  ],
  ['a field of another view', { view: 'raw', ...day, interval: '1h' }, ['interval: Should be absent for the view raw']],
  [
    'fields that the view needs',
    { view: 'stats' },
    ['from: Field required for the view stats', 'to: Field required for the view stats'],
  ],
])('%s', (_, question, expected) => {
  expect(failuresOf(question)).toEqual(expected);
});
