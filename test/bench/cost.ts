/**
 * What a request costs: `node test/bench/cost.ts [runs] [--beside <checkout>]`. Each handler runs as it is deployed, in
 * processes of its own, against recorded responses, alternating with a floor: the minimal code that makes the same
 * calls. Ratios come from one run, so they are comparable between machines; the exit code is 1 if a gate is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readArguments, readNumbers } from '../../lib/command/arguments.ts';
import { orExit } from '../../lib/command/run.ts';
import { Bench } from './cost/measure.ts';
import { bars, type Compared, compared } from './cost/ratios.ts';
import { recordImport, recordScenarios } from './cost/scenarios.ts';
import { importTable, memoryTable, pointTable, priceTable } from './cost/tables.ts';
import { closeGates, gate } from './support/gates.ts';

const usage = `npm run bench:cost -- [runs] [--beside <checkout>]
  Measures processor time and memory of requests beside their floor, and what a million of them costs; 5 runs if not
  given. --beside measures the same functions of another checkout in the same run.`;
const { beside, runs } = orExit(() => {
  const { values, positionals } = readArguments(usage, { beside: { type: 'string' } });
  return { beside: values.beside, runs: readNumbers(usage, [5], positionals)[0] };
});

const here = new URL('../..', import.meta.url);
const checkouts = beside ? [here, pathToFileURL(`${resolve(beside)}/`)] : [here];
const directory = mkdtempSync(join(tmpdir(), 'hexfence-cost-'));
// This comes first, since scenarios take messages out of their queues.
const imported = { addresses: 25, calls: await recordImport(25) };
const scenarios = await recordScenarios();
const bench = await Bench.start(directory);
const results = new Map<string, readonly Compared[]>();
try {
  const names = scenarios.map(({ name }) => name);
  const bundles: ReadonlyMap<string, string>[] = [];
  for (const [i, checkout] of checkouts.entries()) bundles.push(await bench.bundle(checkout, names, String(i)));
  for (const scenario of scenarios) {
    const files = bundles.map((of) => of.get(scenario.name)!);
    const [floor, ...others] = compared(await bench.compare(scenario, files, runs));
    results.set(scenario.title, others);
    console.log(`${scenario.title}: ${scenario.calls.length} calls`);
    console.table({ floor, ...Object.fromEntries(others.map((one, i) => [checkouts[i]!.pathname, one])) });
  }
} finally {
  bench.stop();
  rmSync(directory, { recursive: true, force: true });
}
for (const [name, [ours]] of results) {
  for (const [figure, bound] of Object.entries(bars[name] ?? {}))
    gate(`${name}: ${figure}`, ours![figure as keyof Compared], '≤', bound);
}
for (const [i, checkout] of checkouts.entries()) {
  const measured = scenarios.map((scenario) => ({ scenario, figures: results.get(scenario.title)![i]! }));
  console.log(
    `Milliseconds of a request among the first 50, and USD of a million in Lambda, by memory: ${checkout.pathname}`,
  );
  console.table(memoryTable(measured));
  console.log('USD of a million requests, at list prices');
  console.table({ ...priceTable(measured), ...importTable(imported, measured) });
  console.log('USD of a million points of devices, by the points of a message');
  console.table(pointTable(measured));
}
closeGates();
process.exit();
