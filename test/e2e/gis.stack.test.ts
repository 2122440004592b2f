import { beforeAll, describe, expect, inject, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { devices } from '../../shared/devices/devices.ts';
import { thinRow as thinOfEntity } from '../../shared/entity/filters.ts';
import { bodyRow as bodyOfEntity } from '../../shared/entity/rows.ts';
import { draftFence, type Fence } from '../../shared/geofences/fence.ts';
import { bodyRow } from '../../shared/geofences/rows.ts';
import { thinRow } from '../../shared/geofences/thin-row.ts';
import { pointKey, pointRow } from '../../shared/locations/row.ts';
import { newId } from '../../shared/table/ids.ts';
import { deviceKeys } from '../../shared/table/keys/devices.ts';
import { entityKeys } from '../../shared/table/keys/entities.ts';
import { geofenceKeys } from '../../shared/table/keys/geofences.ts';
import { tripKeys } from '../../shared/table/keys/trips.ts';
import { Table } from '../../shared/table/table.ts';
import type { TenantReference } from '../../shared/tenancy/tenant.ts';
import { tenantOf } from '../../shared/tenancy/workspace-record.ts';
import { type GdalRead, type GdalReport, readByGdal } from '../support/gdal.ts';
import { withoutPython } from '../support/python.ts';
import { newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';
import { qgisRequests } from './qgis-requests.ts';

/** The requests of GIS programs at their default settings, with more geofences than fit on a page. */

const count = 1050;
const year = 31_536_000_000;
let url: string;
let key: string;
let fences: Fence[];

/** A grid of circles over Europe, 30 in a row; the first is the last one that was created. */
function fenceAt(i: number): Fence {
  const now = Date.parse('2026-03-17T10:00:00Z') + i;
  const place = { latitude: 36 + Math.floor(i / 30) / 2, longitude: (i % 30) / 2, radiusMeters: 100 };
  const status = i % 10 === 0 ? 'inactive' : 'active';
  const more = {
    groupName: `Group ${i % 7}`,
    tags: ['a', 'b'],
    cooldownMs: year,
    externalId: i === 5 ? 'site/5 é' : null,
  };
  return draftFence(newId(now), { name: `Site ${i}`, ...place, status, ...more }, now);
}

/** Devices on a parallel, each where it was a minute after the one before; every third one is a phone. */
const fleet = 1020;
const kindOf = (i: number) => (i % 3 === 0 ? 'mobile' : 'tracker');
const longitudeOf = (i: number) => i / 10;
const seenAt = (i: number) => Date.parse('2026-03-20T00:00:00Z') + i * 60_000;

/** The first devices have a session of two points each. */
const tracked = 5;
const headOfTrack = (i: number) => ({ firstAt: seenAt(i), newestAt: seenAt(i) + 60_000, trip: '{"status":"ENDED"}' });

function rowsOfTrack(reference: TenantReference, deviceId: string, i: number): Promise<void>[] {
  const [startedAt, endedAt] = [seenAt(i), seenAt(i) + 60_000];
  const times = { startedAt, from: startedAt, endedAt, pauses: '[]', createdAt: startedAt, updatedAt: endedAt };
  const trip = { ...times, name: `Round ${i}`, status: 'ENDED', points: 2, millimeters: 1000, version: 1 };
  const fixes = [startedAt, endedAt].map((at, k) => ({
    ...{ at, receivedAt: at, latitude: 48 + k / 100, longitude: longitudeOf(i), accuracyMeters: null },
  }));
  return [
    new Table('main').put(tripKeys.trip(reference, deviceId, newId(startedAt)), trip),
    ...fixes.map((fix) =>
      new Table('telemetry').put(pointKey(reference, deviceId, fix), { ...pointRow({ fix, more: undefined }, 3650) }),
    ),
  ];
}

/** Rows as the stores write them. */
async function storeDevice(reference: TenantReference, i: number): Promise<void> {
  const main = new Table('main');
  const id = newId(seenAt(i));
  const place = { latitude: 48, longitude: longitudeOf(i), recordedAt: new Date(seenAt(i)).toISOString() };
  const more = { accuracyMeters: 8, altitudeMeters: null, speedMps: 4.5, headingDegrees: null, batteryPercent: 81 };
  const lastLocation = JSON.stringify({ ...place, ...more, metadata: {} });
  const values = { name: `Van ${i}`, kind: kindOf(i), externalId: null, siteId: null, tags: ['van'] };
  const entity = { id, values, links: [], createdAt: seenAt(i), updatedAt: seenAt(i), version: 1, serial: undefined };
  await Promise.all([
    main.put(entityKeys.thin(reference, devices.name, id), thinOfEntity(devices, values)),
    main.put(entityKeys.body(reference, devices.name, id), bodyOfEntity(entity as never)),
    main.put(deviceKeys.head(reference, id), { lastLocation, ...(i < tracked ? headOfTrack(i) : {}) }),
    ...(i < tracked ? rowsOfTrack(reference, id, i) : []),
  ]);
}

beforeAll(async () => {
  useDeployedTables();
  const workspace = await newWorkspace();
  key = await newKey(workspace, { scopes: grantableScopes });
  url = `${inject('stack').url}/api/v1/ogc`;
  fences = Array.from({ length: count }, (_, i) => fenceAt(i));
  // Rows as the store writes them, without the cells of the index, which lists do not read.
  const { reference } = tenantOf(workspace);
  const main = new Table('main');
  for (let i = 0; i < count; i += 50) {
    const writes = fences
      .slice(i, i + 50)
      .flatMap((fence) => [
        main.put(geofenceKeys.thin(reference, fence.id), thinRow(reference, fence)),
        main.put(geofenceKeys.body(reference, fence.id), bodyRow(fence)),
      ]);
    if (fences[i + 5]?.externalId) {
      const { id, externalId } = fences[i + 5]!;
      writes.push(main.put(geofenceKeys.externalId(reference, externalId!), { id }));
    }
    await Promise.all(writes);
  }
  for (let i = 0; i < fleet; i += 60) {
    await Promise.all(Array.from({ length: Math.min(60, fleet - i) }, (_, k) => storeDevice(reference, i + k)));
  }
});

/** Reads of the collection of device locations, and the number of features that each finds. */
const locationReads: readonly { read: GdalRead; found: number; requests: readonly (string | RegExp)[] }[] = [
  { read: {}, found: fleet, requests: ['?limit=1000', /^\?limit=1000&cursor=/] },
  { read: { where: "kind = 'mobile'" }, found: fleet / 3, requests: ['?limit=1000&kind=mobile'] },
  { read: { where: 'speedMps > 5' }, found: 0, requests: ['?limit=1000', /cursor=/] },
  {
    read: { where: "recordedAt < '2026-03-20T00:10:00Z'" },
    // The end of an interval belongs to it.
    found: 11,
    requests: [/datetime=\.\.%2F2026-03-20T00:10:00Z/],
  },
  { read: { bbox: [9.95, 47, 20.05, 49] }, found: 101, requests: [/^\?limit=1000&bbox=/] },
];

const matching = (wanted: (fence: Fence) => boolean) => fences.filter(wanted).length;
const groupOf = (i: number) => `Group ${i}`;
const sample = '?limit=20';
const page = '?limit=1000';

/** Reads of GDAL, the number of features that each finds, and the further requests that it sends to the server. */
const questions: readonly { read: GdalRead; found: () => number; requests: readonly (string | RegExp)[] }[] = [
  { read: {}, found: () => count, requests: [page, /^\?limit=1000&cursor=/] },
  {
    read: { where: "status = 'inactive'" },
    found: () => matching(({ status }) => status === 'inactive'),
    requests: [`${page}&status=inactive`],
  },
  {
    read: { where: "groupName = 'Group 3' AND status = 'active'" },
    found: () => matching(({ groupName, status }) => groupName === groupOf(3) && status === 'active'),
    requests: [`${page}&groupName=Group%203&status=active`],
  },
  {
    read: { where: "externalId = 'site/5 é'" },
    found: () => 1,
    requests: [/^\?limit=1000&externalId=site%2F5%20%C3%A9$/],
  },
  // The server has no such filter: GDAL reads everything and filters by itself.
  { read: { where: "name = 'Site 7'" }, found: () => 1, requests: [page, /cursor=/] },
  {
    read: { where: "status = 'inactive' AND name LIKE 'Site 1%'" },
    found: () => matching(({ status, name }) => status === 'inactive' && name.startsWith('Site 1')),
    requests: [`${page}&status=inactive`],
  },
  { read: { where: `cooldownMs = ${year}` }, found: () => count, requests: [page, /cursor=/] },
  {
    read: { where: "createdAt >= '2026-03-17'" },
    found: () => count,
    requests: [/datetime=2026-03-17T%2F\.\./, /cursor=/],
  },
  {
    read: { where: "createdAt < '2026-03-17T10:00:00Z'" },
    found: () => 1,
    requests: [/datetime=\.\.%2F2026-03-17T10:00:00Z/],
  },
  {
    read: { bbox: [1.9, 37.9, 4.1, 40.1] },
    found: () =>
      matching(
        ({ shape: { latitude, longitude } }) => latitude >= 38 && latitude <= 40 && longitude >= 2 && longitude <= 4,
      ),
    requests: [/^\?limit=1000&bbox=1\.8999\d*,37\.8999\d*,4\.0999\d*,40\.1\d*$/],
  },
];

describe.skipIf(withoutPython)(`GDAL ${withoutPython ?? ''}`, () => {
  let report: GdalReport;
  beforeAll(async () => {
    const wrong = [{ where: "status = 'lost'" }, { where: "updatedAt > '2020-01-01'" }];
    report = await readByGdal(url, key, 'geofences', [...questions.map(({ read }) => read), ...wrong]);
  }, 180_000);

  test.each(questions.map((question, i) => ({ ...question, i, asked: JSON.stringify(question.read) })))(
    'reads $asked',
    ({ i, found, requests }) => {
      const answer = report.reads[i]!;
      expect(answer.error).toBeUndefined();
      expect([answer.count, answer.distinct]).toEqual([found(), found()]);
      expect(answer.requests).toEqual(
        [sample, ...requests].map((one) => (one instanceof RegExp ? expect.stringMatching(one) : one)),
      );
    },
  );

  test('knows the type of every column, and keeps every digit', () => {
    const { types, error } = report.info;
    expect(error).toBeUndefined();
    expect(types).toMatchObject({
      id: 'OFTString',
      name: 'OFTString',
      latitude: 'OFTReal',
      radiusMeters: 'OFTInteger',
      dwellMinutes: 'OFTInteger',
      cooldownMs: 'OFTReal',
      createdAt: 'OFTDateTime',
      tags: 'OFTStringList',
      groupName: 'OFTString',
      detectCrossing: 'OFTInteger',
    });
    expect(report.reads[0]?.first).toMatchObject({ cooldownMs: [year, year, year], radiusMeters: [100, 100, 100] });
  });

  test('gets the number and the extent of all features', () => {
    const { features, bounds, crs } = report.info;
    expect([features, crs]).toEqual([count, 'EPSG:4326']);
    const [west, south, east, north] = bounds!;
    for (const [bound, centre] of [
      [west, 0],
      [south, 36],
      [east, 14.5],
      [north, 53],
    ]) {
      expect(Math.abs(bound! - centre!)).toBeLessThan(0.003);
    }
  });

  test('reads where devices are, with the same filters', { timeout: 120_000 }, async () => {
    const { info, reads } = await readByGdal(
      url,
      key,
      'device-locations',
      locationReads.map(({ read }) => read),
    );
    expect(info.error).toBeUndefined();
    expect(info.types).toMatchObject({
      id: 'OFTString',
      deviceId: 'OFTString',
      recordedAt: 'OFTDateTime',
      speedMps: 'OFTReal',
      accuracyMeters: 'OFTReal',
      tags: 'OFTStringList',
    });
    expect(info.bounds).toBeDefined();
    for (const [i, { read, found, requests }] of locationReads.entries()) {
      const answer = reads[i]!;
      const asked = JSON.stringify(read);
      expect([asked, answer.error, answer.count, answer.distinct]).toEqual([asked, undefined, found, found]);
      expect(answer.requests, asked).toEqual(
        [sample, ...requests].map((one) => (one instanceof RegExp ? expect.stringMatching(one) : one)),
      );
    }
    expect(reads[0]?.first).toMatchObject({ name: [`Van ${fleet - 1}`, `Van ${fleet - 2}`, `Van ${fleet - 3}`] });
  });

  test('reads the tracks of devices', { timeout: 120_000 }, async () => {
    const bbox = [0.15, 47, 0.25, 49];
    const { info, reads } = await readByGdal(url, key, 'tracks', [{}, { bbox }, { where: "startedAt < '2026-03-20'" }]);
    expect(info.error).toBeUndefined();
    expect(info.types).toMatchObject({ sessionId: 'OFTString', startedAt: 'OFTDateTime', simplified: 'OFTInteger' });
    expect(reads.map(({ count, error }) => [count, error])).toEqual([
      [tracked, undefined],
      [1, undefined],
      [1, undefined],
    ]);
    expect(reads[1]?.first).toMatchObject({ name: ['Round 2'], deviceName: ['Van 2'], pointCount: [2] });
  });

  test('reports an error for what the server cannot answer', () => {
    const [lost, changed] = report.reads.slice(-2);
    expect(lost?.error).toMatch(/HTTP error code : 400.*Should be .*active/);
    expect(changed?.error).toContain('updatedAt');
  });
});

describe('QGIS', () => {
  const ask = async ({ method, path, accept }: (typeof qgisRequests)[number]) => {
    const authorization = `Basic ${Buffer.from(`gis:${key}`).toString('base64')}`;
    const answer = await fetch(url + path.replace('{id}', fences[0]!.id), {
      method,
      headers: { accept, authorization },
    });
    const text = await answer.text();
    return { answer, body: text ? JSON.parse(text) : undefined };
  };

  test.each(qgisRequests)('$method $path', async (request) => {
    const { answer, body } = await ask(request);
    expect(answer.status, JSON.stringify(body)).toBe(request.method === 'OPTIONS' ? 204 : 200);
    request.expected(body, answer, { url, count, id: fences[0]!.id });
  });
});
