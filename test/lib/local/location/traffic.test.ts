import { expect, test } from 'vitest';
import { countTraffic } from '../../../../lib/local/location/traffic.ts';

test('the busiest second may begin at any time', () => {
  const traffic = countTraffic();
  for (const now of [0, 100, 900, 1050, 1099, 5000]) traffic.begin('Main St', now);
  expect(traffic.read()).toMatchObject({ calls: 6, inFlight: 6, mostCallsInOneSecond: 4 });
});

test('the last 2,000 texts are kept', () => {
  const traffic = countTraffic();
  for (let i = 1; i <= 2001; i++) traffic.begin(`${i}`, i);
  const { texts } = traffic.read();
  expect([texts.length, texts[0], texts.at(-1)]).toEqual([2000, '2', '2001']);
});
