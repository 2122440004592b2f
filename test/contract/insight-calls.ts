import { annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { type Call, row, text } from './call.ts';
import { entityCalls } from './entity-calls.ts';
import type { World } from './world.ts';

/** Calls of annotations, their classes and reference pairs, in addition to those of every plain resource. */

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { name: 'N', ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

/** A class with two fields, and a change of its fields. */
const changed = (fields: readonly object[] | null) => async (world: World) => {
  const { body } = await world.call('annotation-classes/create', {
    body: {
      name: `Class ${crypto.randomUUID()}`,
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
};
