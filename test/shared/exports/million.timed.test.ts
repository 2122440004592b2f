import { expect, test } from 'vitest';
import { runEngine } from '../../bench/exports/run-engine.ts';

/** Nothing else runs meanwhile, since it measures the memory of a process. */

test('a million readings take no more memory than some, and the first bytes leave before the last are read', () => {
  const used = runEngine(1_000_000);
  expect(used).toMatchObject({ status: 'READY', rows: 1_000_000 });
  expect(used.growthMegabytes).toBeLessThanOrEqual(64);
  expect(used.mostMegabytes).toBeLessThanOrEqual(256);
  expect(used.unreadAtFirstPart).toBeGreaterThan(0);
}, 300_000);
