import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, inject, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { unzipped } from '../shared/archives/reading.ts';
import { readCsv } from '../shared/sheets/survey.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** The files of a form over HTTP: bytes that pass the gateway, and a link that opens at the store. */

let api: ReturnType<typeof apiClient>;
let key: string;
beforeAll(async () => {
  useDeployedTables();
  key = await newKey(await newWorkspace(), { scopes: grantableScopes });
  api = apiClient(key);
});

async function aForm(fields: readonly object[]): Promise<string> {
  const { body: project } = await api('POST', '/api/v1/projects', { name: 'P' });
  const draft = { project_id: project.id, name: 'Étude 水', schema: { title: 'T', fields } };
  const { body: form } = await api('POST', '/api/v1/forms', draft);
  expect((await api('POST', `/api/v1/forms/${form.id}/publish`)).status).toBe(200);
  return form.id;
}

async function submit(form_id: string, local_uuid: string, data: object): Promise<void> {
  expect((await api('POST', '/api/v1/submissions', { form_id, local_uuid, data })).status).toBe(201);
}

/** The answer with a file or a link; a busy machine may take more than the 20 seconds of one request. */
async function fileOf(formId: string, kind: string): Promise<Response> {
  for (let tries = 0; tries < 6; tries++) {
    const url = `${inject('stack').url}/api/v1/submissions/export/${kind}?form_id=${formId}`;
    const answer = await fetch(url, { headers: { 'X-API-Key': key }, redirect: 'manual' });
    if (answer.status !== 202) return answer;
    await sleep(2000);
  }
  throw new Error('The file is not ready');
}

const text = (id: string) => ({ id, type: 'text', label: id });
const gps = { id: 'gps', type: 'geopoint', label: 'GPS' };

test('a package is downloaded as bytes, with its name', { timeout: 180_000 }, async () => {
  const formId = await aForm([text('n'), gps]);
  await submit(formId, 'a', { n: 'ä "1"', gps: { latitude: 1.5, longitude: -2 } });
  const answer = await fileOf(formId, 'package');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%89tude_%E6%B0%B4_package.zip");
  const files = await unzipped(Buffer.from(await answer.arrayBuffer()));
  expect([...files.keys()]).toEqual(['Étude_水.csv', 'Étude_水.geojson', 'Étude_水.gpx', 'media/index.csv']);
  expect(readCsv(files.get('Étude_水.csv')!.toString())[1]!.slice(6)).toEqual(['ä "1"', '1.5', '-2', '', '']);
});

test('a file that no response holds is downloaded with a link', { timeout: 180_000 }, async () => {
  const formId = await aForm([text('n'), gps]);
  for (let i = 0; i < 5; i++) {
    await submit(formId, `large ${i}`, { n: String(i).repeat(900_000), gps: { latitude: i, longitude: 1 } });
  }
  const answer = await fileOf(formId, 'geojson');
  expect(answer.status).toBe(303);
  const download = await fetch(answer.headers.get('location')!);
  expect([download.status, download.headers.get('content-type')]).toEqual([200, 'application/geo+json']);
  expect(download.headers.get('content-disposition')).toContain('.geojson');
  expect(((await download.json()) as { features: unknown[] }).features).toHaveLength(5);
});
