/**
 * The gates of the geofence index: `node test/bench/geofence-index.ts [fences] [exactness points]`. Ratios come from
 * one run, so they are comparable between machines; the exit code is 1 if a gate is missed.
 */
import { readNumbers } from '../../lib/command/arguments.ts';
import { orExit } from '../../lib/command/run.ts';
import { coverGeometry, type Posting } from '../../shared/geo/cover.ts';
import type { Geometry, Position } from '../../shared/geo/geometry.ts';
import { packGeometry } from '../../shared/geo/pack.ts';
import { encodeShape } from '../../shared/geo/posting.ts';
import { clampLatitude, travel, wrap } from '../shared/geo/support/globe.ts';
import { unlikeH3 } from '../shared/geo/support/h3.ts';
import { pick, seededRandom } from '../shared/geo/support/random.ts';
import { measureBundle } from './support/bundles.ts';
import { runExactness } from './support/exactness-run.ts';
import { closeGates, gate } from './support/gates.ts';
import {
  boxesOf,
  type Check,
  candidateCheck,
  coverCheck,
  flatbushCheck,
  naiveCheck,
  rbushCheck,
} from './support/indexes.ts';
import { districtMix, engineMix, giantMix, limitMix, metroMix, regionMix, storeMix } from './support/mixes.ts';
import { bytesByCell, quantile, readsAt } from './support/read-units.ts';
import { countRequests } from './support/requests.ts';

const usage = `npm run bench -- [fences] [exactness points]
  Measures the geofence index and holds it to its gates; 100000 fences and 200000 points if not given.`;
const [fenceCount, exactnessPoints] = orExit(() => readNumbers(usage, [100_000, 200_000]));

/** Points in and around random fences. */
function pointsAround(fences: readonly Geometry[], count: number, seed: number): Position[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (): Position => {
    const fence = pick(random, fences);
    if (fence.type === 'Circle') {
      const stretch = random() < 0.5 ? 1.3 : 20;
      return travel(fence.center, 7 * random(), stretch * fence.radiusMeters * Math.sqrt(random()));
    }
    const [west, south, east, north] = boxesOf(fence)[0]!;
    return [wrap(west + (east - west) * random()), clampLatitude(south + (north - south) * random())];
  });
}

/** Microseconds of processor time for one check: the best of several rounds, which other processes disturb least. */
function microsPerCheck(check: Check, points: readonly Position[], rounds = 5): { micros: number; hits: number } {
  let best = Infinity;
  let hits = 0;
  for (let round = 0; round < rounds; round++) {
    hits = 0;
    const from = process.cpuUsage();
    for (const [longitude, latitude] of points) hits += check(latitude, longitude);
    const { user, system } = process.cpuUsage(from);
    best = Math.min(best, (user + system) / points.length);
  }
  return { micros: best, hits };
}

/** Milliseconds of processor time to cover a fence, on average; the best of several rounds. */
function coverMilliseconds(fences: readonly Geometry[]): number {
  let best = Infinity;
  for (let round = 0; round < 4; round++) {
    const from = process.cpuUsage();
    for (const fence of fences) coverGeometry(fence);
    const { user, system } = process.cpuUsage(from);
    best = Math.min(best, (user + system) / 1000 / fences.length);
  }
  return best;
}

function speed(fences: Geometry[], covers: Posting[][]): void {
  const points = pointsAround(fences, 20_000, 7);
  const check = coverCheck(covers);
  const ours = microsPerCheck(check, points);
  const flat = microsPerCheck(flatbushCheck(fences), points);
  const tree = microsPerCheck(rbushCheck(fences), points);
  const few = points.slice(0, 200);
  const naive = microsPerCheck(naiveCheck(fences), few, 1);
  console.log(
    `check at ${fences.length}: ours ${ours.micros.toFixed(2)} µs, flatbush ${flat.micros.toFixed(2)}, rbush ${tree.micros.toFixed(2)}, naive ${naive.micros.toFixed(0)}`,
  );
  gate('same hits as flatbush', ours.hits - flat.hits, '=', 0);
  gate('CPU per check, ours / flatbush', ours.micros / flat.micros, '≤', 1);
  gate(`naive / ours, ${fences.length} fences`, naive.micros / ours.micros, '≥', fences.length >= 100_000 ? 1200 : 25);
  const small = fences.slice(0, 1000);
  const oursSmall = microsPerCheck(coverCheck(covers.slice(0, 1000)), points.slice(0, 10_000));
  gate(
    'naive / ours, 1000 fences',
    microsPerCheck(naiveCheck(small), points.slice(0, 2000)).micros / oursSmall.micros,
    '≥',
    25,
  );
  const candidates = microsPerCheck(candidateCheck(covers), points, 1).hits;
  gate('candidates per hit, engine mix', candidates / ours.hits, '≤', 2.2);
}

