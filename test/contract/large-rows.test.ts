import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { entitiesOf } from '../platform/rows.ts';
import { itemBytes } from '../support/dynamodb-sizes.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { aPublished } from './field-calls.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Schemas and data as large as they may be are stored in parts: DynamoDB takes 400 KB in a row. */

const mostBytesOfARow = 350 * 1024;
const mebibyte = 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

async function ok(name: EndpointName, asked: Asked = {}) {
  const answer = await world.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body).slice(0, 500)}`).toBeLessThan(300);
  return answer.body;
}

/** Characters of 4 bytes, which hardly compress; for a number always the same ones. */
function rareText(number: number, characters: number): string {
  const bytes = createHash('shake256', { outputLength: 2 * characters })
    .update(String(number))
    .digest();
  const points = Array.from({ length: characters }, (_, i) => 0x20000 + bytes.readUInt16BE(2 * i));
  return points.map((point) => String.fromCodePoint(point)).join('');
}

async function largestRow(): Promise<number> {
  const rows = Object.values(await entitiesOf(world.workspace));
  return Math.max(...rows.map((row) => itemBytes(row)));
}

test('a schema of a megabyte in characters of four bytes comes back as it was sent, and no row is large', async () => {
  const fields = Array.from({ length: 130 }, (_, i) => ({
    id: `f${i}`,
    type: 'text',
    label: rareText(2 * i, 1000),
    hint: rareText(2 * i + 1, 990),
  }));
  const schema = { title: 'Large', fields };
  expect(mebibyte - Buffer.byteLength(JSON.stringify(schema))).toBeLessThan(20_000);
  const form_id = await aPublished(world, schema);
  expect((await ok('forms/get', { params: { form_id } })).schema).toEqual({ version: 1, ...schema });
  expect(await largestRow()).toBeLessThanOrEqual(mostBytesOfARow);
});

/** A `local_uuid` of the greatest length. */
const aLocalUuid = () => `${'\u{10000}'.repeat(46)}${randomUUID()}`;

const texts = Array.from({ length: 16 }, (_, i) => `t${i}`);

/** Each submission has its texts twice: as they were sent, and as they were calculated. */
const schemaOf = (geofence_id: string) => ({
  title: 'Large',
  fields: [
    ...texts.map((id) => ({ id, type: 'textarea', label: id })),
    ...texts.map((id) => ({
      id: `again_${id}`,
      type: 'calculated',
      label: id,
      calculate: { op: 'concat', args: [{ field: id }] },
    })),
    {
      id: 'r'.repeat(64),
      type: 'repeat',
      label: 'Places',
      fields: [
        { id: 'p'.repeat(64), type: 'geopoint', label: 'Place', within_geofence: { geofence_id, mode: 'flag' } },
      ],
    },
  ],
});

test.each([0, 1, 2, 3, 111, 1111])(
  'data of two megabytes in characters of four bytes comes back as it was sent, and no row is large (%i characters less)',
  async (less) => {
    const form_id = await aPublished(world, schemaOf((await world.fence()).id));
    const data = Object.fromEntries(texts.map((id, i) => [id, rareText(less * 16 + i, 16_300 - less)]));
    const { id } = await ok('submissions/create', { body: { form_id, local_uuid: aLocalUuid(), data } });
    const shown = await ok('submissions/get', { params: { submission_id: id } });
    const again = Object.fromEntries(texts.map((id) => [`again_${id}`, data[id]]));
    expect(isDeepStrictEqual(shown.data, { ...data, ...again })).toBe(true);
    expect(await largestRow()).toBeLessThanOrEqual(mostBytesOfARow);
  },
);

test('a thousand places outside of their geofence do not make a row too large, and the first hundred are reported', async () => {
  const form_id = await aPublished(world, schemaOf((await world.fence()).id));
  const places = Array.from({ length: 1000 }, () => ({ ['p'.repeat(64)]: { latitude: 1, longitude: 1 } }));
  const data = { ...Object.fromEntries(texts.map((id, i) => [id, rareText(i, 13_000)])), ['r'.repeat(64)]: places };
  const { id, flags } = await ok('submissions/create', { body: { form_id, local_uuid: aLocalUuid(), data } });
  expect(flags).toHaveLength(100);
  expect((await ok('submissions/get', { params: { submission_id: id } })).flags).toEqual(flags);
  expect(await largestRow()).toBeLessThanOrEqual(mostBytesOfARow);
});
