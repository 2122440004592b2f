import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { relayEvents } from '../platform/stream.ts';
import { unzipped } from '../shared/archives/reading.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { multipart, photo } from '../support/forms.ts';
import { aDraft, aPublished } from './field-calls.ts';
import { signedIn } from './people.ts';
import { aPhone } from './phones.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Every filter of lists and files of field data, alone and together with each other, with something to leave out. */

let world: World;

async function ok(name: EndpointName, asked: Asked = {}) {
  const answer = await world.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer;
}

/** Every choice of some of the entries, the empty one included. */
function choices<T>([first, ...rest]: readonly T[]): T[][] {
  if (first === undefined) return [[]];
  return choices(rest).flatMap((chosen) => [chosen, [first, ...chosen]]);
}

const queryOf = (filters: object) => new URLSearchParams(filters as Record<string, string>).toString();

interface Stored {
  readonly id: string;
  readonly form_id: string;
  readonly project_id: string;
  readonly device_id: string;
  readonly source: string;
  readonly by: string;
  readonly collected_at: string;
}

const dates = ['2026-03-16T23:59:59.999Z', '2026-03-17T00:00:00Z', '2026-03-17T23:59:59Z', '2026-03-18T00:00:00Z'];
const place = { latitude: 1, longitude: 2 };
const way = {
  points: [
    { ...place, timestamp: '2026-03-17T00:00:00Z' },
    { ...place, timestamp: '2026-03-17T00:01:00Z' },
  ],
};
const schema = {
  title: 'Survey',
  fields: [
    { id: 'gps', type: 'geopoint', label: 'GPS' },
    { id: 'way', type: 'route', label: 'Way' },
    { id: 'photo', type: 'photo', label: 'Photo' },
  ],
};

/** Submissions of three forms in two projects, by a machine, a user and a phone, from two devices, on three days. */
async function everySubmission(): Promise<Stored[]> {
  const user = await signedIn(world, 'field_worker');
  const phone = await aPhone(world, { key: (await signedIn(world, 'field_worker')).access_token });
  const callers = [
    { source: 'headless', key: world.key },
    { source: 'web', key: user.access_token },
    { source: 'mobile', key: phone.device_token },
  ];
  const forms = [await aPublished(world, schema), await aPublished(world, schema)];
  const { project_id } = (await ok('forms/get', { params: { form_id: forms[0]! } })).body;
  const beside = await ok('forms/create', { body: { project_id, name: 'N', schema } });
  await ok('forms/publish', { params: { form_id: beside.body.id } });
  forms.push(beside.body.id);
  const devices = [randomUUID(), randomUUID()];
  const all: Stored[] = [];
  for (const [i, form_id] of forms.entries()) {
    for (const [j, collected_at] of dates.entries()) {
      const { key } = callers[(i + j) % 3]!;
      const [device_id, local_uuid] = [devices[j % 2], randomUUID()];
      const body = { form_id, device_id, collected_at, local_uuid, data: { gps: place, way } };
      const { id } = (await ok('submissions/create', { key, body })).body;
      const file = { name: 'photo.jpg', bytes: photo(id), type: 'image/jpeg' };
      await ok('media/upload', multipart({ file, submission_local_uuid: local_uuid, field_id: 'photo' }));
      const stored = (await ok('submissions/get', { params: { submission_id: id } })).body;
      all.push({ ...stored, by: key });
    }
  }
  await relayEvents();
  return all;
}

let stored: Stored[];
beforeAll(async () => {
  world = await newWorld();
  stored = await everySubmission();
});

const isIn = (one: Stored, from?: string, to?: string) => {
  const at = Date.parse(one.collected_at);
  const isDate = to?.length === 10;
  const end = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(isDate ? `${to}T23:59:59.999Z` : to);
  return at >= (from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from)) && at <= end;
};

describe('submissions', () => {
  const filters = ['form_id', 'project_id', 'device_id', 'source', 'start_date', 'end_date'] as const;
  type Filters = Partial<Record<(typeof filters)[number], string>>;

  /** The filters that a submission passes. */
  const passedBy = (one: Stored): Filters => ({
    form_id: one.form_id,
    project_id: one.project_id,
    device_id: one.device_id,
    source: one.source,
    start_date: one.collected_at.slice(0, 10),
    end_date: one.collected_at,
  });
  const expected = ({ start_date, end_date, ...equal }: Filters, by?: string) =>
    stored
      .filter((one) => by === undefined || one.by === by)
      .filter((one) => Object.entries(equal).every(([name, value]) => one[name as 'form_id'] === value))
      .filter((one) => isIn(one, start_date, end_date))
      .map(({ id }) => id)
      .sort();

  async function expectListed(asked: Filters, key?: string) {
    const by = key === undefined ? {} : { key };
    const { body, headers } = await ok('submissions/list', { ...by, query: queryOf(asked) });
    const wanted = expected(asked, key);
    expect(body.map(({ id }: Stored) => id).sort(), queryOf(asked)).toEqual(wanted);
    expect(headers['X-Total-Count'], queryOf(asked)).toBe(String(wanted.length));
    const paged: string[] = [];
    for (let skip = 0; skip < wanted.length; skip += 2) {
      const page = await ok('submissions/list', { ...by, query: queryOf({ ...asked, skip, limit: 2 }) });
      paged.push(...page.body.map(({ id }: Stored) => id));
    }
    expect(paged.sort(), queryOf(asked)).toEqual(wanted);
    return wanted.length;
  }

  test.each(choices(filters).map((chosen) => [chosen.join(', ') || 'nothing', chosen] as const))(
    'are filtered by %s',
    async (_, chosen) => {
      for (const one of [stored[1]!, stored[6]!, stored[9]!]) {
        const all = passedBy(one);
        const asked = Object.fromEntries(chosen.map((name) => [name, all[name]!])) as Filters;
        const count = await expectListed(asked);
        expect(count, 'one is there').toBeGreaterThan(0);
        if (chosen.length > 0) expect(count, 'one is left out').toBeLessThan(stored.length);
      }
    },
  );

  test('of a field worker are filtered in the same way', async () => {
    const mine = stored.find(({ source }) => source === 'web')!;
    for (const chosen of choices(filters)) {
      const all = passedBy(mine);
      await expectListed(Object.fromEntries(chosen.map((name) => [name, all[name]!])) as Filters, mine.by);
    }
  });
});

