import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as sweepForm from '../../functions/forms/sweep.ts';
import * as tendMedia from '../../functions/media/tend.ts';
import { ServiceFault } from '../../shared/aws/faults.ts';
import { workerUses } from '../../shared/http/uses.ts';
import type { TendMediaMessage } from '../../shared/messages/media.ts';
import { mediaKeys } from '../../shared/table/keys/media.ts';
import { platform } from '../platform/in-process.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { multipart, photo } from '../support/forms.ts';
import { actingAs } from '../support/grants.ts';
import type { Invoked } from '../support/invoke.ts';
import { aPublished, schema } from './field-calls.ts';
import { anUpload, aPhotoless, sending, withPhoto } from './media-calls.ts';
import { signedIn } from './people.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Files, submissions and forms over several requests. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  vi.useRealTimers();
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const mebibyte = 1024 * 1024;
const day = 86_400_000;
const answers = { full_name: 'Maria Lopez', has_water: 'yes' };

async function ok(name: EndpointName, asked: Asked = {}, of = world) {
  const answer = await of.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

const upload = async (
  submission_local_uuid: string,
  bytes = photo(randomUUID()),
  more: Asked & { field?: string; name?: string } = {},
) => {
  const { field = 'photo', name = 'photo.jpg', ...asked } = more;
  const form = sending({ file: { name, bytes }, submission_local_uuid, field_id: field });
  return await world.call('media/upload', { ...form, ...asked });
};
const submit = (form_id: string, local_uuid: string, more: object = {}, asked: Asked = {}) =>
  world.call('submissions/create', { ...asked, body: { form_id, local_uuid, data: { ...answers, ...more } } });
const read = async (submission_id: string, asked: Asked = {}) =>
  await ok('submissions/get', { ...asked, params: { submission_id } });
const get = (media_id: string, asked: Asked = {}) => world.call('media/get', { ...asked, params: { media_id } });
function idOf({ status, body }: Invoked): string {
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body.media_file_id;
}

async function tended(message: Partial<TendMediaMessage>): Promise<void> {
  const { worker } = tendMedia;
  const whole = { tenant: world.workspace.reference, ...message } as TendMediaMessage;
  await actingAs('media/tend', workerUses(worker), () => worker.uses.media.open().tend(whole));
}

async function swept(formId: string): Promise<void> {
  const { worker } = sweepForm;
  await actingAs('forms/sweep', workerUses(worker), () =>
    worker.uses.forms.open().sweep({ tenant: world.workspace.reference, formId }),
  );
}

const later = (milliseconds: number) => vi.useFakeTimers({ now: Date.now() + milliseconds, toFake: ['Date'] });
const objects = (id: string) => platform.store.held().filter((key) => key.includes(id));
const stored = async () => (await ok('subscriptions/usage')).metrics.storage_bytes.used as number;
const publishedOf = (type: string) =>
  platform.database
    .rows('main', ({ action, pk }) => action === type && String(pk).startsWith(world.workspace.reference))
    .map(({ data }) => JSON.parse(data as string));

describe('a file before its submission', () => {
  test('waits, is linked when the submission is stored, and its id is the value of the field', async () => {
    const [form_id, local] = [await aPublished(world, withPhoto), randomUUID()];
    const bytes = photo('first', 204_800);
    const id = idOf(await upload(local, bytes));
    expect((await get(id)).bytes?.equals(bytes)).toBe(true);
    const { id: submission } = (await submit(form_id, local, { photo: 'IMG_1.jpg' })).body;
    const shown = await read(submission);
    expect(shown.data).toEqual({ ...answers, photo: id });
    const media = [
      {
        media_file_id: id,
        field_id: 'photo',
        filename: 'photo.jpg',
        content_type: 'image/jpeg',
        size_bytes: 204_800,
        url: `http://localhost/api/v1/media/${id}`,
      },
    ];
    expect(shown.media).toEqual(media);
    const [listed] = await ok('submissions/list', { query: `form_id=${form_id}` });
    expect([listed.media, listed.data.photo]).toEqual([media, id]);
    expect(publishedOf('submission.created').find((data) => data.id === submission).media).toEqual([
      { media_file_id: id },
    ]);
  });

  test('is linked by a bulk too, each to its own', async () => {
    const form_id = await aPublished(world, withPhoto);
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const local_uuid = randomUUID();
        return { local_uuid, id: idOf(await upload(local_uuid, photo(i))) };
      }),
    );
    const items = all.map(({ local_uuid }) => ({ form_id, local_uuid, data: answers }));
    const { accepted } = await ok('submissions/create-bulk', { body: items });
    for (const { local_uuid, id } of accepted) {
      const expected = all.find((one) => one.local_uuid === local_uuid)!.id;
      expect((await read(id)).data.photo).toBe(expected);
    }
  });

  test('is linked by the headless door', async () => {
    const [form_id, local_uuid] = [await aPublished(world, withPhoto), randomUUID()];
    const id = idOf(await upload(local_uuid));
    const made = await ok('headless/submit', { body: { form_id, local_uuid, data_json: answers } });
    expect((await read(made.id)).data.photo).toBe(id);
  });

  test('of a field that the data hides or does not have stays unlinked, and the string stays as it was sent', async () => {
    const fields = [
      ...withPhoto.fields,
      { id: 'roof', type: 'photo', label: 'Roof', visible_if: { field: 'has_water', op: 'eq', value: 'no' } },
    ];
    const [form_id, local] = [await aPublished(world, { ...withPhoto, fields }), randomUUID()];
    const hidden = idOf(await upload(local, photo(1), { field: 'roof' }));
    const noRow = idOf(await upload(local, photo(2), { field: 'members[1].face' }));
    const row = idOf(await upload(local, photo(3), { field: 'members[0].face' }));
    const made = await submit(form_id, local, { photo: hidden, members: [{ face: 'a.jpg' }] });
    const { data, media } = await read(made.body.id);
    expect(data).toEqual({ ...answers, photo: hidden, members: [{ face: row }] });
    expect(media.map((one: { media_file_id: string }) => one.media_file_id)).toEqual([row]);
    expect((await get(noRow)).status).toBe(200);
  });

  test('inside a group and a repeat is at its place, in the order of the rows', async () => {
    const face = { id: 'face', type: 'photo', label: 'Face' };
    const people = {
      id: 'people',
      type: 'repeat',
      label: 'People',
      fields: [{ id: 'look', type: 'group', label: 'L', fields: [face] }],
    };
    const home = {
      id: 'home',
      type: 'group',
      label: 'Home',
      fields: [{ id: 'door', type: 'photo', label: 'Door' }, people],
    };
    const [form_id, local] = [await aPublished(world, { ...schema, fields: [...schema.fields, home] }), randomUUID()];
    const rows = Array.from({ length: 11 }, () => ({ look: {} }));
    const sent: Record<string, string> = {};
    for (const field of ['people[10].face', 'people[2].face', 'door'])
      sent[field] = idOf(await upload(local, photo(field), { field }));
    const made = await submit(form_id, local, { home: { people: rows } });
    const { data, media } = await read(made.body.id);
    expect(data.home.door).toBe(sent.door);
    expect(data.home.people[2]).toEqual({ look: { face: sent['people[2].face'] } });
    expect(media.map(({ field_id }: { field_id: string }) => field_id)).toEqual([
      'door',
      'people[2].face',
      'people[10].face',
    ]);
  });

  test('of forty fields are all linked, those for which the transaction has no room soon afterwards', async () => {
    const many = { id: 'all', type: 'repeat', label: 'All', fields: [{ id: 'face', type: 'photo', label: 'Face' }] };
    const [form_id, local] = [await aPublished(world, { ...schema, fields: [...schema.fields, many] }), randomUUID()];
    const count = 40;
    for (let i = 0; i < count; i++) await upload(local, photo(i), { field: `all[${i}].face` });
    const rows = Array.from({ length: count }, (_, i) => ({ face: `${i}.jpg` }));
    const { id } = (await submit(form_id, local, { all: rows })).body;
    expect((await read(id)).media).toHaveLength(25);
    const { relayEvents } = await import('../platform/stream.ts');
    await relayEvents();
    expect((await read(id)).media).toHaveLength(count);
  });

  test('ends after 30 days: it is linked no more, counts no more, and its object goes', async () => {
    const [form_id, local, before] = [await aPublished(world, withPhoto), randomUUID(), await stored()];
    const id = idOf(await upload(local, photo(1, 5000)));
    expect(await stored()).toBe(before + 5000);
    later(30 * day + 1000);
    expect((await get(id)).status).toBe(404);
    const made = await submit(form_id, local);
    expect((await read(made.body.id)).media).toEqual([]);
    await tended({ mediaId: id });
    expect(await stored()).toBe(before);
    expect(objects(id)).toHaveLength(1);
    later(3 * 60_000);
    await tended({ mediaId: id });
    expect(objects(id)).toEqual([]);
  });
});