function cells(covers: Posting[][]): void {
  const counts = covers.map((cover) => cover.length);
  gate('cells per fence, mean', counts.reduce((a, b) => a + b, 0) / counts.length, '≤', 12);
  gate(
    'cells per fence, max',
    counts.reduce((a, b) => Math.max(a, b), 0),
    '≤',
    44,
  );
}

/** The cost of writing the worst shapes that are accepted. */
function limits(): void {
  const fences = limitMix();
  const covers = fences.map((fence) => coverGeometry(fence));
  const bytes = covers.map((cover) => cover.map(({ shape }) => encodeShape(shape).length));
  const worst = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  gate('at the limits: slowest cover build (ms)', worst(fences.map((fence) => coverMilliseconds([fence]))), '≤', 100);
  gate('at the limits: cells per fence, max', worst(covers.map((cover) => cover.length)), '≤', 44);
  gate("at the limits: a cover's postings (kB)", worst(bytes.map(sum)) / 1000, '≤', 1000);
  gate('at the limits: one posting (kB)', worst(bytes.flat()) / 1000, '≤', 210);
  gate('at the limits: packed geometry (kB)', worst(fences.map((one) => packGeometry(one).length)) / 1000, '≤', 95);
}

function units(name: string, fences: Geometry[], p50: number, p99: number): void {
  const bytes = bytesByCell(
    fences,
    fences.map((fence) => coverGeometry(fence)),
  );
  const reads = readsAt(pointsAround(fences, 4000, 11), bytes);
  gate(`requests per check, ${name}`, reads.requests, '=', 6);
  gate(`follow-up pages, ${name}`, reads.followUps, '=', 0);
  gate(`eventual units p50, ${name}`, quantile(reads.units, 0.5), '≤', p50);
  gate(`eventual units p99, ${name}`, quantile(reads.units, 0.99), '≤', p99);
}

function metro(): void {
  const p99 = [100, 10_000].map((count) => {
    const fences = metroMix(count);
    const bytes = bytesByCell(
      fences,
      fences.map((fence) => coverGeometry(fence)),
    );
    return quantile(readsAt(pointsAround(fences, 4000, 13), bytes).units, 0.99);
  });
  gate('one metro, 100 to 10,000 stores: units p99 more', p99[1]! - p99[0]!, '≤', 1);
}

async function bundle(name: string, kilobytes: number): Promise<void> {
  const figures = await measureBundle(name);
  gate(`bundle of ${name} (kB)`, figures.kilobytes, '≤', kilobytes);
  gate(`import of ${name} against a naive bundle`, figures.importRatio, '≤', 0.5);
}

const exactnessSeed = Math.floor(Math.random() * 2 ** 31);
console.log(`exactness seed ${exactnessSeed}`);
const exactness = runExactness(exactnessSeed, exactnessPoints, 2000);
gate(`false negatives, ${exactnessPoints} points × 2000 fences`, exactness.falseNegatives, '=', 0);
gate('false positives', exactness.falsePositives, '=', 0);
gate('cells unlike those of h3-js, 500,000 points', unlikeH3(seededRandom(exactnessSeed), 500_000).length, '=', 0);
gate('cover build, circle (ms)', coverMilliseconds(storeMix(2000)), '≤', 0.3);
gate('cover build, 200 vertices (ms)', coverMilliseconds(districtMix(300)), '≤', 2);
gate('cover build, 5,000 vertices (ms)', coverMilliseconds(giantMix(25, 5000)), '≤', 40);
gate('cover build, 10,000 vertices (ms)', coverMilliseconds(giantMix(25, 10_000)), '≤', 40);
limits();
units('50k stores', storeMix(50_000), 3, 3);
units('ZIP, county, state', regionMix(), 4, 6);
units('countries of 10,000 vertices', giantMix(25, 10_000), 5, 15);
units('shapes at every limit', limitMix(), 5, 15);
metro();
const engine = engineMix(fenceCount);
const engineCovers = engine.map((fence) => coverGeometry(fence));
cells(engineCovers);
speed(engine, engineCovers);
const { requests, waves } = await countRequests();
gate('requests of a check, on the real client', requests, '=', 6);
gate('waves of a check, on the real client', waves, '=', 1);
await bundle('geofences/check', 420);
await bundle('geofences/get', 260);
closeGates();
