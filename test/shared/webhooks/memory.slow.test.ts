import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { worker } from '../../../functions/webhooks/attempt.ts';

const engine = fileURLToPath(new URL('../../bench/deliveries/engine.ts', import.meta.url));
/** Lambda gives the heap of a function with 256 MB these limits. */
const heap = ['--expose-gc', '--max-semi-space-size=12', '--max-old-space-size=230'];

interface Used {
  readonly failures: number;
  readonly mostInFlight: number;
  readonly mostMegabytes: number;
}

const used = (megabytes: number): Used =>
  JSON.parse(
    execFileSync(process.execPath, [...heap, engine, String(worker.source.batchSize), String(megabytes)], {
      encoding: 'utf8',
    }),
  );

test('a worker makes all calls of its batch at once if their bodies are short', () => {
  expect(used(0.01)).toMatchObject({ failures: 0, mostInFlight: worker.source.batchSize });
}, 60_000);

test('a worker keeps within its memory with a batch of the largest bodies', () => {
  const { failures, mostInFlight, mostMegabytes } = used(2);
  expect([failures, mostInFlight > 1]).toEqual([0, true]);
  expect(mostMegabytes).toBeLessThanOrEqual(worker.memoryMegabytes);
}, 60_000);
