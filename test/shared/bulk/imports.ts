import fc from 'fast-check';
import { expect } from 'vitest';
import type { BulkResult } from '../../../shared/bulk/wire.ts';
import { postponed } from '../../../shared/geocoding/geocode.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { Problem } from '../../../shared/problems/problem.ts';
import { newId } from '../../../shared/table/ids.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { isOfOutbox } from '../../support/orders.ts';
import { decideNaively, type NaiveBatch, type NaiveFence, type NaiveItem, type NaiveOutcome } from './naive.ts';
import { type Given, type Pipeline, type Places, placeAt } from './pipeline.ts';

/** Random imports into a small town, run through the pipeline and through the naive loop. */

/** Irregularly spaced, so that no two distances are equal, except those from the same place. */
const town = Array.from({ length: 12 }, (_, i) => [
  52.5 + ((i * i * 37) % 101) * 0.000_113_7,
  13.4 + ((i * 53 + i * i) % 97) * 0.000_171_3,
]).map(([latitude, longitude]) => [Number(latitude!.toFixed(7)), Number(longitude!.toFixed(7))] as const);

const places: Places = {
  ...Object.fromEntries(town.map(([latitude, longitude], i) => [`${i} Town Square`, placeAt(latitude, longitude)])),
  'Busy Street': postponed('throttled'),
};

const spot = fc.integer({ min: 0, max: town.length - 1 });
const radiusMeters = fc.constantFrom(60, 150, 400, 1200);

const standingFence = fc.record({
  at: spot,
  radiusMeters,
  kind: fc.constantFrom('circle' as const, 'circle' as const, 'box' as const),
  inactive: fc.boolean(),
});

const item = fc.record({
  at: fc.oneof(
    { weight: 12, arbitrary: spot },
    { weight: 1, arbitrary: fc.constantFrom('lost' as const, 'busy' as const) },
  ),
  given: fc.boolean(),
  radiusMeters,
  override: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  skipped: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
  badTags: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
});
type Item = (typeof item extends fc.Arbitrary<infer T> ? T : never) & { readonly name: string };

const batch = fc.record({
  strategy: fc.constantFrom('skip' as const, 'skip' as const, 'override' as const, 'fail' as const),
  waits: fc.boolean(),
  /** Sent before the previous one has ended. */
  races: fc.boolean(),
  items: fc.oneof(
    { weight: 5, arbitrary: fc.array(item, { minLength: 1, maxLength: 10 }) },
    { weight: 1, arbitrary: fc.array(item, { minLength: 26, maxLength: 60 }) },
  ),
});

export const plan = fc.record({
  seed: fc.integer(),
  standing: fc.array(standingFence, { maxLength: 5 }),
  batches: fc.array(batch, { minLength: 1, maxLength: 4 }),
});
export type ImportPlan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

function asked({ at, given, name, radiusMeters: buffer, override, skipped, badTags }: Item): object {
  const point = typeof at === 'number' && given ? { lat: town[at]![0], lng: town[at]![1] } : {};
  const address = typeof at === 'number' ? `${at} Town Square` : at === 'lost' ? 'Nowhere' : 'Busy Street';
  return {
    address,
    name,
    buffer_meters: buffer,
    tags: badTags ? ['!'] : ['a', 'a'],
    override_dedup: override,
    ...(skipped ? { status: 'skipped' } : {}),
    ...point,
  };
}

const naively = ({ at, name, radiusMeters: radius, override, skipped, badTags }: Item): NaiveItem => ({
  name,
  point: typeof at === 'number' ? town[at] : at === 'lost' ? undefined : null,
  radiusMeters: radius,
  override,
  skipped,
  badTags,
});

interface Sent {
  readonly id: string;
  readonly batch: NaiveBatch;
  /** The response to the request; for a request that does not wait, the final state of the batch. */
  readonly outcome: NaiveOutcome;
}

/** Runs a plan and compares the outcome with the naive loop, in the order in which the batches were decided. */
export async function runImports(pipeline: Pipeline, { standing, batches }: ImportPlan, leaks: boolean): Promise<void> {
  pipeline.places = places;
  const fences: NaiveFence[] = [];
  for (const [i, one] of standing.entries()) fences.push(await stand(pipeline, one, `standing ${i}`));
  const before = new Set(fences.map(({ id }) => id));
  const running: Promise<Sent>[] = [];
  for (const [i, { races, items, ...rest }] of batches.entries()) {
    if (!races) await pipeline.until(Promise.all(running));
    const named = items.map((one, index) => ({ ...one, name: `batch ${i} item ${index}` }));
    running.push(send(pipeline, { ...rest, items: named.map(naively) }, named.map(asked)));
  }
  const sent = await pipeline.until(Promise.all(running));
  await pipeline.drain();
  expect(pipeline.dead).toEqual([]);
  for (const id of pipeline.decided) {
    const { batch: of, outcome } = sent.find((one) => one.id === id)!;
    const ids = new Map(outcome.results.flatMap((one) => (one.status === 'created' ? [[one.index, one.id]] : [])));
    expect(outcome).toEqual(
      decideNaively(
        fences,
        of,
        (index) => ids.get(index) ?? `~${String(index).padStart(3, '0')}: an id of what was not made`,
      ),
    );
  }
  await compareDatabase(pipeline, fences, before, sent, leaks);
}

