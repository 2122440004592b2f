import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Cell } from '../../../shared/geo/cells.ts';
import { clipGeometry, coverGeometry } from '../../../shared/geo/cover.ts';
import { encodeShape } from '../../../shared/geo/posting.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import type { Fence } from '../../../shared/geofences/fence.ts';
import { postingBase } from '../../../shared/geofences/rows.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import type { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { cases, runs } from '../../support/thorough.ts';
import { type Random, seededRandom } from '../geo/support/random.ts';
import { caller } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { naiveAnswer } from './model/history.ts';
import { haste, type Plan, plan } from './model/plan.ts';
import { cleanUp, type Storm, storm, type Variant } from './model/storm.ts';
import { newCoverOnly, swap, undelayed } from './model/variants.ts';

/**
 * The write protocol under the worst behaviour of DynamoDB: every item of a transaction becomes visible separately, the
 * six queries of a reader happen at six moments, clean-ups are lost, late, doubled and reordered, and processes are
 * killed at any call.
 */

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Each change must be complete, none may be lost, and none may change a field that it did not name. */
function lostUpdates({ history, changes }: Storm): string[] {
  const wrong: string[] = [];
  const answeredBy = new Map([...changes.values()].flatMap(({ answered }, i) => (answered ? [[answered, i]] : [])));
  const answers = [...changes.values()].filter(({ answered }) => answered);
  if (answeredBy.size < answers.length) wrong.push('two changes were answered with the same version');
  const versions = history.changes();
  versions.forEach((fence, i) => {
    const before = versions[i - 1];
    if (!fence || !before) return;
    const change = changes.get(String(fence.groupName));
    if (fence.version !== before.version + 1) wrong.push(`version ${before.version} was followed by ${fence.version}`);
    for (const field of ['name', 'description', 'status', 'action', 'shape'] as const) {
      const speaksOf = field === 'shape' ? ['latitude', 'radiusMeters', 'geometry'] : [field];
      const isMeant = speaksOf.some((name) => Object.hasOwn(change?.given ?? {}, name));
      const changed = JSON.stringify(fence[field]) !== JSON.stringify(before[field]);
      if (changed && !isMeant) wrong.push(`${fence.groupName} changed ${field}, which it did not speak of`);
      const wanted = (change?.given as Record<string, unknown> | undefined)?.[field];
      if (isMeant && field !== 'shape' && JSON.stringify(wanted) !== JSON.stringify(fence[field])) {
        wrong.push(
          `${fence.groupName} said ${field} ${JSON.stringify(wanted)}, the fence ${JSON.stringify(fence[field])}`,
        );
      }
    }
  });
  for (const [mark, { answered }] of changes) {
    const made = versions.find((fence) => fence?.groupName === mark);
    if (answered && made?.version !== answered) wrong.push(`${mark} was answered ${answered}, but is lost`);
  }
  return wrong;
}

interface Posting {
  readonly pk: string;
  readonly g: string;
}

const byKey = (a: Posting, b: Posting) => (a.pk < b.pk ? -1 : 1);
const hex = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('hex');
const full = hex(encodeShape({ kind: 'full' }));

/** The rows of the index that a rebuild of the fence writes into these cells. */
function rebuilt(fence: Fence, cells: readonly Cell[]): Posting[] {
  return clipGeometry(fence.shape.geometry, cells)
    .map(({ cell, shape }) => {
      const { reference } = caller().tenant;
      return { pk: reference + cell, sk: fence.id, ...postingBase(fence), g: hex(encodeShape(shape)) };
    })
    .sort(byKey);
}

const indexed = (database: DynamoDbFake): Posting[] =>
  database
    .rows('cells')
    .map((row) => ({ ...row, pk: String(row.pk), g: hex(row.g) }))
    .sort(byKey);

/**
 * Where the index differs from a rebuild. A cover may know from the parent cell that a cell is full, while clipping the
 * cell alone may keep the exact test; whether such cells answer alike is tested with the index itself.
 */
async function unlikeRebuild(database: DynamoDbFake, fence: Fence | undefined, random: Random): Promise<string[]> {
  const found = indexed(database);
  const wanted = fence ? rebuilt(fence, fence.index.cover) : [];
  const alike = found.map((row, i) => (row.g === full ? { ...row, g: wanted[i]?.g } : row));
  const wrong = isDeepStrictEqual(alike, wanted)
    ? []
    : [`index is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
  for (let i = 0; fence && i < 30; i++) {
    const degrees = fence.shape.radiusMeters / 111_000;
    const [y, x] = [random() * 2.4 - 1.2, (random() * 2.4 - 1.2) * 1.5].map((n) => n * degrees) as [number, number];
    const at = [fence.shape.latitude + y, fence.shape.longitude + x] as const;
    const rows = await checkGeofences.open().candidates(caller().tenant.reference, ...at, new AbortController().signal);
    const { matches } = await checkGeofences.open().matches(caller().tenant, ...at, rows);
    const naive = naiveAnswer(fence, ...at);
    if (!isDeepStrictEqual(matches, naive ? [naive] : [])) wrong.push(`the index answers otherwise at ${at}`);
  }
  return wrong;
}

async function weathered(made: Plan, variant: Variant = {}): Promise<{ wrong: string[]; readings: number }> {
  const outcome = await storm(made, variant);
  const random = seededRandom(made.seed);
  try {
    const wrong = [...outcome.wrong, ...lostUpdates(outcome)];
    await cleanUp(outcome, random);
    wrong.push(...(await unlikeRebuild(outcome.database, outcome.history.present, random)));
    return { wrong, readings: outcome.readings };
  } finally {
    outcome.database.restore();
  }
}

describe('any storm of writers, readers and clean-ups', () => {
  test('gives no answer that is wrong for every version, loses no change, and leaves the index as a rebuild would', async () => {
    let readings = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(plan, haste), async (made) => {
        const outcome = await weathered(made);
        readings += outcome.readings;
        expect(outcome.wrong).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
    expect(readings).toBeGreaterThan(runs(1000));
  });

  test('is followed by an optimal cover once the clean-up has run', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (made) => {
        const outcome = await storm(made);
        await cleanUp(outcome, seededRandom(made.seed));
        if (outcome.history.present) {
          await writeGeofences.open().update(caller(), outcome.id, { latitude: 12, longitude: 34 }, 'patch', undefined);
          await cleanUp(outcome, seededRandom(made.seed));
          const fence = outcome.history.present;
          const best = coverGeometry(fence.shape.geometry).map(({ cell }) => cell);
          expect([...fence.index.cover].sort()).toEqual(best.sort());
          expect(indexed(outcome.database)).toHaveLength(best.length);
        }
        outcome.database.restore();
      }),
      { numRuns: runs(10) },
    );
  });
});

describe('the same storms show the fault of a protocol that', () => {
  test.each(
    cases([
      ['writes the new cover only and leaves the rest to clean-up', newCoverOnly],
      ['removes old postings in the transaction that writes the new', swap],
      ['cleans up at once, while readers may be under way', undelayed],
    ]),
  )('%s', async (_, rewrite) => {
    const property = fc.asyncProperty(haste, async (made) => {
      const { wrong } = await weathered(made, { rewrite });
      return !wrong.some((what) => what.startsWith('torn'));
    });
    const { failed } = await fc.check(property, { numRuns: 1000, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
