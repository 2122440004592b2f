import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as sweepForm from '../../functions/forms/sweep.ts';
import { workerUses } from '../../shared/http/uses.ts';
import type { Key } from '../../shared/table/key.ts';
import { submissionKeys } from '../../shared/table/keys/submissions.ts';
import { Table } from '../../shared/table/table.ts';
import { platform } from '../platform/in-process.ts';
import { holdUntilAllHaveRead, into } from '../platform/racing.ts';
import { entitiesOf } from '../platform/rows.ts';
import { relayEvents } from '../platform/stream.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { actingAs } from '../support/grants.ts';
import { aDraft, aForm, aPublished, aVersion, schema } from './field-calls.ts';
import { sending, withPhoto } from './media-calls.ts';
import { signedIn } from './people.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Forms and submissions over several requests. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const answers = { full_name: 'Maria Lopez', has_water: 'yes' };
const call = async (name: EndpointName, asked: Asked = {}, of = world) => await of.call(name, asked);
async function ok(name: EndpointName, asked: Asked = {}, of = world) {
  const answer = await of.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
const item = (form_id: string, more: object = {}) => ({ form_id, local_uuid: randomUUID(), data: answers, ...more });
const submit = (body: object, asked: Asked = {}, of = world) => call('submissions/create', { ...asked, body }, of);
const list = async (query: string, asked: Asked = {}, of = world) =>
  (await ok('submissions/list', { ...asked, query }, of)) as { id: string; local_uuid: string; form_id: string }[];
/** Rows of the workspace that hold a text in their keys. */
const rowsWith = async (text: string, of = world) =>
  Object.keys(await entitiesOf(of.workspace)).filter((key) => key.includes(text) && !key.includes('#outbox'));

/** Delivers the message that the queue delivers two minutes after a form was deleted. */
async function swept(formId: string, { workspace }: World): Promise<void> {
  const { worker } = sweepForm;
  await actingAs('forms/sweep', workerUses(worker), () =>
    worker.uses.forms.open().sweep({ tenant: workspace.reference, formId }),
  );
}

describe('forms', () => {
  test('two publishes and an edit at once: every version is of one draft, and none is lost', async () => {
    const form_id = await aForm(world);
    const edit = { schema: { ...schema, title: 'Third' } };
    const [one, two, three] = await Promise.all([
      call('forms/publish', { params: { form_id } }),
      call('forms/publish', { params: { form_id } }),
      call('forms/update', { params: { form_id }, body: edit }),
    ]);
    expect(three.status).toBe(200);
    const published = [one, two].filter(({ status }) => status === 200).length;
    for (const { status, body } of [one, two]) if (status !== 200) expect(body.error_code).toBe('NOTHING_TO_PUBLISH');
    const versions = await ok('forms/list-versions', { params: { form_id } });
    expect(versions.map(({ version_num }: { version_num: number }) => version_num)).toEqual(
      Array.from({ length: published + 1 }, (_, i) => published + 1 - i),
    );
  });

  test('drafts that are replaced, discarded or published leave no rows behind', async () => {
    const form_id = await aPublished(world);
    const count = async () => (await rowsWith(`#form#${form_id}`)).length;
    const before = await count();
    for (const title of ['A', 'B', 'C']) {
      await ok('forms/update', { params: { form_id }, body: { schema: { ...schema, title } } });
    }
    expect(await count()).toBe(before + 1);
    await ok('forms/update', { params: { form_id }, body: { schema } });
    expect(await count()).toBe(before);
  });

  test('a schema of almost a megabyte that does not compress is stored, published and read', async () => {
    const label = () => randomBytes(490).toString('hex');
    const fields = Array.from({ length: 490 }, (_, i) => ({
      id: `f${i}`,
      type: 'text',
      label: label(),
      hint: label(),
    }));
    const form_id = await aPublished(world, { title: 'Large', fields });
    const { body } = await call('forms/get', { params: { form_id } });
    expect(body.schema).toEqual({ version: 1, title: 'Large', fields });
    const version_id = await aVersion(world, form_id);
    expect((await ok('forms/get-version', { params: { form_id, version_id } })).schema.fields).toEqual(fields);
  });

  test('a retry of a create whose schema is too long to be recorded finds the form', async () => {
    const fields = Array.from({ length: 300 }, (_, i) => ({
      id: `f${i}`,
      type: 'text',
      label: randomBytes(480).toString('hex'),
    }));
    const project = await ok('projects/create', { body: { name: 'P' } });
    const asked = {
      body: { project_id: project.id, name: 'N', schema: { title: 'L', fields } },
      headers: { 'idempotency-key': randomUUID() },
    };
    const first = await call('forms/create', asked);
    const second = await call('forms/create', asked);
    expect([first.status, [201, 409].includes(second.status)]).toEqual([201, true]);
    expect((await ok('projects/get', { params: { project_id: project.id } })).form_count).toBe(1);
  });

  test('a project is not deleted while a form is being created in it', async () => {
    const project = await ok('projects/create', { body: { name: 'P' } });
    const [created, deleted] = await Promise.all([
      call('forms/create', { body: { project_id: project.id, name: 'N', schema } }),
      call('projects/delete', { params: { project_id: project.id } }),
    ]);
    expect([
      [201, 409],
      [404, 204],
    ]).toContainEqual([created.status, deleted.status]);
  });

  test('a field worker lists and reads assigned, published forms', async () => {
    const of = await newWorld();
    const worker = await signedIn(of, 'field_worker');
    const [mine, everyones, theirs, roles, draft] = [
      await aForm(of),
      await aForm(of),
      await aForm(of),
      await aForm(of),
      await aDraft(of),
    ];
    const assign = (form_id: string, body: object) =>
      ok('forms/replace-assignments', { params: { form_id }, body }, of);
    await assign(mine, { user_ids: [worker.id] });
    await assign(theirs, { roles: ['editor'] });
    await assign(roles, { roles: ['field_worker'] });
    const asked = { key: worker.access_token };
    const answer = await call('forms/list', asked, of);
    expect(answer.body.map(({ id }: { id: string }) => id).sort()).toEqual([mine, everyones, roles].sort());
    expect(answer.headers['X-Total-Count']).toBe('3');
    for (const form_id of [theirs, draft]) {
      expect((await call('forms/get', { ...asked, params: { form_id } }, of)).status).toBe(404);
    }
    // Work that was done before an assignment changed is not lost.
    expect((await submit(item(theirs), asked, of)).status).toBe(201);
  });
});

describe('submissions', () => {
  test('an older version stays in force for data that names it', async () => {
    const form_id = await aPublished(world);
    const first = await aVersion(world, form_id);
    const stricter = {
      ...schema,
      fields: [...schema.fields, { id: 'age', type: 'integer', label: 'Age', required: true }],
    };
    await ok('forms/update', { params: { form_id }, body: { schema: stricter } });
    expect((await submit(item(form_id))).status).toBe(201);
    await ok('forms/publish', { params: { form_id } });
    expect((await submit(item(form_id))).body.error_code).toBe('SUBMISSION_INVALID');
    expect((await submit(item(form_id, { form_version_id: first }))).status).toBe(201);
    const versions = (await ok('submissions/list', { query: `form_id=${form_id}` })) as { version_num: number }[];
    expect(versions.map(({ version_num }) => version_num)).toEqual([1, 1]);
    const other = await aPublished(world);
    expect((await submit(item(other, { form_version_id: first }))).status).toBe(404);
  });

  test('fifty equal posts at once store one submission', async () => {
    const form_id = await aPublished(world);
    const body = item(form_id);
    holdUntilAllHaveRead(50, into('#local-uuid#'));
    const all = await Promise.all(Array.from({ length: 50 }, () => submit(body)));
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(49).fill(200), 201]);
    expect(new Set(all.map(({ body: { id } }) => id)).size).toBe(1);
    expect(await list(`form_id=${form_id}`)).toHaveLength(1);
  });

  test('a post that is ignored counts no event, through every door', async () => {
    const of = await newWorld();
    const { local_uuid, ...rest } = item(await aPublished(of));
    const eventsUsed = async () => (await ok('subscriptions/usage', {}, of)).metrics.events.used as number;
    await ok('submissions/create', { body: { ...rest, local_uuid } }, of);
    expect(await eventsUsed()).toBe(1);
    await ok('submissions/create', { body: { ...rest, local_uuid } }, of);
    await ok('submissions/create-bulk', { body: [{ ...rest, local_uuid }] }, of);
    await ok('headless/submit', { body: { form_id: rest.form_id, local_uuid, data_json: answers } }, of);
    expect(await eventsUsed()).toBe(1);
  });

  test('data of a megabyte that does not compress comes back as it was sent, with every digit', async () => {
    const fields = [
      { id: 'text', type: 'textarea', label: 'Text' },
      { id: 'n', type: 'number', label: 'N' },
    ];
    const form_id = await aPublished(world, { title: 'Large', fields });
    const text = randomBytes(500_000).toString('hex');
    const sent = `{"form_id":"${form_id}","local_uuid":"large-${form_id}","data":{"text":"${text}","n":1.10}}`;
    const { id } = await ok('submissions/create', { body: sent });
    const read = await ok('submissions/get', { params: { submission_id: id } });
    expect(read.data.text === text).toBe(true);
    expect(read.data.n).toBe(1.1);
    const rows = platform.database.rows('main', ({ pk }) => String(pk).endsWith(`#submission#${id}`));
    expect(rows).toHaveLength(2);
  });

  test('the list is by the instant of collection, in any order of arrival, and dates cover their day', async () => {
    const form_id = await aPublished(world);
    const days = [
      '2026-03-18T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '2026-03-17T23:59:59.999Z',
      '2026-03-17T02:00:00+02:00',
    ];
    const ids: string[] = [];
    for (const collected_at of days) ids.push((await submit(item(form_id, { collected_at }))).body.id);
    const [a, b, c, d] = ids;
    const listed = async (query: string) => (await list(`form_id=${form_id}${query}`)).map(({ id }) => id);
    expect(await listed('')).toEqual([a, c, d, b]);
    expect(await listed('&start_date=2026-03-17&end_date=2026-03-17')).toEqual([c, d]);
    expect(await listed('&end_date=1970-01-01')).toEqual([b]);
    expect(await listed('&skip=1&limit=2')).toEqual([c, d]);
  });

  test('a user who reads only own submissions sees no others, in lists and by id', async () => {
    const [one, two] = [await signedIn(world, 'field_worker'), await signedIn(world, 'field_worker')];
    const [a, b] = [await aPublished(world), await aPublished(world)];
    const of = async (form: string, key: string) => (await submit(item(form), { key })).body.id as string;
    const mine = [await of(a, one.access_token), await of(b, one.access_token)];
    const theirs = await of(a, two.access_token);
    const asked = { key: one.access_token };
    expect((await list('', asked)).map(({ id }) => id).sort()).toEqual([...mine].sort());
    expect((await list(`form_id=${a}`, asked)).map(({ id }) => id)).toEqual([mine[0]]);
    expect((await call('submissions/get', { ...asked, params: { submission_id: theirs } })).status).toBe(404);
    expect((await list(`form_id=${a}`)).map(({ id }) => id).sort()).toEqual([mine[0], theirs].sort());
  });

  test('a user who reads only own submissions causes no reads of other rows', async () => {
    const of = await newWorld();
    const form_id = await aPublished(of);
    const worker = await signedIn(of, 'field_worker');
    const asked = { key: worker.access_token };
    for (let i = 0; i < 3; i++) await submit(item(form_id), asked, of);
    for (let i = 0; i < 2; i++) {
      await ok('submissions/create-bulk', { body: Array.from({ length: 500 }, () => item(form_id)) }, of);
    }
    for (const query of ['', `form_id=${form_id}`, 'source=web', 'limit=2', 'start_date=2020-01-01']) {
      platform.database.rowsQueried = 0;
      expect((await list(query, asked, of)).length, query).toBeGreaterThanOrEqual(2);
      expect(platform.database.rowsQueried, query).toBeLessThanOrEqual(6);
    }
    expect((await list('limit=200', {}, of)).length).toBe(200);
  });

  test('the row of a local_uuid never ends by itself, and holds when nothing else of the submission is left', async () => {
    const form_id = await aPublished(world, withPhoto);
    const [plain, withFile] = [item(form_id), item(form_id)];
    // The row begins with the file, and ends with it if no submission comes.
    await ok('media/upload', sending({ submission_local_uuid: withFile.local_uuid }));
    for (const body of [plain, withFile]) {
      const { id } = await ok('submissions/create', { body });
      const guard = submissionKeys.guard(world.workspace.reference, body.local_uuid);
      const isGuard = ({ pk, sk }: { pk?: unknown; sk?: unknown }) => pk === guard.pk && sk === guard.sk;
      expect(platform.database.rows('main', isGuard)).toEqual([{ ...guard, id, formId: form_id }]);
      const others = platform.database.rows(
        'main',
        (row) => JSON.stringify([row.pk, row.sk, row.resourceId]).includes(id) && !isGuard(row),
      );
      expect(others.length).toBeGreaterThanOrEqual(4);
      for (const { pk, sk } of others) await new Table('main').delete({ pk, sk } as Key);
      const { status, body: again } = await submit(body);
      expect([status, again.status, again.id]).toEqual([200, 'ignored', id]);
    }
  });

  test('a bulk that dies at any call and is sent again stores each item once, with one event each', async () => {
    const of = await newWorld();
    const form_id = await aPublished(of);
    const body = Array.from({ length: 3 }, () => item(form_id));
    for (const when of ['before', 'after'] as const) {
      for (let at = 0; at < 14; at++) {
        let calls = 0;
        platform.database[when] = () => {
          if (calls++ === at) throw new Error('The function dies here');
        };
        await call('submissions/create-bulk', { body }, of).catch(() => undefined);
        platform.database[when] = () => undefined;
      }
    }
    const last = await ok('submissions/create-bulk', { body }, of);
    expect(last.errors).toEqual([]);
    expect(await list(`form_id=${form_id}`, {}, of)).toHaveLength(3);
    const published = platform.database
      .rows('main', ({ pk }) => String(pk).includes(`${of.workspace.reference}#published`))
      .filter(({ action }) => action === 'submission.created');
    expect(published).toHaveLength(3);
  });

  test('without a local_uuid every headless call stores a submission, and one idempotency key stores one', async () => {
    const form_id = await aPublished(world);
    const body = { form_id, data_json: answers };
    const [one, two] = [await call('headless/submit', { body }), await call('headless/submit', { body })];
    expect(one.body.id).not.toBe(two.body.id);
    const headers = { 'idempotency-key': randomUUID() };
    const again = [await call('headless/submit', { body, headers }), await call('headless/submit', { body, headers })];
    expect(again.map(({ status }) => status)).toEqual([201, 201]);
    expect(again[0]?.body).toEqual(again[1]?.body);
    expect(await list(`form_id=${form_id}`)).toHaveLength(3);
  });
});

