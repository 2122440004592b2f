import * as z from 'zod';
import { defaulted, optional, required } from '../entity/fields.ts';
import { partOf } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { label, prose } from '../wire/text.ts';
import { ClassFields, requireKeptFields, ShownClassFields } from './class-fields.ts';
import { type ScopeType as Scope, ScopeType, scopeTypes } from './scopes.ts';

const Color = z.string().regex(/^#[0-9A-Fa-f]{6}$/, 'Should be a color such as #d97706');

const allScopes: Scope[] = [...scopeTypes];

/** Types of annotations: what they may be about, and which values they hold. */
export const annotationClasses = defineKind({
  name: 'annotation_class',
  letters: 'camelCase',
  fields: {
    name: required(label(120), z.string()),
    description: optional(prose(2000), z.string()),
    color: optional(Color, z.string()),
    allowedScopes: defaulted(
      z
        .array(ScopeType)
        .min(1)
        .max(scopeTypes.length)
        .transform((given) => scopeTypes.filter((scope) => given.includes(scope))),
      z.array(ScopeType),
      allScopes,
    ),
    fields: defaulted(ClassFields, ShownClassFields, []),
  },
  unique: { name: {} },
  filters: { search: partOf('name') },
  held: true,
  hook: {
    act: (_transaction, _actor, before, after) => {
      if (before && after) requireKeptFields(before.values.fields, after.values.fields);
    },
  },
});

export const {
  Draft: AnnotationClassDraft,
  Patch: AnnotationClassPatch,
  Shown: AnnotationClass,
} = schemasOf('AnnotationClass', annotationClasses, {
  name: 'Defrosting',
  description: 'The cold room is warmer than usual, on purpose.',
  color: '#d97706',
  allowedScopes: allScopes,
  fields: [
    { key: 'reason', type: 'enum', required: false, options: ['planned', 'fault'] },
    { key: 'minutes', type: 'number', required: false, options: null },
  ],
});

export const annotationClassTarget = targetOf(annotationClasses);
