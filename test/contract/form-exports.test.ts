import { randomUUID } from 'node:crypto';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { usesOf } from '../../shared/http/uses.ts';
import { platform } from '../platform/in-process.ts';
import { holdUntilAllHaveRead, into } from '../platform/racing.ts';
import { relayEvents } from '../platform/stream.ts';
import { unzipped } from '../shared/archives/reading.ts';
import { readCsv } from '../shared/sheets/survey.ts';
import { type EndpointName, endpoint } from '../support/endpoints.ts';
import { photo as jpeg, multipart } from '../support/forms.ts';
import { actingAs } from '../support/grants.ts';
import { contextOf, gatewayEvent } from '../support/invoke.ts';
import { newWorld, type World } from './world.ts';

/** The files of a form through the API, with the rights that its endpoints and workers declare. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

async function done(name: EndpointName, asked: Parameters<World['call']>[1]) {
  const answer = await world.call(name, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

const text = (id: string, label: string) => ({ id, type: 'text', label });
const gps = { id: 'gps', type: 'geopoint', label: 'GPS' };
const members = { id: 'members', type: 'repeat', label: 'Members', fields: [text('name', 'Name')] };

async function aForm(name: string, fields: readonly object[]): Promise<string> {
  const project = await done('projects/create', { body: { name: 'P' } });
  const schema = { title: name, fields };
  const { id } = await done('forms/create', { body: { project_id: project.id, name, schema } });
  await done('forms/publish', { params: { form_id: id } });
  return id;
}

const submit = async (form_id: string, data: object, more: object = {}) =>
  (await done('submissions/create', { body: { form_id, local_uuid: randomUUID(), data, ...more } })).id;

/** The answer with its bytes, as API Gateway gets it. */
async function bytesOf(name: EndpointName, form_id: string, headers: Record<string, string> = {}, more = '') {
  const { route, handler } = endpoint(name);
  const event = gatewayEvent(route, { key: world.key, query: `form_id=${form_id}${more}`, headers });
  const result = await actingAs(route.operationId, usesOf(route), () => handler(event, contextOf(route)));
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  return { status: result.statusCode, headers: result.headers, body };
}

const jobsOf = (formId: string) =>
  platform.database.rows('main', ({ pk, scopeId }) => String(pk).endsWith('#export') && scopeId === formId);

test('a package holds what was submitted to all versions, whatever the language of the form', async () => {
  const formId = await aForm('מִשְׁפָּחָה 🏠', [text('full_name', 'שם'), text('old', 'Old')]);
  const first = await submit(formId, { full_name: '=1+1', old: 'x' }, { collected_at: '2026-03-17T14:35:00Z' });
  const fields = [text('full_name', 'שם'), gps, members];
  await done('forms/update', { params: { form_id: formId }, body: { schema: { title: 'T', fields } } });
  await done('forms/publish', { params: { form_id: formId } });
  const data = { full_name: 'Jose\u0301', gps: { latitude: 1.1, longitude: -2 }, members: [{ name: '🦊' }] };
  const second = await submit(formId, data, { collected_at: '2026-03-17T16:35:00+01:00' });
  const { status, headers, body } = await bytesOf('submissions/export-package', formId);
  expect(status).toBe(200);
  expect(headers['Content-Disposition']).toContain(`filename*=UTF-8''${encodeURIComponent('מִשְׁפָּחָה'.normalize('NFC'))}`);
  const files = await unzipped(body);
  const name = [...files.keys()][0]!.replace('.csv', '');
  expect([...files.keys()]).toEqual(
    ['.csv', '_members.csv', '.geojson', '.gpx'].map((end) => name + end).concat('media/index.csv'),
  );
  expect(readCsv(files.get(`${name}.csv`)!.toString()).map((row) => [row[0], ...row.slice(5)])).toEqual([
    ['submission_id', 'version_num', 'שם', 'GPS_lat', 'GPS_lng', 'GPS_alt', 'GPS_accuracy', 'Old'],
    [first, '1', "'=1+1", '', '', '', '', 'x'],
    [second, '2', 'Jose\u0301', '1.1', '-2', '', '', ''],
  ]);
  expect(readCsv(files.get(`${name}_members.csv`)!.toString())[1]).toEqual([second, '0', '🦊']);
});

