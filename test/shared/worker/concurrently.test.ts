import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { concurrently } from '../../../shared/worker/concurrently.ts';

const many = Array.from({ length: 50 }, (_, i) => i);
const later = () => Date.now() + 60_000;

test('does each once, in their order, sixteen at once', async () => {
  const begun: number[] = [];
  let [underWay, most] = [0, 0];
  const left = await concurrently(
    many,
    async (one) => {
      begun.push(one);
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(1);
      underWay -= 1;
    },
    later(),
  );
  expect([left, begun, most]).toEqual([0, many, 16]);
});

test('begins none when the time is over, and says how many are left', async () => {
  expect(await concurrently(many, async () => undefined, Date.now() - 1)).toBe(50);
  const until = Date.now() + 20;
  let done = 0;
  const left = await concurrently(
    many,
    async () => {
      await sleep(30);
      done += 1;
    },
    until,
  );
  expect([left, done]).toEqual([34, 16]);
});

test('fails when one fails, after all that are under way have ended', async () => {
  let underWay = 0;
  const working = concurrently(
    many,
    async (one) => {
      if (one === 3) throw new Error('the fourth');
      underWay += 1;
      await sleep(5);
      underWay -= 1;
    },
    later(),
  );
  await expect(working).rejects.toThrow('the fourth');
  expect(underWay).toBe(0);
});
