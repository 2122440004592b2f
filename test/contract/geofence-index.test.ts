import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../shared/auth/caller.ts';
import { ladderOf } from '../../shared/geo/ladder.ts';
import { inspectIndex } from '../../shared/geofences/inspection.ts';
import { writeGeofences } from '../../shared/geofences/writer.ts';
import { unrecorded } from '../../shared/http/once.ts';
import { cellKeys } from '../../shared/table/keys/geofences.ts';
import { scanTenant } from '../../shared/table/scan.ts';
import { Table } from '../../shared/table/table.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { cellFromH3 } from '../shared/geo/support/h3.ts';
import { endpoint } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';
import { newKey, newWorkspace } from '../support/stack.ts';

/** The faults that `npm run index` finds and repairs. */

const cells = new Table('cells');
const here = { latitude: 48.8584, longitude: 2.2945 };
let caller: Caller;
let key: string;
let id: string;

beforeEach(async () => {
  const workspace = await newWorkspace();
  caller = systemCaller(workspace);
  key = await newKey(workspace, { scopes: ['geofences:read'] });
  id = (await writeGeofences.open().create(caller, { name: 'Tower', ...here, radiusMeters: 300 }, unrecorded)).id;
});

type Stored = { pk: string; sk: string; v: number };
const postings = () => scanTenant<Stored>(cells, caller.tenant.reference);
const keyOf = (row: Stored) => cellKeys.posting(caller.tenant.reference, row.pk.slice(8), row.sk);
const found = async () => (await invoke(endpoint('geofences/check'), { key, body: here })).body.count;

describe('the index of a workspace', () => {
  test('agrees with its geofences, after changes too', async () => {
    await writeGeofences.open().update(caller, id, { latitude: 48.9 }, 'patch', undefined);
    await writeGeofences.open().update(caller, id, { ...here, name: 'Eiffel' }, 'patch', undefined);
    const { geofences, postings: count, faults } = await inspectIndex(caller, false);
    expect([geofences, faults]).toEqual([1, []]);
    expect(count).toBe((await postings()).length);
  });

  test('that lost a posting is detected and rebuilt', async () => {
    for (const row of await postings()) await cells.delete(keyOf(row));
    expect(await found()).toBe(0);
    const { faults } = await inspectIndex(caller, false);
    expect(faults[0]).toMatchObject({ geofenceId: id, complaint: expect.stringMatching(/has no posting in 8/) });
    expect(await found()).toBe(0);
    await inspectIndex(caller, true);
    expect(await found()).toBe(1);
    expect((await inspectIndex(caller, false)).faults).toEqual([]);
  });

  test('with a posting of other content is detected and rebuilt', async () => {
    const [row] = await postings();
    await cells.update(keyOf(row!), { expression: 'SET n = :n', values: { ':n': 'Other' } });
    const { faults } = await inspectIndex(caller, false);
    expect(faults).toMatchObject([{ geofenceId: id, complaint: expect.stringMatching(/has a wrong posting in 8/) }]);
    await inspectIndex(caller, true);
    expect((await inspectIndex(caller, false)).faults).toEqual([]);
  });

  test('with postings without a fence, or without a list entry, loses them', async () => {
    const [row] = await postings();
    const { sk: _sk, pk: _pk, ...content } = row!;
    const nobody = '01a1fe00-0000-7000-8000-000000000000';
    const far = ladderOf(-30, 100).at(-1)!;
    await cells.put(cellKeys.posting(caller.tenant.reference, far, id), content);
    await cells.put(cellKeys.posting(caller.tenant.reference, far, nobody), content);
    const complaints = (await inspectIndex(caller, false)).faults.map(({ complaint }) => complaint).sort();
    expect(complaints).toEqual([
      expect.stringMatching(/^has 1 postings but does not exist$/),
      expect.stringMatching(/^has a posting in 8a\w+ that it does not list$/),
    ]);
    await inspectIndex(caller, true);
    expect((await inspectIndex(caller, false)).faults).toEqual([]);
    expect(await found()).toBe(1);
  });

  test('is shown cell by cell: every cell of the answer has a posting', async () => {
    const { body } = await invoke(endpoint('geofences/cells'), { key, params: { id } });
    expect(body).toMatchObject({ geofenceId: id, scheme: 'h3', covers: true, geofenceVersion: 1 });
    const stored = new Set((await postings()).map(({ pk }) => pk.slice(8)));
    expect(new Set(body.cells.map(cellFromH3))).toEqual(stored);
    const geojson = await invoke(endpoint('geofences/cells'), { key, params: { id }, query: 'format=geojson' });
    expect(geojson.body.features.map((feature: { id: string }) => feature.id)).toEqual(body.cells);
  });
});

describe('an explanation', () => {
  const explain = async (body: object) => (await invoke(endpoint('geofences/explain'), { key, body })).body;

  test('of a point inside says so, and what a device never seen would cause', async () => {
    const answer = await explain(here);
    expect(answer).toMatchObject({
      ...here,
      candidateCount: 1,
      cellsTried: expect.arrayContaining([expect.stringMatching(/^8a/)]),
    });
    expect(answer.geofences).toEqual([
      {
        geofenceId: id,
        geofenceName: 'Tower',
        status: 'active',
        geometryType: 'Circle',
        inside: true,
        distance: 0,
        distanceToEdgeMeters: -300,
        indexHit: true,
        state: null,
        decision: { wouldRecord: 'enter', wouldFireAction: true, stoppedBy: null },
      },
    ]);
  });

  test.each([
    [{ status: 'inactive' }, {}, 'STATUS_INACTIVE', null],
    [{ noise: { maxAccuracyMeters: 10 } }, { accuracyMeters: 11 }, 'MAX_ACCURACY', null],
    [{ noise: { enterConfirmations: 2 } }, {}, 'ENTER_CONFIRMATIONS', null],
    [{ triggerOn: 'exit' }, {}, 'TRIGGER_ON', 'enter'],
    [{}, { at: '2020-01-01T00:00:00Z' }, 'LATE', 'enter'],
    [{}, { latitude: 48.9 }, 'OUTSIDE', null],
  ] as const)('of a fence with %j and a point with %j stops at %s', async (change, point, stoppedBy, wouldRecord) => {
    await writeGeofences.open().update(caller, id, change as never, 'patch', undefined);
    const { geofences } = await explain({ ...here, ...point, geofenceId: id });
    expect(geofences[0].decision).toEqual({ wouldRecord, wouldFireAction: false, stoppedBy });
  });

  test('of an unknown fence or device is 404', async () => {
    for (const unknown of [{ geofenceId: '01a1fe00-0000-7000-8000-000000000000' }, { deviceId: 'd' }]) {
      expect(await explain({ ...here, ...unknown })).toMatchObject({ error_code: 'NOT_FOUND' });
    }
  });
});
