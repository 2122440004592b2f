import { expect, test } from 'vitest';
import { runFormEngine } from '../../bench/exports/run-engine.ts';

/** Nothing else runs meanwhile, since it measures the memory of a process. */

test('100,000 submissions are listed and exported in the memory that some take', () => {
  const submissions = 100_000;
  const used = runFormEngine(submissions, 'SUBMISSIONS_CSV');
  expect(used).toMatchObject({ status: 'READY', rows: submissions, listed: submissions });
  expect(used.growthMegabytes).toBeLessThanOrEqual(64);
  expect(used.mostMegabytes).toBeLessThanOrEqual(256);
}, 300_000);