describe('a deleted form', () => {
  test('is gone for every read at once, and its rows are removed; its local_uuids are free again', async () => {
    const of = await newWorld();
    const [form_id, other] = [await aPublished(of), await aPublished(of)];
    const kept = item(other);
    await submit(kept, {}, of);
    const bodies = Array.from({ length: 5 }, () => item(form_id));
    const { accepted } = await ok('submissions/create-bulk', { body: bodies }, of);
    // Before the worker runs: the queue is held back.
    const { status } = await call('forms/delete', { params: { form_id } }, of);
    expect(status).toBe(204);
    for (const query of ['', `form_id=${form_id}`]) {
      const answer = await call('submissions/list', { query }, of);
      expect(answer.headers['X-Total-Count']).toBe(query ? '0' : '1');
      expect(answer.body).toHaveLength(query ? 0 : 1);
    }
    expect((await call('submissions/get', { params: { submission_id: accepted[0].id } }, of)).status).toBe(404);
    expect((await call('forms/list-versions', { params: { form_id } }, of)).status).toBe(404);
    expect((await submit(item(form_id), {}, of)).status).toBe(404);
    expect((await submit({ ...item(other), local_uuid: bodies[0]!.local_uuid }, {}, of)).status).toBe(201);
    await swept(form_id, of);
    expect(await rowsWith(form_id, of)).toEqual([]);
    for (const { id } of accepted) expect(await rowsWith(id, of)).toEqual([]);
    expect(await list('', {}, of)).toHaveLength(2);
  });

  test('is swept by itself, two minutes after its deletion', async () => {
    onTestFinished(() => void vi.useRealTimers());
    const of = await newWorld();
    const form_id = await aPublished(of);
    await ok('submissions/create-bulk', { body: [item(form_id), item(form_id)] }, of);
    await relayEvents();
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    await ok('forms/delete', { params: { form_id } }, of);
    await relayEvents();
    await vi.advanceTimersByTimeAsync(119_000);
    await platform.queues.idle();
    expect(await rowsWith('#submission', of)).not.toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    await platform.queues.idle();
    for (const text of [form_id, '#submission', '#local-uuid']) expect(await rowsWith(text, of)).toEqual([]);
  });

  test('deleted during a bulk, it leaves no submission behind', async () => {
    const of = await newWorld();
    const form_id = await aPublished(of);
    const body = Array.from({ length: 40 }, () => item(form_id));
    await Promise.all([
      call('submissions/create-bulk', { body }, of),
      call('forms/delete', { params: { form_id } }, of),
    ]);
    expect(await list('', {}, of)).toEqual([]);
    expect((await call('forms/get', { params: { form_id } }, of)).status).toBe(404);
    await swept(form_id, of);
    expect(await rowsWith(form_id, of)).toEqual([]);
    expect(await rowsWith('#submission', of)).toEqual([]);
    expect(await rowsWith('#local-uuid', of)).toEqual([]);
  });
});

