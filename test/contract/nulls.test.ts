import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { checked } from '../../shared/http/failures.ts';
import { definitionOf, unwrapped } from '../../shared/http/introspection.ts';
import { endpoints } from '../support/endpoints.ts';
import { plainKinds } from './entities.ts';

/**
 * The meaning of `null` in the bodies of all routes: in a create the field counts as absent, in a change it returns to
 * its default.
 */

/** Bodies that are lists have no fields of their own. */
const isObject = (body: z.ZodType | undefined) => body && definitionOf(unwrapped(body)).shape !== undefined;

const bodies = endpoints.flatMap(({ name, route }) =>
  isObject(route.body) ? [{ name, method: route.method, path: route.path, body: route.body as z.ZodType }] : [],
);
/** Whether it changes only the given fields, although its method is PUT. */
const isChange = ({ method, path }: { method: string; path: string }) =>
  method === 'PATCH' || (method === 'PUT' && path === '/api/v1/geofences');

const shapeOf = (body: z.ZodType) => Object.entries(definitionOf(unwrapped(body)).shape ?? {});
const exampleOf = (body: z.ZodType) => (body.meta()?.example ?? {}) as Record<string, unknown>;
const isIgnored = (field: z.ZodType) => field.meta()?.readOnly === true;

describe.each(bodies.filter((one) => !isChange(one)))('in the body of $name', ({ body }) => {
  test.each(shapeOf(body))('null for %s means the same as leaving it out', (field, schema) => {
    const { [field]: _, ...without } = exampleOf(body);
    const withNull = checked(body, 'body', { ...without, [field]: null });
    expect(withNull).toEqual(checked(body, 'body', without));
    if (isIgnored(schema)) expect(withNull).toHaveProperty('value');
  });
});

describe.each(bodies.filter(isChange))('in the body of $name', ({ body }) => {
  test.each(shapeOf(body))('null for %s clears it, or is refused by name', (field) => {
    const result = checked(body, 'body', { ...exampleOf(body), [field]: null });
    if ('value' in result) return;
    expect(result.failures).toEqual([
      {
        type: expect.stringMatching(/^(type_error|enum)$/),
        loc: ['body', field],
        msg: expect.stringMatching(/^Should be /),
      },
    ]);
  });
});

test('a field with a default returns to it in every change', () => {
  const refused = bodies.filter(isChange).flatMap(({ name, body }) =>
    shapeOf(body)
      .filter(([field]) => 'failures' in checked(body, 'body', { ...exampleOf(body), [field]: null }))
      .map(([field]) => `${name} ${field}`),
  );
  const ofKinds = Object.entries(plainKinds).flatMap(([folder, { fields }]) =>
    Object.keys(fields).flatMap((field) =>
      fields[field]?.presence === 'required' && fields[field].setBy === 'anytime' ? [`${folder}/patch ${field}`] : [],
    ),
  );
  const others = [
    'account/patch-api-key name',
    'account/patch-api-key scopes',
    'devices/patch status',
    'geofences/patch latitude',
    'geofences/patch longitude',
    'geofences/patch name',
    'geofences/update id',
    'geofences/update latitude',
    'geofences/update longitude',
    'geofences/update name',
    'workspaces/update name',
    'workspaces/update slug',
    'workspaces/update-member role',
    'workspaces/update-member status',
  ];
  expect(refused.sort()).toEqual([...others, ...ofKinds].sort());
});
