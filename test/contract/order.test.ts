import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { definitionOf, unwrapped } from '../../shared/http/introspection.ts';
import { isConditional, problemsOf } from '../../shared/http/problems.ts';
import { statusOf } from '../../shared/problems/problem.ts';
import { addressed, paramsOf } from '../support/endpoints.ts';
import { allowedTo, newWorld, type World } from './world.ts';

/** The order of checks: the fields, then the object, then its version, then its state, then the plan. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const named = addressed.filter(({ route }) => route.problems.includes('NOT_FOUND'));
/** Whose points are answered one by one, so that a wrong one is no wrong body. */
const itemwise = ['devices/report-locations'];
const withBody = named.filter(({ name, route }) => route.body && !itemwise.includes(name));

/** Bodies that are wrong whatever is stored: one for each field that may be set. */
function wrongBodies(body: z.ZodType): object[] {
  const example = (body.meta()?.example ?? {}) as Record<string, unknown>;
  const fields = Object.entries(definitionOf(unwrapped(body)).shape ?? {});
  const given = fields.filter(([, field]) => field.meta()?.readOnly !== true).map(([name]) => name);
  return [...given.map((name) => ({ ...example, [name]: [[]] })), { ...example, zebra: 1 }];
}

describe.each(withBody)('$name', ({ name, route }) => {
  const params = paramsOf(route, randomUUID());
  /** The same body for an object that does not exist. */
  const ofNothing = (body: { id?: unknown }) => (typeof body.id === 'string' ? { ...body, id: randomUUID() } : body);

  test('reports wrong fields before the object is looked up', async () => {
    for (const body of wrongBodies(route.body as z.ZodType)) {
      const answer = await world.call(name, { ...allowedTo(route), params, body: ofNothing(body) });
      expect([answer.status, answer.body.error_code], JSON.stringify(body)).toEqual([
        statusOf('VALIDATION_ERROR', route),
        'VALIDATION_ERROR',
      ]);
    }
  });
});

describe.each(named.filter(({ route }) => isConditional(route)))('$name', ({ name, route }) => {
  test('reports that the object does not exist before its version', async () => {
    const body = (route.body as z.ZodType | undefined)?.meta()?.example as object | undefined;
    const query =
      route.query && problemsOf(route).has('NOT_FOUND') && !route.path.includes('{') ? `id=${randomUUID()}` : '';
    const answer = await world.call(name, {
      ...allowedTo(route),
      params: paramsOf(route, randomUUID()),
      ...(body ? { body: 'id' in body ? { ...body, id: randomUUID() } : body } : {}),
      query,
      headers: { 'if-match': '"v99"' },
    });
    if (route.path.includes('{') || query || (body && 'id' in body)) expect(answer.status).toBe(404);
    else expect(answer.status).toBe(412);
  });
});

describe('a geofence', () => {
  const geometry = { type: 'Polygon', coordinates: [[[0, 0]]] };
  const action = { run: { type: 'nothing' } };

  test.each([{ geometry }, { action }, { geometry: 'x' }, { action: { run: [1] } }])(
    'refuses %j before anything is looked up',
    async (wrong) => {
      const id = randomUUID();
      const headers = { 'if-match': '"v99"' };
      const answers = [
        await world.call('geofences/update', { body: { id, ...wrong }, headers }),
        await world.call('geofences/patch', { params: { id }, body: wrong, headers }),
        await world.call('geofences/replace', {
          params: { id },
          body: { name: 'A', latitude: 1, longitude: 1, ...wrong },
          headers,
        }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 422, 422]);
    },
  );

  test('whose external id is taken is a conflict before the plan is asked', async () => {
    const full = await newWorld('free');
    const taken = await full.fence({ externalId: 'site-1' });
    for (let i = 0; ; i++) {
      const made = await full.call('geofences/create', {
        as: 'admin',
        body: { name: `F${i}`, latitude: 1, longitude: i / 1000 },
      });
      if (made.status === 403) break;
      expect(made.status).toBe(201);
    }
    const answer = await full.call('geofences/create', {
      as: 'admin',
      body: { name: 'A', latitude: 1, longitude: 1, externalId: 'site-1' },
    });
    expect([answer.status, answer.body.error_code, answer.body.details]).toEqual([
      409,
      'EXTERNAL_ID_EXISTS',
      { id: taken.id },
    ]);
  });
});
