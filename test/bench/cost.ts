/**
 * What a request costs: `node test/bench/cost.ts [runs]`. Each handler runs as it is deployed, in processes of its own,
 * against recorded answers, in turns with the least that could make the same calls. Ratios come from one run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumbers } from '../../lib/command/arguments.ts';
import { orExit } from '../../lib/command/run.ts';
import { Bench } from './cost/measure.ts';
import type { Figures } from './cost/runner.ts';
import { recordScenarios } from './cost/scenarios.ts';

const usage = `npm run bench:cost -- [runs]
  Measures the processor time and the memory of requests, each beside its floor; 3 runs if not given.`;
const [runs] = orExit(() => readNumbers(usage, [3]));

const row = ({ imported, first, early, warm, rss }: Figures) => ({
  'cold ms': imported + first,
  'early ms': early,
  'warm ms': warm,
  'RSS MB': rss,
});

const rounded = (figures: Record<string, number>) =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(3))]));

const directory = mkdtempSync(join(tmpdir(), 'hexfence-cost-'));
const scenarios = await recordScenarios();
const bench = await Bench.start(directory);
try {
  const names = scenarios.map(({ name }) => name);
  const bundles = await bench.bundle(new URL('../..', import.meta.url), names, 'house');
  const table: Record<string, Record<string, number>> = {};
  for (const scenario of scenarios) {
    const [floor, ours] = await bench.compare(scenario, [bundles.get(scenario.name)!], runs);
    const [least, whole] = [row(floor!), row(ours!)];
    const ratio = Object.fromEntries(
      Object.entries(whole).map(([name, value]) => [name, value / least[name as keyof typeof least]]),
    );
    table[scenario.name] = rounded(whole);
    table[`${scenario.name}: floor of ${scenario.calls.length} calls`] = rounded(least);
    table[`${scenario.name}: times the floor`] = rounded(ratio);
  }
  console.table(table);
} finally {
  bench.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
