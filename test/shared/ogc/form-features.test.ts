import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFormCollections, listFormCollections } from '../../../shared/ogc/form-collections.ts';
import { type FormFilters, readFormFeatures } from '../../../shared/ogc/form-features.ts';
import { addFile, aForm, gps, members, nextVersion, removeForm, submit, text } from '../exports/forms.ts';
import { day, now, Yard } from '../exports/yard.ts';
import { person } from '../support/people.ts';

/** Submissions as features for GIS clients. */

let yard: Yard;
let formId: string;
const trees = { ...members, id: 'trees', fields: [text('kind'), { ...gps, id: 'at' }] };
beforeEach(async () => {
  yard = new Yard();
  formId = await aForm(yard, [text('n'), gps, trees]);
});
afterEach(() => yard.end());

const point = (latitude: number, longitude = 2) => ({ latitude, longitude });
const at = (minute: number) => now - day + minute * 60_000;
const { reader, get: getOf } = readFormFeatures.open();
const get = (by: Yard['owner'], ofForm: string, id: string) => getOf(by, `submissions.${ofForm}`, id);

/** All features, in pages of a size. */
async function all(filters: FormFilters = {}, limit = 50, by = yard.owner) {
  const ids: string[] = [];
  let after: string | undefined;
  const form = await reader(by, `submissions.${formId}`);
  for (let pages = 0; pages < 200; pages++) {
    const page = await form.list(filters, { limit, offset: 0, after, counted: false });
    ids.push(...page.rows.map(({ item }) => item.id));
    if (!page.more) return ids;
    after = page.next ?? page.rows.at(-1)!.position;
  }
  throw new Error('It never ends');
}

test('each answered place is a feature, the last collected first', async () => {
  const first = await submit(
    yard,
    formId,
    { n: 'a', gps: point(1), trees: [{ kind: 'oak', at: point(2) }, {}] },
    at(1),
  );
  await submit(yard, formId, { n: 'none' }, at(2));
  const last = await submit(yard, formId, { n: 'c', gps: point(3) }, at(3));
  expect(await all()).toEqual([`${last}.gps`, `${first}.gps`, `${first}.at.0`]);
  const form = await reader(yard.owner, `submissions.${formId}`);
  const { rows, total } = await form.list({}, { limit: 1, offset: 0, after: undefined, counted: true });
  expect(total).toBe(3);
  expect(rows[0]!.item).toMatchObject({
    geometry: { type: 'Point', coordinates: [2, 3] },
    properties: { submission_id: last, field_id: 'gps', n: 'c' },
  });
});

test('pages of any size hold all features once', async () => {
  for (let i = 0; i < 30; i++) {
    const inside = Array.from({ length: i % 7 }, (_, row) => ({ at: point(row) }));
    await submit(yard, formId, { ...(i % 3 ? { gps: point(i) } : {}), trees: inside }, at(i % 11));
  }
  const whole = await all({}, 1000);
  expect(new Set(whole).size).toBe(whole.length);
  for (const limit of [1, 2, 5, 26]) expect(await all({}, limit)).toEqual(whole);
});

test('a box and a time are compared with the place and the collection', async () => {
  const ids = [];
  for (const [i, longitude] of [2, 10, 179.5].entries()) {
    ids.push(await submit(yard, formId, { gps: point(1, longitude) }, at(i)));
  }
  expect(await all({ bbox: [0, 0, 5, 5] })).toEqual([`${ids[0]}.gps`]);
  expect(await all({ bbox: [179, 0, -179, 5] })).toEqual([`${ids[2]}.gps`]);
  expect(await all({ collected: { from: at(1), to: at(1) } })).toEqual([`${ids[1]}.gps`]);
});

describe('one feature', () => {
  test('is found by its id, also as the export spells it', async () => {
    const id = await submit(yard, formId, { trees: [{ at: point(1) }, { at: point(2), kind: 'elm' }] });
    expect(await get(yard.owner, formId, `${id}.at.1`)).toMatchObject({ properties: { row_index: 1, kind: 'elm' } });
    expect(await get(yard.owner, formId, `${id}/at/1`)).toMatchObject({ id: `${id}.at.1` });
  });

  test('of another form, another field, or nothing is not found', async () => {
    const other = await aForm(yard, [gps]);
    const id = await submit(yard, other, { gps: point(1) });
    for (const wanted of [`${id}.gps`, id, '', 'x.gps', `${id}.gps.0`]) {
      await expect(get(yard.owner, formId, wanted), wanted).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

test('a field worker reads the places of own submissions only', async () => {
  const worker = person('field_worker', yard.tenant);
  const foreign = await submit(yard, formId, { gps: point(1) });
  expect(await all({}, 50, worker)).toEqual([]);
  await expect(get(worker, formId, `${foreign}.gps`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('properties show the ids of media files that are uploaded', async () => {
  formId = await aForm(yard, [gps, { id: 'photo', type: 'photo', label: 'Photo' }]);
  const id = await submit(yard, formId, { gps: point(1), photo: 'p.jpg' });
  const photo = addFile(yard, id);
  expect((await get(yard.owner, formId, `${id}.gps`)).properties).toMatchObject({ photo });
});

describe('collections', () => {
  const forms = { ...findFormCollections.open(), ...listFormCollections.open() };

  test('are the published forms that the caller sees', async () => {
    const collection = { id: `submissions.${formId}`, kind: 'submissions', title: 'Household Survey' };
    expect(await forms.list(yard.owner)).toMatchObject([collection]);
    expect(await forms.find(yard.owner, collection.id)).toMatchObject(collection);
    expect(await forms.list({ ...yard.owner, scopes: new Set(['geofences:read']) })).toEqual([]);
    for (const id of ['submissions.', 'submissions.x', 'submissions.__proto__']) {
      await expect(forms.find(yard.owner, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await removeForm(yard, formId);
    await expect(forms.find(yard.owner, collection.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await forms.list(yard.owner)).toEqual([]);
  });

  test('have a schema with the fields of all versions', async () => {
    await nextVersion(yard, formId, [{ id: 'count', type: 'integer', label: 'Count' }, gps]);
    const { geometries, required, nullable } = await forms.schemaOf(yard.owner, `submissions.${formId}`);
    expect(geometries).toEqual(['Point']);
    expect(Object.keys(required)).toEqual(['submission_id', 'form_id', 'field_id', 'collected_at']);
    expect(nullable).toMatchObject({
      count: { type: 'number' },
      n: { type: 'string' },
      trees: { type: 'array' },
      kind: {},
    });
  });
});
