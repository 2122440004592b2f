import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { dateIn } from '../../shared/submissions/submission.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { aPublished } from './field-calls.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Dates and times of submissions: `today` where the workspace is, and instants with any offset. */

async function ok(world: World, name: EndpointName, asked: Asked = {}) {
  const answer = await world.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

const fields = [
  { id: 'day', type: 'calculated', label: 'Day', calculate: { op: 'today' } },
  { id: 'late', type: 'text', label: 'Late', visible_if: { field: 'day', op: 'gt', value: '2026-03-28' } },
  { id: 'at', type: 'datetime', label: 'At', validation: { min: '2026-03-17T14:35:00+05:30' } },
];

describe('today', () => {
  /** Instants and the date on a calendar on the wall there. */
  const zones: Record<string, readonly (readonly [string, string])[]> = {
    UTC: [
      ['2026-03-17T23:59:59.999Z', '2026-03-17'],
      ['2026-03-18T00:00:00Z', '2026-03-18'],
      ['2026-03-18T01:00:00+14:00', '2026-03-17'],
      ['1969-12-31T23:59:59Z', '1969-12-31'],
    ],
    // Clocks go forward at 02:00 on 29 March, and back at 03:00 on 25 October.
    'Europe/Berlin': [
      ['2026-03-28T22:59:59Z', '2026-03-28'],
      ['2026-03-28T23:00:00Z', '2026-03-29'],
      ['2026-03-29T21:59:59Z', '2026-03-29'],
      ['2026-03-29T22:00:00Z', '2026-03-30'],
      ['2026-10-24T22:00:00Z', '2026-10-25'],
      ['2026-10-25T22:59:59Z', '2026-10-25'],
      ['2026-10-25T23:00:00Z', '2026-10-26'],
    ],
    // Midnight of 6 September does not exist, and 4 April ends twice.
    'America/Santiago': [
      ['2026-09-06T03:59:59Z', '2026-09-05'],
      ['2026-09-06T04:00:00Z', '2026-09-06'],
      ['2026-04-05T02:59:59Z', '2026-04-04'],
      ['2026-04-05T03:00:00Z', '2026-04-04'],
      ['2026-04-05T03:59:59Z', '2026-04-04'],
      ['2026-04-05T04:00:00Z', '2026-04-05'],
    ],
    'Asia/Kathmandu': [
      ['2026-03-17T18:14:59Z', '2026-03-17'],
      ['2026-03-17T18:15:00Z', '2026-03-18'],
      ['2026-03-18T00:00:00+05:45', '2026-03-18'],
    ],
    'Pacific/Kiritimati': [
      ['2026-03-17T09:59:59Z', '2026-03-17'],
      ['2026-03-17T10:00:00Z', '2026-03-18'],
    ],
    // There was no 30 December 2011.
    'Pacific/Apia': [
      ['2011-12-30T09:59:59Z', '2011-12-29'],
      ['2011-12-30T10:00:00Z', '2011-12-31'],
    ],
  };

  test('at the very beginning of the calendar has four digits too', () => {
    expect(dateIn('America/New_York', Date.parse('0001-01-01T00:00:00Z'))).toBe('0000-12-31');
    expect(dateIn('Asia/Tokyo', Date.parse('9999-12-31T14:59:59Z'))).toBe('9999-12-31');
  });

  test.each(Object.entries(zones))('in %s is the date of the collection there', async (timezone, moments) => {
    const world = await newWorld();
    const { id } = world.workspace;
    await ok(world, 'workspaces/update', { as: 'owner', params: { id }, body: { timezone } });
    const form_id = await aPublished(world, { title: 'Day', fields });
    for (const [collected_at, day] of moments) {
      const body = { form_id, local_uuid: randomUUID(), collected_at, data: { day: '1999-01-01', late: 'x' } };
      const submission = await ok(world, 'submissions/create', { body });
      const { data } = await ok(world, 'submissions/get', { params: { submission_id: submission.id } });
      // What depends on the date sees the same one.
      expect(data, collected_at).toEqual({ day, ...(day > '2026-03-28' ? { late: 'x' } : {}) });
    }
  });
});

describe('an instant with an offset', () => {
  let world: World;
  let form_id: string;
  beforeAll(async () => {
    world = await newWorld();
    form_id = await aPublished(world, { title: 'Day', fields });
  });
  const submit = async (collected_at: string, data: object = {}) =>
    await world.call('submissions/create', { body: { form_id, local_uuid: randomUUID(), collected_at, data } });

  /** The same instant, 2026-03-17T14:35:00Z, written in many ways. */
  const ways = [
    '2026-03-17T14:35:00Z',
    '2026-03-17T14:35:00.000z',
    '2026-03-18T04:35:00+14:00',
    '2026-03-17T02:35:00-12:00',
    '2026-03-17T20:20:00+05:45',
    '2026-03-17T11:05:00.000-03:30',
  ];

  test.each(ways)('%s is kept as the instant that it is, wherever it was written', async (way) => {
    const { body, status } = await submit(way, { at: way });
    expect(status, JSON.stringify(body)).toBe(201);
    const read = await ok(world, 'submissions/get', { params: { submission_id: body.id } });
    // The value of a field is stored as it was written.
    expect([Date.parse(read.collected_at), read.data.at]).toEqual([Date.parse('2026-03-17T14:35:00Z'), way]);
    const query = (from: string, to: string) =>
      `form_id=${form_id}&start_date=${encodeURIComponent(from)}&end_date=${encodeURIComponent(to)}`;
    for (const other of ways) {
      const listed = await ok(world, 'submissions/list', { query: query(other, other) });
      expect(listed.map(({ id }: { id: string }) => id)).toContain(body.id);
    }
  });

  test('is compared with the bounds of a field by the instant', async () => {
    const statusAt = async (at: string) => (await submit('2026-03-17T14:35:00Z', { at })).status;
    expect(await statusAt('2026-03-17T09:05:00Z')).toBe(201);
    expect(await statusAt('2026-03-17T09:04:59Z')).toBe(422);
    expect(await statusAt('2026-03-17T23:05:00+14:00')).toBe(201);
    expect(await statusAt('2026-03-17T23:04:59+14:00')).toBe(422);
    expect(await statusAt('2026-03-16T21:05:00-12:00')).toBe(201);
  });

  test('is taken at the ends of the calendar, since clocks of phones may be anything', async () => {
    for (const [at, day] of [
      ['0001-01-01T00:00:00Z', '0001-01-01'],
      ['9999-12-31T23:59:59Z', '9999-12-31'],
      ['0000-01-01T00:00:00+14:00', undefined],
      ['9999-12-31T23:59:59-14:00', undefined],
    ]) {
      const { body, status } = await submit(at!);
      expect([at, status], JSON.stringify(body)).toEqual([at, day ? 201 : 422]);
      if (!day) {
        expect(body.detail).toMatchObject([{ type: at!.startsWith('0') ? 'too_small' : 'too_large' }]);
        continue;
      }
      const read = await ok(world, 'submissions/get', { params: { submission_id: body.id } });
      expect([read.collected_at, read.data.day]).toEqual([at, day]);
    }
  });

  test.each(['1970-01-01T00:00:00+02:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    '%s, from the clock of a phone, can be asked for where submissions are read',
    async (at) => {
      const { id } = (await submit(at)).body;
      const query = `form_id=${form_id}&start_date=${encodeURIComponent(at)}&end_date=${encodeURIComponent(at)}`;
      const listed = await ok(world, 'submissions/list', { query });
      expect(listed.map((one: { id: string }) => one.id)).toContain(id);
    },
  );

  test.each(['2026-03-17T14:35:00+24:00', '2026-03-17T14:35:00+5:30', '2026-02-30T00:00:00Z', 'today'])(
    '%s is none',
    async (at) => {
      expect((await submit(at)).status).toBe(422);
      expect((await submit('2026-03-17T14:35:00Z', { at })).body.error_code).toBe('SUBMISSION_INVALID');
    },
  );
});
