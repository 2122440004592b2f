import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { exportFiles } from '../../shared/files/keys.ts';
import { linkTo } from '../../shared/files/link.ts';
import { removeFilesOf } from '../../shared/files/remove-all.ts';
import { putFile } from '../../shared/files/store.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Exports over HTTP: requested, polled, downloaded from the store, opened, deleted. */

const path = '/api/v1/exports';
const longestSeconds = 90;

let workspace: WorkspaceRow;
let api: ReturnType<typeof apiClient>;
beforeAll(async () => {
  useDeployedTables();
  workspace = await newWorkspace();
  api = apiClient(await newKey(workspace, { scopes: grantableScopes }));
});

/** Waits until a job has a status other than these. */
async function after(id: string, ...statuses: string[]) {
  const began = Date.now();
  for (;;) {
    const { body } = await api('GET', `${path}/${id}`);
    if (!statuses.includes(body.status)) return body;
    expect(Date.now() - began, `the export is still ${body.status}`).toBeLessThan(longestSeconds * 1000);
    await sleep(500);
  }
}

/** The files of an archive, as Python reads it. */
function opened(archive: Buffer): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-export-'));
  try {
    writeFileSync(join(directory, 'a.zip'), archive);
    const program = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({n: z.read(n).decode('utf-8') for n in z.namelist()}))`;
    return JSON.parse(execFileSync('python3', ['-c', program, join(directory, 'a.zip')], { encoding: 'utf8' }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

test('an export is asked for, ready, downloaded, opened and deleted', { timeout: 240_000 }, async () => {
  const { body: device } = await api('POST', '/api/v1/devices', { name: 'Größe =1 車' });
  const points = Array.from({ length: 20 }, (_, i) => ({
    latitude: 46.9 + i / 1000,
    longitude: -7.4,
    recordedAt: minutesAgo(30 - i),
    speedMps: 3.5,
  }));
  const sent = await api('POST', `/api/v1/devices/${device.id}/locations`, points);
  expect(sent.body).toMatchObject({ accepted: 20 });
  const draft = {
    scopeType: 'DEVICE',
    scopeId: device.id,
    from: minutesAgo(60),
    to: minutesAgo(0),
    includes: ['READINGS', 'ANNOTATIONS', 'LOCATIONS', 'EVENTS'],
  };
  const created = await api('POST', path, draft, { 'Idempotency-Key': 'export-1' });
  expect([created.status, created.body]).toEqual([
    201,
    expect.objectContaining({ id: expect.any(String), status: 'PENDING', scopeId: device.id, format: 'CSV' }),
  ]);
  expect(created.headers.get('location')).toBe(`${inject('stack').url}${path}/${created.body.id}`);
  expect((await api('POST', path, draft, { 'Idempotency-Key': 'export-1' })).body).toEqual(created.body);

  const ready = await after(created.body.id, 'PENDING', 'RUNNING');
  expect(ready).toMatchObject({
    ...created.body,
    status: 'READY',
    readingCount: 0,
    annotationCount: 0,
    locationCount: 20,
    eventCount: 0,
    sizeBytes: expect.any(Number),
  });
  expect(ready.downloadUrl).toMatch(new RegExp(`/exports/${ready.id}\\.zip\\?.*X-Amz-Signature=`));
  // No credential: the link is enough.
  const download = await fetch(ready.downloadUrl);
  const archive = Buffer.from(await download.arrayBuffer());
  expect([download.status, download.headers.get('content-type'), archive.length]).toEqual([
    200,
    'application/zip',
    ready.sizeBytes,
  ]);
  const files = opened(archive);
  expect(Object.keys(files)).toEqual([
    'readings.csv',
    'annotations.csv',
    'locations.csv',
    'events.csv',
    'manifest.json',
  ]);
  const rows = parse(files['locations.csv']!, { columns: true }) as Record<string, string>[];
  expect(rows).toHaveLength(20);
  expect(rows[0]).toMatchObject({ device_id: device.id, latitude: '46.9', longitude: '-7.4', speed_mps: '3.5' });
  expect(JSON.parse(files['manifest.json']!).files).toHaveLength(4);

  const { body: list } = await api('GET', `${path}?status=READY&scopeId=${device.id}`);
  const { downloadUrl, ...shown } = ready;
  expect(list.data).toEqual([shown]);

  expect((await api('DELETE', `${path}/${ready.id}`)).status).toBe(204);
  expect((await api('GET', `${path}/${ready.id}`)).body).toMatchObject({ error_code: 'NOT_FOUND' });
  await vi.waitFor(async () => expect((await fetch(downloadUrl)).status).toBe(404), { timeout: 30_000, interval: 500 });
});

test('the store refuses a link that is over, changed or not signed', async () => {
  const key = exportFiles.archive(workspace.reference, 'attempt', 'e1');
  await putFile(key, Buffer.from('text'));
  const inAnHour = Date.now() + 3_600_000;
  const fresh = await linkTo(key, inAnHour);
  expect(fresh.startsWith(inject('stack').endpoint)).toBe(true);
  expect(await (await fetch(fresh)).text()).toBe('text');
  vi.useFakeTimers({ now: Date.now() - 15 * 60_000 - 2000, toFake: ['Date'] });
  const old = await linkTo(key, inAnHour);
  vi.useRealTimers();
  const ended = await linkTo(key, Date.now());
  const [plain] = fresh.split('?');
  for (const refused of [old, ended, fresh.replace(/Signature=..../, 'Signature=0000'), plain!]) {
    expect((await fetch(refused)).status, refused).toBe(403);
  }
});

test('an export of what is deleted meanwhile fails, and those of others follow', { timeout: 240_000 }, async () => {
  const [{ body: gone }, { body: kept }] = [
    await api('POST', '/api/v1/devices', { name: 'Gone' }),
    await api('POST', '/api/v1/devices', { name: 'Kept' }),
  ];
  const ask = async (scopeId: string) => {
    const draft = { scopeType: 'DEVICE', scopeId, from: minutesAgo(60), to: minutesAgo(0), includes: ['LOCATIONS'] };
    return (await api('POST', path, { ...draft, format: 'NDJSON' })).body.id as string;
  };
  const jobs: string[] = [];
  for (const one of [kept, kept, gone, kept]) jobs.push(await ask(one.id));
  expect((await api('DELETE', `/api/v1/devices/${gone.id}`)).status).toBe(204);
  const ended = [];
  for (const id of jobs) ended.push(await after(id, 'PENDING', 'RUNNING'));
  const done = ended.map(({ status, errorCode = '' }) => `${status} ${errorCode}`.trim());
  expect([done[0], done[1], done[3]]).toEqual(['READY', 'READY', 'READY']);
  expect(['READY', 'FAILED SCOPE_GONE']).toContain(done[2]);
  const inOrder = [ended[0], ended[1], ended[3]].map(({ completedAt }) => completedAt);
  expect(inOrder).toEqual(inOrder.toSorted());
});

test('the operator removes all files of a workspace', async () => {
  expect(await removeFilesOf(workspace.reference)).toBeGreaterThan(0);
  expect(await removeFilesOf(workspace.reference)).toBe(0);
});