describe('within_geofence', () => {
  const near = { latitude: 37.7749, longitude: -122.4194 };
  /** 1,112 m north of it. */
  const away = { latitude: 37.7849, longitude: -122.4194 };
  const formWith = (within_geofence: object, type = 'geopoint') =>
    aPublished(world, { title: 'Where', fields: [{ id: 'gps', type, label: 'GPS', within_geofence }] });
  const at = async (form: string, gps: object) => await submit(item(form, { data: { gps } }));

  test('rejects with the distance to the nearest match, or accepts within it', async () => {
    const tag = `t-${randomUUID().slice(0, 8)}`;
    const fence = await world.fence({ ...near, radiusMeters: 100, tags: [tag] });
    const form = await formWith({ tag });
    expect((await at(form, near)).status).toBe(201);
    const { status, body } = await at(form, away);
    expect([status, body.error_code]).toEqual([422, 'SUBMISSION_INVALID']);
    expect(body.detail).toMatchObject([{ type: 'within_geofence', loc: ['body', 'data', 'gps'] }]);
    const [violation] = body.details.within_geofence;
    expect(violation).toMatchObject({ field: 'gps', geofence_id: fence.id });
    expect(violation.distance_meters).toBeCloseTo(1012, -1);
    expect((await at(await formWith({ tag, max_distance_meters: 1100 }), away)).status).toBe(201);
    const accurate = await formWith({ tag, use_accuracy: true });
    expect((await at(accurate, { ...away, accuracy: 1100 })).status).toBe(201);
    expect((await at(accurate, { ...away, accuracy: 900 })).status).toBe(422);
    const far = await at(form, { latitude: 10, longitude: 10 });
    expect(far.body.details.within_geofence).toEqual([{ field: 'gps', distance_meters: null, geofence_id: null }]);
  });

  test('flags, and the flags come back with the submission', async () => {
    const group = `g-${randomUUID().slice(0, 8)}`;
    const fence = await world.fence({ ...near, radiusMeters: 100, groupName: group });
    const { status, body } = await at(await formWith({ group_name: group, mode: 'flag' }), away);
    expect(status).toBe(201);
    expect(body.flags).toMatchObject([{ type: 'within_geofence', field: 'gps', geofence_id: fence.id }]);
    const read = await ok('submissions/get', { params: { submission_id: body.id } });
    expect(read.flags).toEqual(body.flags);
  });

  test('looks at the geofence as it is: moved, inactive and deleted between two submissions', async () => {
    const fence = await world.fence({ ...near, radiusMeters: 100 });
    const form = await formWith({ geofence_id: fence.id });
    const trace = await formWith({ geofence_id: fence.id }, 'geotrace');
    expect((await at(form, near)).status).toBe(201);
    expect((await at(trace, { points: [near, away] })).status).toBe(422);
    await ok('geofences/patch', { params: { id: fence.id }, body: away });
    expect((await at(form, near)).status).toBe(422);
    expect((await at(form, away)).status).toBe(201);
    await ok('geofences/patch', { params: { id: fence.id }, body: { status: 'inactive' } });
    const flag = { type: 'within_geofence', field: 'gps', distance_meters: null, geofence_id: null };
    expect((await at(form, near)).body).toMatchObject({ status: 'accepted', flags: [flag] });
    await ok('geofences/delete', { params: { id: fence.id } });
    expect((await at(form, near)).body.flags).toEqual([flag]);
  });
});
