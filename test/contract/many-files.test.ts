import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOfLinks } from '../../shared/media/links.ts';
import { answerTargetsWith, type OutboundRequest } from '../../shared/outbound/connector.ts';
import { mediaKeys } from '../../shared/table/keys/media.ts';
import { answerTargets, platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { itemBytes } from '../support/dynamodb-sizes.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { photo } from '../support/forms.ts';
import { aPublished } from './field-calls.ts';
import { sending } from './media-calls.ts';
import { aWebhook } from './webhook-calls.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Submissions whose many files and long names fill an answer. */

const mebibyte = 1024 * 1024;
/** As `shared/uploads/link-late.ts` allows. */
const mostBytesOfFiles = 1.75 * mebibyte;

let world: World;
const sent: OutboundRequest[] = [];
beforeAll(async () => {
  world = await newWorld();
  answerTargetsWith(async (_target, _addresses, request) => {
    sent.push(request);
    return { status: 200, body: 'ok', retryAfter: undefined };
  });
});
afterAll(answerTargets);

async function ok(name: EndpointName, asked: Asked = {}) {
  const answer = await world.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body).slice(0, 500)}`).toBeLessThan(300);
  return answer.body;
}

/** 255 characters of 4 bytes, which hardly compress; for a number always the same ones. */
function longName(number: number): string {
  const bytes = createHash('shake256', { outputLength: 510 }).update(String(number)).digest();
  return String.fromCodePoint(...Array.from({ length: 255 }, (_, i) => 0x20000 + bytes.readUInt16BE(2 * i)));
}

const faces = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, type: 'photo', label: id }));
const schema = {
  title: 'Faces',
  fields: [
    { id: 'text', type: 'textarea', label: 'Text' },
    { id: 'front', type: 'photo', label: 'Front' },
    { id: 'people', type: 'repeat', label: 'People', fields: faces },
  ],
};

const upload = (local: string, field_id: string, name = 'a.jpg') =>
  world.call(
    'media/upload',
    sending({ file: { name, bytes: photo(field_id) }, submission_local_uuid: local, field_id }),
  );

interface Filled {
  readonly id: string;
  readonly local: string;
  /** How many files it has. */
  readonly files: number;
}

/**
 * A submission with the data of this length, and as many files as it may have.
 *
 * @param nameOf the name of a file by its number
 */
async function aFilled(form_id: string, textBytes: number, nameOf: (number: number) => string): Promise<Filled> {
  const local = randomUUID();
  const people = Array.from({ length: 1000 }, () => ({}));
  const data = { text: 'x'.repeat(textBytes), people };
  const { id } = await ok('submissions/create', { body: { form_id, local_uuid: local, data } });
  expect((await upload(local, 'front')).status).toBe(201);
  const { reference } = world.workspace;
  let [files, bytes] = [1, 500];
  for (; files < 4999; files++) {
    const [row, field] = [Math.floor(files / 5), faces[files % 5]!.id];
    const link = {
      mediaId: randomUUID(),
      fieldId: `people[${row}].${field}`,
      at: ['people', row, field],
      filename: nameOf(files),
      contentType: 'image/jpeg',
      bytes: 204_800,
      sha256: createHash('sha256').update(String(files)).digest('hex'),
      origin: 'http://localhost',
    };
    bytes += bytesOfLinks([link]) - 1;
    // There is room for one or two more.
    if (bytes > mostBytesOfFiles - 800) break;
    platform.database.set('main', { ...link, ...mediaKeys.link(reference, id, link.fieldId) });
  }
  return { id, local, files };
}

const bytesOf = (body: unknown): number => Buffer.byteLength(JSON.stringify(body));

test.each([
  ['long names', longName],
  ['names that are digests', (number: number) => `${createHash('sha256').update(`${number}`).digest('hex')}.jpg`],
])('a submission full of data and of files with %s is read, published and delivered whole', async (_, nameOf) => {
  const form_id = await aPublished(world, schema);
  const { id, local, files } = await aFilled(form_id, mebibyte - 20_000, nameOf);
  const url = `https://${randomUUID()}.example.com/hook`;
  await aWebhook(world, { url, events: ['submission.media_added'] });
  expect((await upload(local, 'people[999].e')).status).toBe(201);
  const shown = await ok('submissions/get', { params: { submission_id: id } });
  expect(shown.media).toHaveLength(files + 1);
  expect(bytesOf(shown)).toBeLessThan(4 * mebibyte);
  const published = platform.database.rows(
    'main',
    (row) => row.action === 'submission.media_added' && row.resourceId === id,
  );
  for (const row of published) expect(itemBytes(row)).toBeLessThan(350 * 1024);
  await relayEvents();
  const delivered = sent.filter((call) => call.url === url).map(({ body }) => JSON.parse(String(body)).data);
  expect(delivered.some((data) => isDeepStrictEqual(data, shown))).toBe(true);
});

test('a file whose name is too long for what a submission shows is refused, and nothing of it is stored', async () => {
  const { id, local } = await aFilled(await aPublished(world, schema), 1, longName);
  const counts = async () => {
    const { media } = await ok('submissions/get', { params: { submission_id: id } });
    const { used } = (await ok('subscriptions/usage')).metrics.storage_bytes;
    return { files: media.length, used, objects: platform.store.held().length };
  };
  // At most two further files fit.
  await upload(local, 'people[999].a', longName(0));
  await upload(local, 'people[999].b', longName(0));
  const before = await counts();
  const { status, body } = await upload(local, 'people[999].c', longName(0));
  expect([status, body.error_code]).toEqual([403, 'QUOTA_EXCEEDED']);
  expect(body.details).toMatchObject({ resource: 'file_names_of_submission', limit: mostBytesOfFiles });
  expect(await counts()).toEqual(before);
});

test('a page of submissions with many files ends before it is too large, and does not read the files of all', async () => {
  const form_id = await aPublished(world, schema);
  const all: Filled[] = [];
  for (let i = 0; i < 6; i++) all.unshift(await aFilled(form_id, 1, longName));
  const [{ files }] = all as [Filled];
  const found: string[] = [];
  let query: string | undefined = `form_id=${form_id}&limit=200`;
  for (let pages = 1; query !== undefined; pages++) {
    expect(pages).toBeLessThan(4);
    platform.database.rowsQueried = 0;
    const { body, headers }: Awaited<ReturnType<World['call']>> = await world.call('submissions/list', { query });
    expect(bytesOf(body)).toBeLessThan(4 * mebibyte);
    // Of three, all files; of the others, the first 50.
    expect(platform.database.rowsQueried).toBeLessThan(3 * files + 6 * 60);
    found.push(...body.map((one: { id: string }) => one.id));
    query = headers['X-Next-Cursor'] && `form_id=${form_id}&limit=200&cursor=${headers['X-Next-Cursor']}`;
  }
  expect(found).toEqual(all.map(({ id }) => id));
});
