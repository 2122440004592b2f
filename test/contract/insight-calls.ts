import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { annotations } from '../../shared/analytics/annotations.ts';
import { referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { type Call, row, text } from './call.ts';
import { entityCalls } from './entity-calls.ts';
import { make } from './kinds.ts';
import type { World } from './world.ts';

/** Calls of annotations, their classes and reference pairs, in addition to those of every plain resource. */

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { name: 'N', ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

/** Changes the fields of a class that has two. */
const changed = (fields: readonly object[] | null) => async (world: World) => {
  const { body } = await world.call('annotation-classes/create', {
    body: {
      name: `Class ${randomUUID()}`,
      fields: [
        { key: 'depth', type: 'number' },
        { key: 'cause', type: 'enum', options: ['rain', 'leak'] },
      ],
    },
  });
  return { params: { id: body.id }, body: { fields } };
};
const depth = { key: 'depth', type: 'number' };
const cause = { key: 'cause', type: 'enum', options: ['rain', 'leak'] };
const conflict = (key: string, reason: string) => ({ body: { details: { conflicts: [{ key, reason }] } } });

const noon = '2026-03-17T12:00:00Z';

/** The body of an annotation of a device, whose class defines a value of each type. */
async function fitting(world: World, over: object): Promise<object> {
  const { body } = await world.call('annotation-classes/create', {
    body: {
      name: `Class ${randomUUID()}`,
      allowedScopes: ['DEVICE'],
      fields: [{ ...cause, required: true }, depth, { key: 'seen', type: 'boolean' }, { key: 'text', type: 'string' }],
    },
  });
  const fits = { scopeType: 'DEVICE', scopeId: await make('device', world), from: noon, values: { cause: 'rain' } };
  return { classId: body.id, ...fits, ...over };
}

const misfit = (title: string, over: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, async (world) => ({ body: await fitting(world, over) }), [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

async function annotation(world: World) {
  const { body } = await world.call('annotations/create', { body: await fitting(world, {}) });
  return { params: { id: body.id } };
}

async function pair(world: World) {
  const [primaryComponentId, referenceComponentId] = [await make('component', world), await make('component', world)];
  return { name: 'Pair', primaryComponentId, referenceComponentId, from: '2026-03-01T00:00:00Z' };
}

export const insightCalls: Readonly<Record<string, readonly Call[]>> = {
  ...entityCalls(
    'annotation-classes',
    annotationClasses,
    {
      create: [
        refused('a name of 121 characters', { name: 'n'.repeat(121) }, 'too_long', 'name'),
        refused('a color without #', { color: 'd97706' }, 'pattern', 'color'),
        refused('no scope', { allowedScopes: [] }, 'too_short', 'allowedScopes'),
        refused('an unknown scope', { allowedScopes: ['PLANET'] }, 'enum', 'allowedScopes', 0),
        refused('a field without a type', { fields: [{ key: 'a' }] }, 'missing', 'fields', 0, 'type'),
        refused('an enum without options', { fields: [{ key: 'a', type: 'enum' }] }, 'missing', 'fields', 0, 'options'),
        refused('options of a number', { fields: [{ ...cause, type: 'number' }] }, 'conflict', 'fields', 0, 'options'),
        refused('an option twice', { fields: [{ ...cause, options: ['a', 'a'] }] }, 'custom', 'fields', 0, 'options'),
        refused(
          'fields of more than 64 KB in all',
          {
            fields: Array.from({ length: 50 }, (_, i) => ({
              key: `f${i}`,
              type: 'enum',
              options: Array.from({ length: 100 }, (_, n) => String(n).padEnd(255, 'x')),
            })),
          },
          'too_long',
          'fields',
        ),
        refused('two fields with one key', { fields: [depth, depth] }, 'conflict', 'fields', 1, 'key'),
        refused(
          '51 fields',
          { fields: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, type: 'number' })) },
          'too_long',
          'fields',
        ),
      ],
      patch: [
        row(
          'a further field and a further option',
          changed([
            { ...cause, options: ['leak', 'rain', 'flood'] },
            depth,
            { key: 'seen', type: 'boolean', required: true },
          ]),
          200,
          {
            body: {
              version: 2,
              fields: [
                { key: 'cause' },
                { key: 'depth', required: false, options: null },
                { key: 'seen', required: true },
              ],
            },
          },
        ),
        row('no field any more', changed(null), [409, 'CONFLICT'], {
          body: {
            details: {
              conflicts: [
                { key: 'depth', reason: 'removed' },
                { key: 'cause', reason: 'removed' },
              ],
            },
          },
        }),
        row('one field less', changed([cause]), [409, 'CONFLICT'], conflict('depth', 'removed')),
        row(
          'another type',
          changed([{ ...depth, type: 'string' }, cause]),
          [409, 'CONFLICT'],
          conflict('depth', 'retyped'),
        ),
        row(
          'an option less',
          changed([depth, { ...cause, options: ['leak'] }]),
          [409, 'CONFLICT'],
          conflict('cause', 'options_removed'),
        ),
      ],
    },
    ['fields'],
  ),
  ...entityCalls('annotations', annotations, {
    create: [
      misfit('an unknown scope type', { scopeType: 'PLANET' }, 'enum', 'scopeType'),
      misfit('a scope that its class does not allow', { scopeType: 'SITE' }, 'enum', 'scopeType'),
      misfit('an end before its beginning', { from: noon, to: '2026-03-17T11:59:59.999Z' }, 'conflict', 'to'),
      misfit('a date as its beginning', { from: '2026-03-17' }, 'format', 'from'),
      misfit('a beginning before 1970', { from: '1969-12-31T23:59:59Z' }, 'too_small', 'from'),
      misfit('an end after 9999', { to: '9999-12-31T23:59:59-01:00' }, 'too_large', 'to'),
      misfit('a confidence of 1.1', { confidence: 1.1 }, 'too_large', 'confidence'),
      misfit('an unknown source', { source: 'GUESS' }, 'enum', 'source'),
      misfit('a note of 4001 characters', { note: 'n'.repeat(4001) }, 'too_long', 'note'),
      misfit('no value that its class requires', { values: {} }, 'missing', 'values', 'cause'),
      misfit('null for such a value', { values: { cause: null } }, 'missing', 'values', 'cause'),
      misfit('a text for a number', { values: { cause: 'rain', depth: '3' } }, 'type_error', 'values', 'depth'),
      misfit('a number for a boolean', { values: { cause: 'rain', seen: 1 } }, 'type_error', 'values', 'seen'),
      misfit('an option that does not exist', { values: { cause: 'snow' } }, 'enum', 'values', 'cause'),
      misfit(
        'a text of 256 characters',
        { values: { cause: 'rain', text: 'x'.repeat(256) } },
        'too_long',
        'values',
        'text',
      ),
      misfit(
        'a value that its class does not define',
        { values: { cause: 'rain', dept: 3 } },
        'unknown_field',
        'values',
        'dept',
      ),
      misfit('values that are a list', { values: [] }, 'type_error', 'values'),
      row(
        'values of each type, at one instant, as somebody else created it',
        async (world) => ({
          body: await fitting(world, {
            from: '2026-03-17T14:00:00.250+02:00',
            to: null,
            source: 'ML',
            confidence: 1,
            values: { cause: 'leak', depth: -0.5, seen: false, text: 'é' },
            createdBy: 'somebody',
          }),
        }),
        201,
        {
          body: {
            from: '2026-03-17T12:00:00.250Z',
            to: null,
            source: 'ML',
            confidence: 1,
            values: { cause: 'leak', depth: -0.5, seen: false, text: 'é' },
            createdBy: expect.stringMatching(/^(user|key)_/),
          },
        },
      ),
    ],
    list: [
      ...[
        [{}, '1'],
        [{ scopeType: 'SITE' }, '0'],
        [{ scopeId: randomUUID() }, '0'],
        [{ classId: randomUUID() }, '0'],
        [{ source: 'RULE' }, '0'],
        [{ from: '2026-03-18', to: '2026-03-18' }, '0'],
        [{ from: '2026-03-16', to: '2026-03-16' }, '0'],
      ].map(([other = {}, total]) =>
        row(
          `of all that is known of one, but ${JSON.stringify(other)}`,
          async (world) => {
            const given = await fitting(world, { source: 'ML' });
            const { body } = await world.call('annotations/create', { body: given });
            const { scopeType, scopeId, classId, source } = body;
            const query = {
              scopeType,
              scopeId,
              classId,
              source,
              from: '2026-03-17',
              to: '2026-03-17',
              ...(other as object),
            };
            return { query: new URLSearchParams(query).toString() };
          },
          200,
          { headers: { 'X-Total-Count': total } },
        ),
      ),
      row('an end before the beginning', { query: 'from=2026-03-18&to=2026-03-17' }, [422, 'VALIDATION_ERROR']),
      row('an unknown scope type', { query: 'scopeType=PLANET' }, [422, 'VALIDATION_ERROR']),
    ],
    patch: [
      row(
        'values that do not fit',
        async (world) => ({ ...(await annotation(world)), body: { values: { cause: 'snow' } } }),
        [422, 'VALIDATION_ERROR'],
      ),
      row(
        'an end before the beginning that stays',
        async (world) => ({ ...(await annotation(world)), body: { to: '2026-03-17T11:00:00Z' } }),
        [422, 'VALIDATION_ERROR'],
      ),
      row(
        'another class, scope and source, which never change',
        async (world) => ({
          ...(await annotation(world)),
          body: { classId: 'other', scopeId: 'other', source: 'ML', note: 'Seen' },
        }),
        200,
        { body: { source: 'MANUAL', note: 'Seen', version: 2 } },
      ),
    ],
  }),
  ...entityCalls('reference-pairs', referencePairs, {
    create: [
      row(
        'an end before its beginning',
        async (world) => ({ body: { ...(await pair(world)), to: '2026-02-28T23:59:59Z' } }),
        [422, 'VALIDATION_ERROR'],
        { body: { detail: [{ type: 'conflict', loc: ['body', 'to'], msg: text }] } },
      ),
    ],
    patch: [
      row(
        'an end, and then none',
        async (world) => {
          const { body } = await world.call('reference-pairs/create', { body: await pair(world) });
          const params = { id: body.id };
          await world.call('reference-pairs/patch', { params, body: { to: '2026-04-01T00:00:00Z' } });
          return { params, body: { to: null } };
        },
        200,
        { body: { to: null, version: 3 } },
      ),
      row(
        'an end before its beginning',
        async (world) => {
          const { body } = await world.call('reference-pairs/create', { body: await pair(world) });
          return { params: { id: body.id }, body: { to: '2026-02-01T00:00:00Z' } };
        },
        [422, 'VALIDATION_ERROR'],
      ),
    ],
    list: [
      row(
        'of the component that others are compared with',
        async (world) => {
          const body = await pair(world);
          await world.call('reference-pairs/create', { body });
          return { query: `componentId=${body.referenceComponentId}` };
        },
        200,
        { headers: { 'X-Total-Count': '1' } },
      ),
    ],
  }),
};
