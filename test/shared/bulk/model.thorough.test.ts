import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fault } from '../../support/dynamodb-fake.ts';
import { runs } from '../../support/thorough.ts';
import { plan, runImports } from './imports.ts';
import { Pipeline } from './pipeline.ts';

/**
 * Batches reach the same outcome as a plain loop, in whatever order and however often messages are delivered, and
 * whichever process crashes.
 */

/** Each decision has its own millisecond: if two geofences are equally near, the older one has the smaller id. */
const later = (what: string): number => (what === 'decide' ? 1 : 0);

test('batches, one after the other and racing, have the outcome of a plain loop', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const pipeline = new Pipeline({ seed: given.seed });
      pipeline.delayMilliseconds = later;
      try {
        await runImports(pipeline, given, false);
      } finally {
        pipeline.close();
      }
    }),
    { numRuns: runs(60) },
  );
});

test('and when messages come twice, calls fail and workers die at any of them', async () => {
  let faults = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const pipeline = new Pipeline({ seed: given.seed });
      const { processes } = pipeline;
      pipeline.copies = () => (processes.random() < 0.3 ? 1 : 0);
      pipeline.delayMilliseconds = (what) =>
        later(what) + (processes.random() < 0.3 ? Math.floor(processes.random() * 500) : 0);
      pipeline.kill = (what, receives) => {
        if (what === 'submit' || receives > 2 || processes.random() < 0.4) return undefined;
        const when = processes.random() < 0.5 ? ('before' as const) : ('after' as const);
        const survives = processes.random() < 0.3 ? { fault: fault('TimeoutError') } : {};
        return { call: Math.ceil(600 ** processes.random()), when, ...survives };
      };
      try {
        await runImports(pipeline, given, true);
      } finally {
        faults += processes.faults;
        pipeline.close();
      }
    }),
    { numRuns: runs(60) },
  );
  expect(faults).toBeGreaterThan(runs(20));
});
