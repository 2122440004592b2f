import { expect, test } from 'vitest';
import { newId } from '../../shared/table/ids.ts';
import { formKeys } from '../../shared/table/keys/forms.ts';
import { platform } from '../platform/in-process.ts';
import { aPublished } from './field-calls.ts';
import { newWorld, type World } from './world.ts';

/** A workspace with thousands of forms has as many collections. */

/** Adds copies of a published form. @returns the ids of all collections of forms, the newest first */
async function publishedForms(world: World, many: number): Promise<string[]> {
  const { reference } = world.workspace;
  const first = await aPublished(world);
  const { pk } = formKeys.thin(reference, first);
  const [thin] = platform.database.rows('main', (row) => row.pk === pk && row.sk === first);
  const ids = Array.from({ length: many - 1 }, () => newId(Date.now()));
  for (const id of ids) platform.database.set('main', { ...thin, ...formKeys.thin(reference, id) });
  return [first, ...ids]
    .sort()
    .reverse()
    .map((id) => `submissions.${id}`);
}

const idsIn = ({ collections }: { collections: readonly { readonly id: string }[] }) =>
  collections.map(({ id }) => id).filter((id) => id.startsWith('submissions.'));

test('a client finds the collections of 2,500 forms in one answer', async () => {
  const world = await newWorld();
  const ids = await publishedForms(world, 2500);
  const { status, body } = await world.call('ogc/list-collections', {});
  expect([status, idsIn(body)]).toEqual([200, ids]);
});

test('the collections of 6,000 forms are at a link, since no answer can be as long', async () => {
  const world = await newWorld();
  const ids = await publishedForms(world, 6000);
  const { status, headers } = await world.call('ogc/list-collections', {});
  expect(status).toBe(303);
  const body = JSON.parse(platform.store.open(headers.Location!).toString('utf8'));
  expect(idsIn(body)).toEqual(ids);
  expect(body.links).toMatchObject([{ rel: 'self' }]);
});
