import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { type BodyRow, readBody } from '../../shared/geofences/rows.ts';
import { cellKeys, geofenceKeys } from '../../shared/table/keys/geofences.ts';
import { Table } from '../../shared/table/table.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/**
 * The old cells of a moved fence are removed by stream → queue → worker, and meanwhile no check gets a wrong answer.
 */

const path = '/api/v1/geofences';
const longestSeconds = 60;

test('the cells of a former place are cleaned up soon after a move; checks are correct all the time', {
  timeout: 120_000,
}, async () => {
  useDeployedTables();
  const workspace = await newWorkspace();
  const api = apiClient(await newKey(workspace, { scopes: grantableScopes }));
  const places = { old: { latitude: 35.6586, longitude: 139.7454 }, next: { latitude: -22.9519, longitude: -43.2105 } };
  const { body: fence } = await api('POST', path, { name: 'Mover', ...places.old, radiusMeters: 2000 });
  const { body: neighbour } = await api('POST', path, { name: 'Stays', ...places.old, radiusMeters: 900 });
  const stored = async () =>
    readBody((await new Table('main').get<BodyRow>(geofenceKeys.body(workspace.reference, fence.id)))!);
  const { index: before } = await stored();

  await api('PATCH', `${path}/${fence.id}`, places.next);
  const moved = Date.now();
  expect((await stored()).index.stale).toEqual(before.cover);

  const holding = async (place: object): Promise<string[]> => {
    const { body } = await api('POST', `${path}/check`, place);
    return body.matches.map((match: { geofenceId: string }) => match.geofenceId);
  };
  let checks = 0;
  while ((await stored()).index.stale.length > 0) {
    expect(await holding(places.old)).toEqual([neighbour.id]);
    expect(await holding(places.next)).toEqual([fence.id]);
    checks += 1;
    expect(Date.now() - moved, 'stale cells are still there').toBeLessThan(longestSeconds * 1000);
    await sleep(500);
  }
  expect(checks).toBeGreaterThan(5);

  const { index: after, version } = await stored();
  expect(after.version).toBe(before.version + 1);
  expect(version, 'clean-up is no change of the fence').toBe(2);
  const rows = await Promise.all(
    before.cover.map((cell) => new Table('cells').queryAll<{ sk: string }>(cellKeys.cell(workspace.reference, cell))),
  );
  expect(rows.flat().map(({ sk }) => sk)).not.toContain(fence.id);
  expect(await holding(places.old)).toEqual([neighbour.id]);
  expect(await holding(places.next)).toEqual([fence.id]);
  const { status, body } = await api('PATCH', `${path}/${fence.id}`, { name: 'Still writable' });
  expect([status, body.version]).toEqual([200, 3]);
});
