import { expect, test } from 'vitest';
import * as z from 'zod';
import { idOf } from '../../shared/entity/fields.ts';
import type { Route } from '../../shared/http/route.ts';
import { sensorTarget } from '../../shared/topology/sensors.ts';
import { siteTarget } from '../../shared/topology/sites.ts';
import { endpoint, type NamedEndpoint } from '../support/endpoints.ts';
import { bodyNaming, placeOf } from './naming.ts';
import { filledExample, referencesOf } from './references.ts';

/** A made-up resource, which names sensors in one of the two types of its parts. */

const note = z.object({ type: z.literal('note'), config: z.object({ text: z.string() }) });
const config = z.object({ unit: z.string(), sensorIds: z.array(idOf(sensorTarget)) });
const part = z.discriminatedUnion('type', [note, z.object({ type: z.literal('chart'), config })]);
const parts = [
  { type: 'note', config: { text: 'Hello' } },
  { type: 'chart', config: { unit: 'K', sensorIds: ['any', 'other'] } },
];
const body = z
  .object({ name: z.string(), siteId: idOf(siteTarget).optional(), parts: z.array(part) })
  .meta({ example: { name: 'B', parts } });
const boards = { ...endpoint('sites/create'), name: 'boards/create', route: { body } } as unknown as NamedEndpoint;

const filled = (route: Route) => filledExample(route, async (kind) => `a ${kind}`);

test('an id is set where the example has one, and the rest stays as it is there', async () => {
  const path = ['parts', 0, 'config', 'sensorIds', 0];
  expect(referencesOf(boards.route).map((one) => one.path)).toEqual([['siteId'], path]);
  expect(placeOf(boards, path)).toEqual(['parts', 1, 'config', 'sensorIds', 0]);
  const charted = { type: 'chart', config: { unit: 'K', sensorIds: ['this', 'a sensor'] } };
  expect(await bodyNaming(boards, path, 'this', filled)).toEqual({ name: 'B', parts: [parts[0], charted] });
});

test('an id that the example has nowhere is added to it', async () => {
  expect(await bodyNaming(boards, ['siteId'], 'this', filled)).toMatchObject({ name: 'B', siteId: 'this' });
});

test('a change whose example lacks the field has that of the create', async () => {
  const patch = endpoint('notification-channels/patch');
  expect(await bodyNaming(patch, ['config', 'webhookId'], 'this', filled)).toEqual({
    name: 'Night shift',
    config: { to: ['ops@example.com'], webhookId: 'this' },
  });
});
