import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plan, runImports } from './imports.ts';
import { Pipeline } from './pipeline.ts';

/** Whatever order and however often messages come, and whoever dies, batches come to what a plain loop comes to. */

test('batches, one after the other and racing, are what a plain loop makes of them', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const pipeline = new Pipeline({ seed: given.seed });
      try {
        await runImports(pipeline, given, false);
      } finally {
        pipeline.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('and when messages come twice and workers die at any call', async () => {
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const pipeline = new Pipeline({ seed: given.seed });
      const { processes } = pipeline;
      pipeline.copies = () => (processes.random() < 0.3 ? 1 : 0);
      pipeline.delayMilliseconds = () => (processes.random() < 0.3 ? Math.floor(processes.random() * 500) : 0);
      pipeline.kill = (what, receives) => {
        if (what === 'submit' || receives > 2 || processes.random() < 0.4) return undefined;
        deaths += 1;
        return { call: Math.ceil(600 ** processes.random()), when: processes.random() < 0.5 ? 'before' : 'after' };
      };
      try {
        await runImports(pipeline, given, true);
      } finally {
        pipeline.close();
      }
    }),
    { numRuns: 60 },
  );
  expect(deaths).toBeGreaterThan(60);
});