describe('a file after its submission', () => {
  test('is linked at once, with an event', async () => {
    const { id, submission_local_uuid } = await aPhotoless(world);
    const media = idOf(await upload(submission_local_uuid));
    expect((await read(id)).data.photo).toBe(media);
    const event = publishedOf('submission.media_added').find((data) => data.id === id);
    expect(event.media.map((one: { media_file_id: string }) => one.media_file_id)).toEqual([media]);
  });

  test('with other bytes takes the place of the older, which is gone', async () => {
    const { id, submission_local_uuid } = await aPhotoless(world);
    const before = await stored();
    const older = idOf(await upload(submission_local_uuid, photo('older')));
    const newer = idOf(await upload(submission_local_uuid, photo('newer')));
    expect((await read(id)).media.map((one: { media_file_id: string }) => one.media_file_id)).toEqual([newer]);
    expect([(await get(older)).status, (await get(newer)).status]).toEqual([404, 200]);
    expect(await stored()).toBe(before + 600);
    later(3 * 60_000);
    await tended({ mediaId: older });
    expect(objects(older)).toEqual([]);
  });

  test('is refused where the submission has 5000 already', async () => {
    const { id, submission_local_uuid } = await aPhotoless(world);
    const link = {
      mediaId: 'x',
      fieldId: 'x',
      at: ['x'],
      filename: 'x',
      contentType: 'x',
      bytes: 1,
      sha256: '',
      origin: '',
    };
    for (let i = 0; i < 5000; i++) {
      const { pk } = mediaKeys.link(world.workspace.reference, id, 'x');
      platform.database.set('main', { ...link, pk, sk: `x${i}` });
    }
    const { status, body } = await upload(submission_local_uuid);
    expect([status, body.error_code, body.details.limit]).toEqual([403, 'QUOTA_EXCEEDED', 5000]);
  });

  test('four at once are all linked', async () => {
    const face = { id: 'face', type: 'photo', label: 'Face' };
    const fields = [...schema.fields, ...['a', 'b', 'c', 'd'].map((id) => ({ ...face, id }))];
    const [form_id, local_uuid] = [await aPublished(world, { ...schema, fields }), randomUUID()];
    const { id } = (await submit(form_id, local_uuid)).body;
    await Promise.all(['a', 'b', 'c', 'd'].map((field) => upload(local_uuid, photo(field), { field })));
    expect((await read(id)).media).toHaveLength(4);
  });

  test('fifty times the same at once is one file, stored and counted once', async () => {
    const [local, before, bytes] = [randomUUID(), await stored(), photo('one')];
    const all = await Promise.all(Array.from({ length: 50 }, () => upload(local, bytes)));
    expect(all.map(({ status }) => status).toSorted()).toEqual([...Array(49).fill(200), 201]);
    expect(new Set(all.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await stored()).toBe(before + 600);
  });

  test('is moved to where nothing ends it; links to the old place stay open for a while', async () => {
    const { submission_local_uuid } = await aPhotoless(world);
    const bytes = photo('moved');
    const id = idOf(await upload(submission_local_uuid, bytes));
    await tended({ mediaId: id });
    expect(objects(id).map((key) => key.split('/')[0])).toEqual(['media', 'pending']);
    await tended({ mediaId: id });
    expect(objects(id)).toHaveLength(2);
    later(21 * 60_000);
    await tended({ mediaId: id });
    expect(objects(id).map((key) => key.split('/')[0])).toEqual(['media']);
    expect((await get(id)).bytes?.equals(bytes)).toBe(true);
    expect(platform.store.labels.get(objects(id)[0]!)).toMatchObject({ 'content-type': 'image/jpeg' });
  });
});

describe('who may', () => {
  test('a field worker sends files to own submissions, and reads those of own submissions only', async () => {
    const worker = { key: (await signedIn(world, 'field_worker')).access_token };
    const other = { key: (await signedIn(world, 'field_worker')).access_token };
    const mine = await aPhotoless(world, worker);
    const id = idOf(await upload(mine.submission_local_uuid, photo(1), worker));
    expect((await get(id, worker)).status).toBe(200);
    expect((await get(id, other)).status).toBe(404);
    expect((await upload(mine.submission_local_uuid, photo(2), other)).status).toBe(404);
    // A user who may read all submissions may add a file, and the field worker can read it.
    const added = idOf(await upload(mine.submission_local_uuid, photo(3)));
    expect((await get(added, worker)).status).toBe(200);
  });

  test('a file that a field worker sent early does not get into the submission of somebody else', async () => {
    const worker = { key: (await signedIn(world, 'field_worker')).access_token };
    const [form_id, local] = [await aPublished(world, withPhoto), randomUUID()];
    const theirs = idOf(await upload(local, photo('theirs'), worker));
    const made = await submit(form_id, local);
    expect((await read(made.body.id)).media).toEqual([]);
    expect((await get(theirs, worker)).status).toBe(200);
    expect((await upload(local, photo('theirs'), worker)).status).toBe(404);
  });

  test('a field worker completes own uploads only', async () => {
    const [mine, theirs] = [await signedIn(world, 'field_worker'), await signedIn(world, 'field_worker')];
    const media_file_id = await anUpload(world, photo('own'), {}, { key: mine.access_token });
    const completeWith = (key: string) => world.call('media/complete-upload', { key, params: { media_file_id } });
    const refused = await completeWith(theirs.access_token);
    expect([refused.status, refused.body.error_code]).toEqual([404, 'NOT_FOUND']);
    expect(idOf(await completeWith(mine.access_token))).toBe(media_file_id);
    // Also once it is complete.
    expect((await completeWith(theirs.access_token)).status).toBe(404);
  });

  test('two field workers with the same local_uuid do not replace the files of each other', async () => {
    const [one, two] = [await signedIn(world, 'field_worker'), await signedIn(world, 'field_worker')];
    const [form_id, local] = [await aPublished(world, withPhoto), randomUUID()];
    const first = idOf(await upload(local, photo('one'), { key: one.access_token }));
    await upload(local, photo('two'), { key: two.access_token });
    const made = await submit(form_id, local, {}, { key: one.access_token });
    expect((await read(made.body.id)).data.photo).toBe(first);
  });

  test('a plan has room for some bytes, and the storage of a deleted form is free again', async () => {
    const before = await stored();
    const { submission_local_uuid, id } = await aPhotoless(world);
    const media = idOf(await upload(submission_local_uuid, photo(1, 7000)));
    const { form_id } = await read(id);
    await ok('forms/delete', { params: { form_id }, as: 'owner' });
    expect((await get(media)).status).toBe(404);
    await swept(form_id);
    expect(await stored()).toBe(before);
    later(3 * 60_000);
    await tended({ mediaId: media });
    expect(objects(media)).toEqual([]);
    expect(platform.database.rows('main', ({ pk }) => String(pk).includes(id))).toEqual([]);
  });

  test('above the storage of the plan, files are refused', async () => {
    const of = await newWorld('free');
    const large = { filename: 'a.mp4', content_type: 'video/mp4', size_bytes: 104_857_600, field_id: 'photo' };
    const begin = () => of.call('media/begin-upload', { body: { ...large, submission_local_uuid: randomUUID() } });
    for (let i = 0; i < 10; i++) expect((await begin()).status).toBe(201);
    expect((await begin()).body).toMatchObject({
      error_code: 'QUOTA_EXCEEDED',
      details: { resource: 'storage_bytes' },
    });
    const upload = () => of.call('media/upload', sending({ file: { name: 'a', bytes: photo(1, 4 * mebibyte) } }));
    // A gibibyte has room for six of them.
    for (let i = 0; i < 6; i++) expect((await upload()).status).toBe(201);
    const before = platform.store.held();
    const { status, body } = await upload();
    const used = 10 * large.size_bytes + 6 * 4 * mebibyte;
    expect([status, body.error_code]).toEqual([403, 'QUOTA_EXCEEDED']);
    expect(body.details).toEqual({ resource: 'storage_bytes', limit: 1024 ** 3, used });
    expect(platform.store.held()).toEqual(before);
  });

  test('a file that waits under the local_uuid of a deleted form is linked to the next submission', async () => {
    const { submission_local_uuid: local, id } = await aPhotoless(world);
    const { form_id } = await read(id);
    await ok('forms/delete', { params: { form_id }, as: 'owner' });
    const media = idOf(await upload(local));
    await swept(form_id);
    const made = await submit(await aPublished(world, withPhoto), local);
    expect((await read(made.body.id)).data.photo).toBe(media);
  });
});

describe('a large file', () => {
  test('is never read whole: only its beginning is', async () => {
    const bytes = photo('large', 6 * mebibyte);
    const { submission_local_uuid, id } = await aPhotoless(world);
    const media_file_id = await anUpload(world, bytes, { submission_local_uuid });
    platform.store.bytesRead = 0;
    const { size_bytes } = await ok('media/complete-upload', { params: { media_file_id } });
    expect([size_bytes, platform.store.bytesRead]).toEqual([bytes.length, 16 * 1024]);
    const { status, headers, body } = await get(media_file_id);
    expect([status, body, platform.store.bytesRead]).toEqual([303, undefined, 16 * 1024]);
    expect(new URL(headers.Location!).host).not.toBe('localhost');
    expect(platform.store.open(headers.Location!).equals(bytes)).toBe(true);
    expect((await read(id)).data.photo).toBe(media_file_id);
  });

  test('is not read to begin its upload, or to link, move, list or count it', async () => {
    const { store } = platform;
    const read = async (act: () => Promise<unknown>) => {
      [store.calls.length, store.bytesRead] = [0, 0];
      await act();
      return { gets: store.calls.filter((call) => call.startsWith('GetObject ')).length, bytes: store.bytesRead };
    };
    const [form_id, local] = [await aPublished(world, withPhoto), randomUUID()];
    const bytes = photo('unread', 6 * mebibyte);
    let id = '';
    const begin = async () => {
      id = await anUpload(world, bytes, { submission_local_uuid: local });
    };
    expect(await read(begin)).toEqual({ gets: 0, bytes: 0 });
    // The type is that of the first bytes.
    const complete = () => ok('media/complete-upload', { params: { media_file_id: id } });
    expect(await read(complete)).toEqual({ gets: 1, bytes: 16 * 1024 });
    expect(await read(complete)).toEqual({ gets: 0, bytes: 0 });
    const nothing = { gets: 0, bytes: 0 };
    expect(await read(() => ok('submissions/create', { body: { form_id, local_uuid: local, data: answers } }))).toEqual(
      nothing,
    );
    expect(await read(() => tended({ mediaId: id }))).toEqual(nothing);
    later(21 * 60_000);
    expect(await read(() => tended({ mediaId: id }))).toEqual(nothing);
    expect(await read(() => ok('submissions/list', { query: `form_id=${form_id}` }))).toEqual(nothing);
    expect(await read(() => ok('subscriptions/usage'))).toEqual(nothing);
    expect(await read(() => ok('exports/list'))).toEqual(nothing);
    expect(await read(() => get(id))).toEqual(nothing);
    expect(objects(id).map((key) => key.split('/')[0])).toEqual(['media']);
  });

  test('of another length or type than was signed is refused by the store', async () => {
    const draft = {
      filename: 'a',
      content_type: 'image/jpeg',
      size_bytes: 600,
      field_id: 'photo',
      submission_local_uuid: 'x',
    };
    const { url, headers } = await ok('media/begin-upload', { body: draft });
    const send = (bytes: Buffer, more = {}) => platform.store.upload(url, bytes, { ...headers, ...more });
    expect(() => send(photo(1, 601))).toThrow('SignatureDoesNotMatch');
    expect(() => send(photo(1), { 'Content-Type': 'text/html' })).toThrow('SignatureDoesNotMatch');
    later(15 * 60_000 + 1000);
    expect(() => send(photo(1))).toThrow('AccessDenied');
  });

  test('whose length is another all the same is not taken', async () => {
    const media_file_id = await anUpload(world);
    const [key] = objects(media_file_id);
    platform.store.files.set(key!, photo(1, 599));
    const { status } = await world.call('media/complete-upload', { params: { media_file_id } });
    expect(status).toBe(409);
  });

  test('that is overwritten by the link after its check stays the checked one', async () => {
    const bytes = photo('good');
    const media_file_id = await anUpload(world, bytes);
    const [key] = objects(media_file_id);
    await ok('media/complete-upload', { params: { media_file_id } });
    platform.store.files.set(key!, Buffer.from('<svg/>'.padEnd(600)));
    expect((await get(media_file_id)).bytes?.equals(bytes)).toBe(true);
    platform.store.files.delete(key!);
  });

  test('that is replaced while it is looked at is not taken', async () => {
    const media_file_id = await anUpload(world);
    const [key] = objects(media_file_id);
    platform.store.after = (call) => {
      if (call === `GetObject ${key}`) platform.store.files.set(key!, Buffer.from('<svg/>'.padEnd(600)));
    };
    const { status, body } = await world.call('media/complete-upload', { params: { media_file_id } });
    platform.store.after = () => undefined;
    expect([status, body.error_code]).toEqual([409, 'INVALID_TRANSITION']);
  });

  /** A barrier: lets all continue when `count` have arrived. */
  function meeting(count: number) {
    const { promise: all, resolve: open } = Promise.withResolvers<void>();
    let come = 0;
    return async () => {
      if (++come === count) open();
      await all;
    };
  }

  test('that is completed twice at once is one file, and both are answered alike', async () => {
    const bytes = photo('twice');
    const media_file_id = await anUpload(world, bytes);
    const meet = meeting(2);
    platform.store.after = async (call) => {
      if (call.startsWith('CopyObject ')) await meet();
    };
    const complete = () => ok('media/complete-upload', { params: { media_file_id } });
    const [one, two] = await Promise.all([complete(), complete()]);
    platform.store.after = () => undefined;
    expect(two).toEqual(one);
    expect((await get(media_file_id)).bytes?.equals(bytes)).toBe(true);
    expect(objects(media_file_id)).toHaveLength(1);
  });

  test.each([
    ['has copied', 'CopyObject'],
    ['has the sum of its copy', 'HeadObject'],
    ['is done', 'DeleteObject'],
  ])(
    'that is uploaded again between two completions is one of both uploads, whole: the second %s first',
    async (_, until) => {
      const [earlier, later] = [photo('earlier'), Buffer.from('%PDF-1.4 later'.padEnd(600))];
      const media_file_id = await anUpload(world, earlier);
      const [key] = objects(media_file_id);
      const complete = () => ok('media/complete-upload', { params: { media_file_id } });
      const [isThere, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const second = Promise.withResolvers<unknown>();
      const holdAt = async (call: string) => {
        if (!call.startsWith(`${until} `)) return;
        platform.store.after = () => undefined;
        isThere.resolve();
        if (until !== 'DeleteObject') await isOver.promise;
      };
      platform.store.after = async (call) => {
        if (!call.startsWith('CopyObject ')) return;
        platform.store.files.set(key!, later);
        platform.store.after = holdAt;
        second.resolve(complete());
        await isThere.promise;
      };
      const first = complete().finally(isOver.resolve);
      expect(await first).toEqual(await second.promise);
      const { bytes, headers } = await get(media_file_id);
      expect([earlier, later].some((one) => bytes?.equals(one))).toBe(true);
      expect(headers['Content-Type']).toBe(bytes?.equals(earlier) ? 'image/jpeg' : 'application/pdf');
      const [row] = platform.database.rows('main', (one) => one.id === media_file_id && one.sk === 'file');
      expect(row).toMatchObject({ sha256: createHash('sha256').update(bytes!).digest('hex'), bytes: bytes!.length });
      expect(objects(media_file_id)).toHaveLength(1);
    },
  );

  test('with the bytes of one that is there is that one, also when it is completed again', async () => {
    const [local, bytes, before] = [randomUUID(), photo('again'), await stored()];
    const first = idOf(await upload(local, bytes));
    const media_file_id = await anUpload(world, bytes, { submission_local_uuid: local });
    const complete = () => ok('media/complete-upload', { params: { media_file_id } });
    expect((await complete()).media_file_id).toBe(first);
    expect((await complete()).media_file_id).toBe(first);
    expect(await stored()).toBe(before + 600);
  });

  test('is expired after 24 hours, and its bytes are free again', async () => {
    const before = await stored();
    const media_file_id = await anUpload(world);
    later(day + 1000);
    const complete = () => world.call('media/complete-upload', { params: { media_file_id } });
    expect((await complete()).body.error_code).toBe('UPLOAD_EXPIRED');
    await tended({ mediaId: media_file_id });
    expect([await stored(), objects(media_file_id)]).toEqual([before, []]);
    expect((await complete()).body.error_code).toBe('UPLOAD_EXPIRED');
  });
});

describe('types and names', () => {
  test.each([
    ['an SVG', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['an SVG after a comment', '<!-- a --><svg/>'],
    ['an SVG in UTF-16', Buffer.from('\ufeff<svg/>', 'utf16le')],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a GIF that is a page', 'GIF89a/*<html><script>alert(1)</script>*/'],
    ['a JPEG that is a document', Buffer.concat([photo('x'), Buffer.from('%PDF-1.4')])],
    ['a JPEG that is an archive', Buffer.concat([photo('x'), Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1')])],
    ['an archive', Buffer.from('PK\x03\x04\x14\0\0\0\x08\0aaaabbbbccccdddd\x05\0\0\0a.txt', 'latin1')],
    ['a program', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1')],
    ['random bytes', randomBytes(64).fill(0, 0, 4)],
  ])('%s is refused, whatever its name says', async (_, bytes) => {
    const answer = await upload(randomUUID(), Buffer.from(bytes as string), { name: 'photo.jpg' });
    expect([answer.status, answer.body.error_code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test.each([
    ['IMG_2024', 'IMG_2024'],
    ['صورة العائلة.jpg', 'صورة العائلة.jpg'],
    ['e\u0301te\u0301.jpg', 'e\u0301te\u0301.jpg'],
    ['🏠👨‍👩‍👧.jpg', '🏠👨‍👩‍👧.jpg'],
    ['../../../etc/passwd', 'passwd'],
    ['C:\\fakepath\\a.jpg', 'a.jpg'],
    ['a\u202egpj.exe', 'agpj.exe'],
    ['..', 'file'],
    ['a;b=c.jpg', 'a;b=c.jpg'],
  ])('a photo with EXIF called %s keeps its bytes and the name %s', async (given, kept) => {
    const bytes = photo(given);
    const { body } = await upload(randomUUID(), bytes, { name: given });
    expect(body.filename).toBe(kept);
    const answer = await get(body.media_file_id);
    expect([answer.headers['Content-Type'], answer.bytes?.equals(bytes)]).toEqual(['image/jpeg', true]);
  });

  test('the stored type is that of the content', async () => {
    const form = multipart({
      file: { name: 'a.jpg', type: 'image/jpeg', bytes: Buffer.from('a,b\n1,2\n') },
      submission_local_uuid: randomUUID(),
      field_id: 'photo',
    });
    const { media_file_id } = await ok('media/upload', form);
    const { headers } = await get(media_file_id);
    expect(headers).toMatchObject({
      'Content-Type': 'text/plain',
      'Content-Disposition': expect.stringMatching(/^attachment; filename="a.jpg"/),
    });
  });

  test('a workspace may allow less than 4 MiB', async () => {
    const of = await newWorld();
    await ok(
      'workspaces/update',
      { as: 'owner', params: { id: of.workspace.id }, body: { media_max_bytes: mebibyte } },
      of,
    );
    const send = (size: number) => of.call('media/upload', sending({ file: { name: 'a', bytes: photo(1, size) } }));
    expect((await send(mebibyte)).status).toBe(201);
    expect((await send(mebibyte + 1)).body).toMatchObject({
      error_code: 'FILE_TOO_LARGE',
      details: { max_bytes: mebibyte },
    });
  });
});

test('while the store does not answer, an upload is refused for now, and nothing is left of it', async () => {
  const [local, before] = [randomUUID(), await stored()];
  platform.store.before = () => {
    throw new ServiceFault('SlowDown', 'S3', 503);
  };
  const { status, headers, body } = await upload(local);
  platform.store.before = () => undefined;
  expect([status, headers['Retry-After'], body.details]).toEqual([503, '1', { dependency: 'files' }]);
  expect(await stored()).toBe(before);
  expect((await upload(local)).status).toBe(201);
});
