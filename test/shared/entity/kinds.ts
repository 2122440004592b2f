import * as z from 'zod';
import { defaulted, fixed, hidden, optional, required, serverSet } from '../../../shared/entity/fields.ts';
import { equals, includes, partOf } from '../../../shared/entity/filters.ts';
import { defineKind } from '../../../shared/entity/kind.ts';
import { targetOf } from '../../../shared/entity/target.ts';

/**
 * Kinds that exist only in tests, with every feature that a kind can have: yards contain boxes, boxes contain locks,
 * rules refer to locks and yards, and deeds never change.
 */

const text = z.string().min(1).max(40);
const words = required(text, z.string());
const id = required(text, z.string());
const ids = (most: number) => defaulted(z.array(text).max(most), z.array(z.string()), []);

export const yards = defineKind({
  name: 'yard',
  letters: 'camelCase',
  fields: {
    name: words,
    note: optional(text, z.string()),
    size: defaulted(z.int(), z.int(), 1),
    metadata: defaulted(z.record(z.string(), z.unknown()), z.record(z.string(), z.unknown()), {}),
  },
  unique: { name: {} },
  filters: { search: partOf('name'), size: equals('size') },
  held: true,
});

export const boxes = defineKind({
  name: 'box',
  letters: 'snake_case',
  fields: {
    yard_id: fixed(id),
    label: words,
    color: optional(z.enum(['red', 'blue']), z.string()),
    made_by: serverSet(words),
    pin: hidden(optional(text, z.string())),
  },
  unique: { label: { within: ['yard_id'] } },
  references: { yard_id: { to: targetOf(yards), onDelete: 'cascade' } },
  filters: { yard_id: equals('yard_id'), color: equals('color'), search: partOf('label') },
  quota: { resource: 'boxes', most: 3, within: 'yard_id' },
  held: true,
});

export const locks = defineKind({
  name: 'lock',
  letters: 'camelCase',
  fields: { boxId: fixed(id), key: fixed(words), open: defaulted(z.boolean(), z.boolean(), false) },
  references: { boxId: { to: targetOf(boxes), onDelete: 'cascade' } },
  filters: { boxId: equals('boxId') },
  held: true,
});

const scope = z.object({ lockId: text.nullish().transform((value) => value ?? null) });

export const rules = defineKind({
  name: 'rule',
  letters: 'camelCase',
  fields: {
    name: words,
    enabled: defaulted(z.boolean(), z.boolean(), true),
    scope: required(scope, z.object({ lockId: z.string().nullable() })),
    yardId: optional(text, z.string()),
    yardIds: ids(5),
    boxIds: ids(200),
  },
  references: {
    'scope.lockId': { to: targetOf(locks), onDelete: 'restrict' },
    yardId: { to: targetOf(yards), onDelete: 'null' },
    yardIds: { to: targetOf(yards), onDelete: 'null' },
    boxIds: { to: targetOf(boxes), onDelete: 'keep' },
  },
  filters: { enabled: equals('enabled'), lockId: equals('scope.lockId'), watches: includes('yardIds') },
  quota: { resource: 'rules', most: 4 },
});

export const deeds = defineKind({
  name: 'deed',
  letters: 'snake_case',
  immutable: true,
  fields: {
    name: words,
    version: required(z.string().regex(/^\d+\.\d+$/), z.string()),
    about: optional(z.enum(['yard', 'box', 'lock']), z.string()),
    about_id: optional(text, z.string()),
  },
  unique: { version: { within: ['name'], taken: 'VERSION_EXISTS' } },
  references: {
    about_id: {
      by: 'about',
      cases: {
        yard: { to: targetOf(yards), onDelete: 'restrict' },
        box: { to: targetOf(boxes), onDelete: 'cascade' },
        lock: { to: targetOf(locks), onDelete: 'restrict' },
      },
    },
  },
  filters: { name: equals('name'), about: equals('about'), about_id: equals('about_id') },
  quota: { resource: 'webhooks' },
});

export const kinds = { yard: yards, box: boxes, lock: locks, rule: rules, deed: deeds } as const;
