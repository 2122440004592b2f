import * as z from 'zod';
import { idOf, optional, required, shownId } from '../entity/fields.ts';
import { equalsOneOf } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { componentTarget } from '../topology/components.ts';
import { instant } from '../wire/schema.ts';
import { label } from '../wire/text.ts';
import { periodInstant, requireInOrder } from './period.ts';

/** Two components whose readings are compared during a period: the primary one, and the reference. */
export const referencePairs = defineKind({
  name: 'reference_pair',
  letters: 'camelCase',
  fields: {
    name: required(label(255), z.string()),
    primaryComponentId: required(idOf(componentTarget), shownId()),
    referenceComponentId: required(idOf(componentTarget), shownId()),
    from: required(periodInstant(), instant()),
    to: optional(periodInstant(), instant()),
  },
  references: {
    primaryComponentId: { to: componentTarget, onDelete: 'restrict' },
    referenceComponentId: { to: componentTarget, onDelete: 'restrict' },
  },
  filters: { componentId: equalsOneOf('primaryComponentId', 'referenceComponentId') },
  hook: {
    raises: ['VALIDATION_ERROR'],
    act: (_transaction, _actor, _before, after) => {
      if (after) requireInOrder(after.values);
    },
  },
});

export const {
  Draft: ReferencePairDraft,
  Patch: ReferencePairPatch,
  Shown: ReferencePair,
} = schemasOf('ReferencePair', referencePairs, {
  name: 'Old and new boiler',
  primaryComponentId: '01957e2b-a413-7c3e-8a51-3f2d6c0e8b11',
  referenceComponentId: '01957e2b-a414-7c3e-8a51-3f2d6c0e8b11',
  from: '2026-03-01T00:00:00Z',
  to: null,
});
