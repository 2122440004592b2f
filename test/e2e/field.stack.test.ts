import { randomUUID } from 'node:crypto';
import { beforeAll, expect, inject, test } from 'vitest';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { schema } from '../contract/field-calls.ts';
import { withPhoto } from '../contract/media-calls.ts';
import { multipart, photo } from '../support/forms.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Field data over HTTP: the examples of the document that forms come from, in its order. */

let workspace: WorkspaceRow;
let token: string;
let admin: ReturnType<typeof apiClient>;
beforeAll(async () => {
  useDeployedTables();
  workspace = await newWorkspace();
  token = (await signIn(await newPerson(workspace, 'admin'))).access_token;
  admin = apiClient(token);
});

/** The Python example, line by line: `requests.get(f"{BASE}/projects", headers=HEADERS).json()`. */
async function pythonExample(key: string) {
  const base = `${inject('stack').url}/api/v1/headless`;
  const headers = { 'X-API-Key': key };
  const get = async (path: string) => (await fetch(base + path, { headers })).json() as Promise<never>;
  const projects: { id: string }[] = await get('/projects');
  const forms: { id: string }[] = await get(`/forms?project_id=${projects[0]!.id}`);
  const read: { schema: object } = await get(`/forms/${forms[0]!.id}/schema`);
  const response = await fetch(`${base}/submit`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ form_id: forms[0]!.id, data_json: { full_name: 'Maria Lopez', has_water: 'yes' } }),
  });
  return { read, status: response.status, answer: (await response.json()) as { status: string; id: string } };
}

test('a form is made, published, filled in by a machine with a headless key, read and deleted', async () => {
  const project = await admin('POST', '/api/v1/projects', { name: '2026 Census' });
  expect(project.status).toBe(201);
  const form = await admin('POST', '/api/v1/forms', { project_id: project.body.id, name: 'Household Survey', schema });
  expect(form.status).toBe(201);
  expect((await admin('POST', `/api/v1/forms/${form.body.id}/publish`)).body).toMatchObject({ version_num: 1 });

  const { status, answer, read } = await pythonExample(await newKey(workspace, { scopes: [] }));
  expect([status, answer]).toEqual([201, { status: 'accepted', id: expect.any(String) }]);
  expect(read.schema).toEqual({ version: 1, ...schema });
  const listed = await admin('GET', `/api/v1/submissions?form_id=${form.body.id}`);
  expect(listed.body).toMatchObject([{ id: answer.id, source: 'headless', data: { full_name: 'Maria Lopez' } }]);

  expect((await admin('DELETE', `/api/v1/projects/${project.body.id}`)).body.error_code).toBe('PROJECT_NOT_EMPTY');
  expect((await admin('DELETE', `/api/v1/forms/${form.body.id}`)).status).toBe(204);
  expect((await admin('GET', '/api/v1/submissions')).body).toEqual([]);
  expect((await admin('DELETE', `/api/v1/projects/${project.body.id}`)).status).toBe(204);
});

test('a headless key may not manage forms', async () => {
  const machine = apiClient(await newKey(workspace, { scopes: [] }));
  for (const path of ['/api/v1/projects', '/api/v1/forms', '/api/v1/submissions']) {
    expect((await machine('GET', path)).body.error_code).toBe('SCOPE_MISSING');
  }
});

test('a bulk of 500 is stored within twenty seconds', async () => {
  const project = await admin('POST', '/api/v1/projects', { name: 'Bulk' });
  const form = await admin('POST', '/api/v1/forms', { project_id: project.body.id, name: 'Bulk', schema });
  await admin('POST', `/api/v1/forms/${form.body.id}/publish`);
  const items = Array.from({ length: 500 }, (_, i) => ({
    form_id: form.body.id,
    local_uuid: `${form.body.id}-${i}`,
    data: { full_name: `Person ${i}`, has_water: i % 2 ? 'yes' : 'no' },
  }));
  const { status, body } = await admin('POST', '/api/v1/submissions/bulk', items);
  expect([status, body.accepted.length, body.errors]).toEqual([200, 500, []]);
});

test('photos come before and after their submission, in a form and with a link, and are read', async () => {
  const project = await admin('POST', '/api/v1/projects', { name: 'With photos' });
  const made = { project_id: project.body.id, name: 'Survey', schema: withPhoto };
  const { id: form_id } = (await admin('POST', '/api/v1/forms', made)).body;
  await admin('POST', `/api/v1/forms/${form_id}/publish`);
  const local_uuid = randomUUID();
  const place = { submission_local_uuid: local_uuid, field_id: 'photo' };

  const first = photo('first', 4 * 1024 * 1024);
  const form = multipart({ file: { name: 'foto ñ.jpg', bytes: first, type: 'image/jpeg' }, ...place });
  const sent = await admin('POST', '/api/v1/media/upload', form.body, form.headers);
  expect([sent.status, sent.body.filename]).toEqual([201, 'foto ñ.jpg']);
  const data = { full_name: 'Maria Lopez', has_water: 'yes', members: [{}] };
  const { id } = (await admin('POST', '/api/v1/submissions', { form_id, local_uuid, data })).body;
  const read = async () => (await admin('GET', `/api/v1/submissions/${id}`)).body;
  expect((await read()).data.photo).toBe(sent.body.media_file_id);
  const bytesOf = async (mediaId: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    // A client drops its credential when the answer leads to another host.
    const answer = await fetch(`${inject('stack').url}/api/v1/media/${mediaId}`, { headers });
    return Buffer.from(await answer.arrayBuffer());
  };
  expect((await bytesOf(sent.body.media_file_id)).equals(first)).toBe(true);

  const second = photo('second', 5 * 1024 * 1024);
  const tooLarge = multipart({ file: { name: 'a.jpg', bytes: second }, ...place });
  const refused = await admin('POST', '/api/v1/media/upload', tooLarge.body, tooLarge.headers);
  expect([refused.status, refused.body.error_code]).toEqual([413, 'FILE_TOO_LARGE']);

  const draft = { filename: 'b.jpg', content_type: 'image/jpeg', size_bytes: second.length };
  const begun = await admin('POST', '/api/v1/media/uploads', { ...draft, ...place, field_id: 'members[0].face' });
  const { media_file_id, url, headers, method } = begun.body;
  expect((await fetch(url, { method, headers, body: second })).status).toBe(200);
  const completed = await admin('POST', `/api/v1/media/uploads/${media_file_id}/complete`);
  expect([completed.status, completed.body.size_bytes]).toEqual([200, second.length]);
  expect((await read()).media.map((one: { media_file_id: string }) => one.media_file_id)).toEqual([
    media_file_id,
    sent.body.media_file_id,
  ]);
  expect((await bytesOf(media_file_id)).equals(second)).toBe(true);
});