test('photos that are uploaded before and after their submission are in the package, and in the tables', async () => {
  const photo = { id: 'photo', type: 'photo', label: 'Photo' };
  const formId = await aForm('Photos', [
    photo,
    { ...members, fields: [text('name', 'Name'), { ...photo, id: 'face', label: 'Face' }] },
  ]);
  const local_uuid = randomUUID();
  const send = async (field_id: string, name: string, bytes: Buffer) => {
    const file = { name, bytes, type: 'image/jpeg' };
    return (await done('media/upload', multipart({ file, submission_local_uuid: local_uuid, field_id }))).media_file_id;
  };
  const [early, late] = [jpeg('early'), jpeg('late')];
  const face = await send('members[1].face', '顔.jpg', early);
  const data = { photo: 'p.jpg', members: [{ face: 'never.jpg' }, { name: 'Bo' }] };
  const id = await submit(formId, data, { local_uuid });
  const before = await bytesOf('submissions/export-package', formId);
  expect(readCsv((await unzipped(before.body)).get('Photos.csv')!.toString())[1]!.at(-1)).toBe('[upload_missing]');
  const photoId = await send('photo', 'p.jpg', late);
  await relayEvents();
  const files = await unzipped((await bytesOf('submissions/export-package', formId)).body);
  expect(files.get(`media/${id}/photo/p.jpg`)!.equals(late)).toBe(true);
  expect(files.get(`media/${id}/face/顔.jpg`)!.equals(early)).toBe(true);
  expect(readCsv(files.get('Photos.csv')!.toString())[1]!.at(-1)).toBe(photoId);
  const faces = readCsv(files.get('Photos_members.csv')!.toString()).map((row) => row.at(-1));
  expect(faces).toEqual(['Face', '[upload_missing]', face]);
  const [, ...index] = readCsv(files.get('media/index.csv')!.toString());
  expect(index.map(([submission, field, name]) => [submission, field, name])).toEqual([
    [id, 'members[1].face', '顔.jpg'],
    [id, 'photo', 'p.jpg'],
  ]);
});

test('thirty equal requests at once make one job, and all get its file', async () => {
  const formId = await aForm('Busy', [text('n', 'N')]);
  await submit(formId, { n: 'a' });
  holdUntilAllHaveRead(30, into('#export-asked#'));
  const all = await Promise.all(Array.from({ length: 30 }, () => bytesOf('submissions/export-csv', formId)));
  expect(new Set(all.map(({ status, body }) => `${status} ${body.toString('base64')}`)).size).toBe(1);
  expect(all[0]!.status).toBe(200);
  expect(jobsOf(formId)).toHaveLength(1);
}, 30_000);

test('a large file is answered with a link, which opens without a credential', async () => {
  const formId = await aForm('Large', [text('n', 'N'), gps]);
  for (let i = 0; i < 6; i++)
    await submit(formId, { n: String(i).repeat(900_000), gps: { latitude: i, longitude: 1 } });
  const { status, headers, body } = await bytesOf('submissions/export-geojson', formId);
  expect([status, body.length]).toEqual([303, 0]);
  const { features } = JSON.parse(platform.store.open(headers.Location!).toString());
  expect(features).toHaveLength(6);
}, 30_000);

test('a request that does not wait gets the job, and its repetition the file', async () => {
  const formId = await aForm('Later', [text('n', 'N')]);
  await submit(formId, { n: 'a' });
  const { status, headers, body } = await bytesOf('submissions/export-csv', formId, { prefer: 'respond-async' });
  const job = JSON.parse(body.toString());
  expect(status).toBe(202);
  expect(headers.Location).toMatch(new RegExp(`^https?://.*/api/v1/exports/${job.id}$`));
  await relayEvents();
  const { body: ready } = await world.call('exports/get', { params: { id: job.id } });
  expect(ready).toMatchObject({ status: 'READY', submissionCount: 1, includes: ['SUBMISSIONS_CSV'] });
  const file = await bytesOf('submissions/export-csv', formId);
  expect(file.body.equals(platform.store.open(ready.downloadUrl))).toBe(true);
  expect(jobsOf(formId)).toHaveLength(1);
  await submit(formId, { n: 'b' });
  const files = await unzipped((await bytesOf('submissions/export-csv', formId)).body);
  expect(readCsv(files.get('Later.csv')!.toString())).toHaveLength(3);
  expect(jobsOf(formId)).toHaveLength(2);
});