async function stand(
  pipeline: Pipeline,
  { at, radiusMeters: radius, kind, inactive }: ImportPlan['standing'][number],
  name: string,
): Promise<NaiveFence> {
  const [latitude, longitude] = town[at]!;
  const status = inactive ? ('inactive' as const) : ('active' as const);
  const half = [0.002_1, 0.001_3] as const;
  const ring = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ].map(([x, y]) => [longitude + x! * half[1], latitude + y! * half[0]]);
  const shape =
    kind === 'box'
      ? { geometry: { type: 'Polygon', coordinates: [ring] } }
      : { latitude, longitude, radiusMeters: radius };
  const shown = await writeGeofences.open().create(pipeline.caller, { name, status, ...shape }, unrecorded);
  return { id: shown.id, name, latitude, longitude, radiusMeters: radius, ...(kind === 'box' ? { box: half } : {}) };
}

async function send(pipeline: Pipeline, batch: NaiveBatch, items: object[]): Promise<Sent> {
  const id = newId(Date.now());
  const given = { items, dedup_strategy: batch.strategy } as Given;
  if (batch.waits) {
    const outcome = await pipeline
      .create(given, id)
      .then((results): NaiveOutcome => ({ state: 'completed', results: results.map(plain) }), refused);
    return { id, batch, outcome };
  }
  await pipeline.accept(given, id);
  for (;;) {
    const { status, results } = await pipeline.status(id);
    if (status !== 'processing') return { id, batch, outcome: { state: status, results: results.map(plain) } };
    await pipeline.pass(200);
  }
}

function refused(error: unknown): NaiveOutcome {
  if (!(error instanceof Problem)) throw error;
  if (error.code === 'TIMEOUT') return { state: 'timeout', results: [] };
  expect(error.code).toBe('DUPLICATE_GEOFENCE');
  const { results } = error.details as { results: BulkResult[] };
  return { state: 'aborted', results: results.map(plain) };
}

function plain({
  index,
  status,
  geofence_id,
  dedup_match,
  error,
  error_code,
}: BulkResult): NaiveOutcome['results'][number] {
  if (status === 'error') {
    expect(error?.code).toBe(error_code);
    return { index, status, code: error_code! };
  }
  const found = dedup_match && {
    id: dedup_match.geofence_id,
    name: dedup_match.name,
    meters: dedup_match.distance_meters,
  };
  const item_index = dedup_match?.item_index;
  const match = found && (item_index === undefined ? found : { ...found, item: item_index });
  if (status === 'duplicate') return { index, status, match: match! };
  return { index, status, id: geofence_id!, ...(match ? { match } : {}) };
}

async function compareDatabase(
  pipeline: Pipeline,
  fences: NaiveFence[],
  before: ReadonlySet<string>,
  sent: readonly Sent[],
  leaks: boolean,
) {
  const { tenant } = pipeline.caller;
  const main = pipeline.database.rows('main');
  const ids = fences.map(({ id }) => id).sort();
  const under = (pk: string) => main.filter((row) => row.pk === pk);
  expect(
    under(geofenceKeys.thins(tenant.reference))
      .map(({ sk }) => sk)
      .sort(),
  ).toEqual(ids);
  expect([...new Set(pipeline.database.rows('cells').map(({ sk }) => sk))].sort()).toEqual(ids);
  const events = main.filter(isOfOutbox);
  const about = (action: string) => events.filter((event) => event.action === action);
  expect(
    about('geofence.create')
      .map(({ resourceId }) => resourceId)
      .sort(),
  ).toEqual(ids);
  const ends = sent.filter(({ outcome }) => outcome.state !== 'timeout').map(({ id, outcome }) => [id, outcome.state]);
  const endOf = (event: Record<string, unknown>) => [event.resourceId, JSON.parse(String(event.changes)).status[1]];
  expect(about('geofence.bulk_completed').map(endOf).sort()).toEqual(ends.sort());
  const used = Number(pipeline.database.rows('access').find(({ sk }) => sk === 'geofences')?.used ?? 0);
  if (leaks) expect(used).toBeGreaterThanOrEqual(ids.length);
  else expect(used).toBe(ids.length);
  for (const { id, name, latitude, longitude, radiusMeters: radius } of fences.filter((one) => !before.has(one.id))) {
    const index = checkGeofences.open();
    const rows = await index.candidates(tenant.reference, latitude, longitude, new AbortController().signal);
    const { matches } = await index.matches(tenant, latitude, longitude, rows);
    const match = matches.find(({ geofenceId }) => geofenceId === id);
    expect(match).toMatchObject({ geofenceName: name, radiusMeters: radius, distance: 0, triggerOn: 'enter' });
  }
}
