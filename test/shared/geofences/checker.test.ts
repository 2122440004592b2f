import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeShape, type PostingShape } from '../../../shared/geo/posting.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import type { PostingRow } from '../../../shared/geofences/rows.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const me = caller(tenant(1, 'enterprise'));
const index = checkGeofences.open();
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const id = (number: number) => `01a1fe00-0000-7000-8000-${String(number).padStart(12, '0')}`;

function posting(number: number, more: Partial<PostingRow> = {}, shape: PostingShape = { kind: 'full' }): PostingRow {
  return {
    sk: id(number),
    f: 1,
    v: 1,
    g: encodeShape(shape),
    n: `Fence ${number}`,
    t: 0,
    y: number,
    x: 0,
    r: 100,
    ...more,
  };
}

const matches = (rows: readonly PostingRow[]) => index.matches(me.tenant, 0, 0, rows);

describe('matches', () => {
  test('are the nearest thousand, and say that there are more', async () => {
    const rows = Array.from({ length: 1005 }, (_, i) => posting(1004 - i, { y: (1004 - i) * 1000 }));
    const found = await matches(rows);
    expect([found.matches.length, found.truncated]).toEqual([1000, true]);
    expect(found.matches.map(({ geofenceId }) => geofenceId)).toEqual(Array.from({ length: 1000 }, (_, i) => id(i)));
    expect((await matches(rows.slice(5))).truncated).toBe(false);
  });

  test('end below four MiB, whatever their actions hold', async () => {
    const a = JSON.stringify({ text: 'é'.repeat(500) });
    const rows = Array.from({ length: 1000 }, (_, i) =>
      posting(i, { a, n: '\u{1f600}'.repeat(127).padEnd(255, 'x').repeat(12) }),
    );
    const found = await matches(rows);
    expect(found.truncated).toBe(true);
    const bytes = Buffer.byteLength(JSON.stringify(found.matches));
    expect(bytes).toBeLessThan(4 * 1024 * 1024);
    expect(bytes).toBeGreaterThan(4 * 1024 * 1024 - 20_000);
  });

  test('with equal distances are in the order of ids', async () => {
    const found = await matches([posting(3, { y: 0 }), posting(1, { y: 0 }), posting(2, { y: 0 })]);
    expect(found.matches.map(({ geofenceId }) => geofenceId)).toEqual([id(1), id(2), id(3)]);
  });

  test('round their distance half up', async () => {
    const meters = 6371008.7714 * (Math.PI / 180) * 1e-7;
    const y = Math.ceil(1.5 / meters);
    expect(
      (await matches([posting(1, { y }), posting(2, { y: y - 1 })])).matches.map(({ distance }) => distance),
    ).toEqual([1, 2]);
  });

  test('are of the newest posting of a fence: an older one beside it counts for nothing', async () => {
    const moved = [posting(1, { v: 1 }), posting(1, { v: 2 }, { kind: 'empty' })];
    expect((await matches(moved)).matches).toEqual([]);
    expect((await matches([...moved, posting(1, { v: 3, n: 'Back' })])).matches).toMatchObject([
      { geofenceName: 'Back' },
    ]);
  });

  test('exclude inactive fences, and postings of another format', async () => {
    expect((await matches([posting(1, { off: 1 }), posting(2, { f: 2 })])).matches).toEqual([]);
  });
});

describe('a check', () => {
  const here = { latitude: 50, longitude: 10 };
  const check = async () => {
    const signal = new AbortController().signal;
    const rows = await index.candidates(me.tenant.reference, here.latitude, here.longitude, signal);
    return (await index.matches(me.tenant, here.latitude, here.longitude, rows)).matches;
  };
  const create = (more: object) =>
    writeGeofences.open().create(me, { name: 'A', ...here, radiusMeters: 200, ...more }, unrecorded);

  test('reads on where a cell holds more than a page', async () => {
    for (let i = 0; i < 7; i++) await create({ name: `${i}` });
    database.pageRows = 2;
    expect((await check()).map(({ geofenceName }) => geofenceName).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  test('answers an action that is too large for the index', async () => {
    const action = { text: 'x'.repeat(5000) };
    const fence = await create({ action });
    expect(await check()).toMatchObject([{ geofenceId: fence.id, action }]);
  });

  test('answers one version of a fence with a large action, when it is rewritten between the two reads', async () => {
    const large = { text: 'x'.repeat(5000) };
    const { id: fenceId } = await create({ action: large });
    const writer = writeGeofences.open();
    const during = async (change: object) => {
      let done = false;
      database.before = async ({ operation }) => {
        if (operation !== 'BatchGetCommand' || done) return;
        done = true;
        await writer.update(me, fenceId, change, 'patch', undefined);
      };
      return await check();
    };
    expect(await during({ name: 'B', action: { ...large, more: 1 } })).toMatchObject([
      { geofenceName: 'B', action: { ...large, more: 1 } },
    ]);
    expect(await during({ latitude: 51 })).toEqual([]);
  });
});