describe('files of a form', () => {
  const kinds = ['csv', 'geojson', 'gpx', 'media', 'package'] as const;
  const ends = { from: ['2026-03-17', '2026-03-17T23:59:59Z'], to: ['2026-03-17', '2026-03-17T00:00:00Z'] };
  const ranges = [undefined, ...ends.from].flatMap((from) =>
    [undefined, ...ends.to].flatMap((to) =>
      from && to && from > to ? [] : [{ ...(from ? { from } : {}), ...(to ? { to } : {}) }],
    ),
  );

  test.each(kinds)('%s holds the submissions of the form in the range, and no others', async (kind) => {
    const { form_id } = stored[0]!;
    for (const range of ranges as { from?: string; to?: string }[]) {
      const answer = await ok(`submissions/export-${kind}`, { query: queryOf({ form_id, ...range }) });
      const isArchive = kind !== 'geojson' && kind !== 'gpx';
      const files = isArchive ? [...(await unzipped(answer.bytes!))] : [['', JSON.stringify(answer.body)]];
      const text = files.map(([name, content]) => `${name} ${content}`).join('\n');
      const found = stored.filter(({ id }) => text.includes(id)).map(({ id }) => id);
      const wanted = stored.filter((one) => one.form_id === form_id && isIn(one, range.from, range.to));
      expect(found, JSON.stringify(range)).toEqual(wanted.map(({ id }) => id));
    }
  });
});

describe('forms', () => {
  test.each(['forms/list', 'headless/list-forms'] as const)('of %s are filtered by all that it knows', async (name) => {
    const own = await newWorld();
    const all: { id: string; project_id: string; status: string }[] = [];
    for (const make of [aPublished, aDraft, aPublished]) {
      const { body } = await own.call('forms/get', { params: { form_id: await make(own) } });
      all.push({ ...body, status: body.published ? 'published' : 'draft' });
    }
    const { project_id, schema } = (await own.call('forms/get', { params: { form_id: all[0]!.id } })).body;
    const draft = (await own.call('forms/create', { body: { project_id, name: 'N', schema } })).body;
    all.push({ ...draft, status: 'draft' });
    const isHeadless = name === 'headless/list-forms';
    const values = { project_id: all.map((one) => one.project_id), status: ['draft', 'published'] };
    const known = isHeadless ? (['project_id'] as const) : (['project_id', 'status'] as const);
    for (const chosen of choices(known)) {
      for (let i = 0; i < 4; i++) {
        const asked = Object.fromEntries(chosen.map((key) => [key, values[key][i % values[key].length]!]));
        const { body } = await own.call(name, { query: queryOf(asked) });
        const wanted = all
          .filter((one) => !isHeadless || one.status === 'published')
          .filter((one) => Object.entries(asked).every(([key, value]) => one[key as 'status'] === value));
        expect(body.map(({ id }: Stored) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
      }
    }
  });
});

test('exports are filtered by status, scope type and scope, alone and together', async () => {
  const all: Record<string, string>[] = (await ok('exports/list', { query: 'limit=200' })).body.data;
  const fence = await world.fence();
  const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
  const job = { scopeType: 'GEOFENCE', scopeId: fence.id, ...range, includes: ['EVENTS'] };
  for (let i = 0; i < 2; i++) all.push((await ok('exports/create', { body: job })).body);
  const other = { scopeType: 'FORM', scopeId: stored[11]!.form_id, includes: ['SUBMISSIONS_CSV'] };
  all.push((await ok('exports/create', { body: other })).body);
  const now = (await ok('exports/list', { query: 'limit=200' })).body.data as Record<string, string>[];
  expect(new Set(now.map(({ id }) => id))).toEqual(new Set(all.map(({ id }) => id)));
  for (const chosen of choices(['status', 'scopeType', 'scopeId'])) {
    for (const one of now) {
      const asked = Object.fromEntries(chosen.map((name) => [name, one[name]!]));
      const { body } = await ok('exports/list', { query: queryOf({ ...asked, limit: 200 }) });
      const wanted = now.filter((job) => chosen.every((name) => job[name] === one[name])).map(({ id }) => id);
      expect(body.data.map(({ id }: Stored) => id)).toEqual(wanted);
    }
  }
  for (const name of ['status', 'scopeType', 'scopeId'])
    expect(new Set(now.map((job) => job[name])).size).toBeGreaterThan(1);
});