test.each([
  ['a file', 200, 1],
  ['a large file', 303, 6],
] as const)(
  '%s that takes longer than 20 seconds is answered with its job, and the same request later with %s',
  async (_, later, texts) => {
    const formId = await aForm('Slow', [text('n', 'N'), gps]);
    const where = { latitude: 1, longitude: 1 };
    for (let i = 0; i < texts; i++) await submit(formId, { n: String(i).repeat(900_000), gps: where });
    const released = Promise.withResolvers<void>();
    platform.store.before = async (call) => {
      if (call.startsWith('CreateMultipartUpload ')) await released.promise;
    };
    const goOn = () => {
      vi.useRealTimers();
      platform.store.before = () => undefined;
      platform.database.after = () => undefined;
      released.resolve();
    };
    onTestFinished(goOn);
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const began = Date.now();
    let looks = 0;
    platform.database.after = ({ operation, input }) => {
      if (operation !== 'GetCommand' || input.Key.sk !== jobsOf(formId)[0]?.sk) return;
      vi.setSystemTime(began + ([10_000, 19_000][looks] ?? 20_000));
      looks += 1;
    };
    const { status, headers, body } = await bytesOf('submissions/export-geojson', formId);
    const job = JSON.parse(body.toString());
    expect([status, headers['Retry-After']]).toEqual([202, '2']);
    expect(headers.Location).toMatch(new RegExp(`/api/v1/exports/${job.id}$`));
    expect(job).toMatchObject({ scopeType: 'FORM', scopeId: formId });
    expect(['PENDING', 'RUNNING']).toContain(job.status);
    // The request checks the job once more after 19 seconds.
    expect(looks).toBe(3);
    goOn();
    await platform.queues.idle();
    const again = await bytesOf('submissions/export-geojson', formId);
    expect(again.status).toBe(later);
    const file = again.headers.Location ? platform.store.open(again.headers.Location) : again.body;
    expect(JSON.parse(file.toString()).features).toHaveLength(texts);
    expect(jobsOf(formId)).toHaveLength(1);
  },
);

test('the files of a deleted form are not read any more', async () => {
  const formId = await aForm('Gone', [text('n', 'N')]);
  await submit(formId, { n: 'a' });
  await bytesOf('submissions/export-csv', formId);
  const [job] = jobsOf(formId);
  await done('forms/delete', { params: { form_id: formId } });
  expect((await bytesOf('submissions/export-csv', formId)).status).toBe(404);
  const { body } = await world.call('exports/get', { params: { id: String(job!.sk) } });
  expect(body.status).toBe('EXPIRED');
  expect(body).not.toHaveProperty('downloadUrl');
});

test.each(['1970-01-01T00:00:00+02:00', '0001-01-01T00:00:00Z'])(
  'a range may end and begin with %s, which is what the clock of a phone said',
  async (at) => {
    const formId = await aForm('Reset', [text('name', 'Name')]);
    const id = await submit(formId, { name: 'a' }, { collected_at: at });
    await submit(formId, { name: 'b' }, { collected_at: '2026-03-17T14:35:00Z' });
    const range = `&from=${encodeURIComponent(at)}&to=${encodeURIComponent(at)}`;
    const files = await unzipped((await bytesOf('submissions/export-csv', formId, {}, range)).body);
    expect(readCsv(files.get('Reset.csv')!.toString()).map(([first]) => first)).toEqual(['submission_id', id]);
    const asked = { scopeType: 'FORM', scopeId: formId, includes: ['SUBMISSIONS_CSV'], from: at, to: at };
    const { id: job } = await done('exports/create', { body: asked });
    await relayEvents();
    const { from, submissionCount } = await done('exports/get', { params: { id: job } });
    expect([Date.parse(from), submissionCount]).toEqual([Date.parse(at), 1]);
  },
);
