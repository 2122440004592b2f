import * as z from 'zod';
import { defaulted, fixed, idOf, optional, required, serverSet, shownId } from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { schemasOf } from '../entity/schemas.ts';
import { componentTarget } from '../topology/components.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { sensorTarget } from '../topology/sensors.ts';
import { siteTarget } from '../topology/sites.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { instant } from '../wire/schema.ts';
import { prose } from '../wire/text.ts';
import { annotationClassTarget } from './annotation-classes.ts';
import { guardAnnotation, tablesOfGuard } from './guard-annotation.ts';
import { overlapFilters, periodInstant } from './period.ts';
import { ScopeType } from './scopes.ts';

export const sources = ['MANUAL', 'RULE', 'REFERENCE', 'EXTERNAL', 'ML'] as const;
export const AnnotationSource = z.enum(sources);

/** All the values of a class with 50 fields. */
const mostBytesOfValues = 64 * 1024;
const confidence = z.number().min(0).max(1);

/** Notes of people and programs about a period of a site, a device, a component or a sensor. */
export const annotations = defineKind({
  name: 'annotation',
  letters: 'camelCase',
  fields: {
    classId: fixed(required(idOf(annotationClassTarget), shownId())),
    scopeType: fixed(required(ScopeType, ScopeType)),
    // What it names depends on `scopeType`; the tests create a device for it.
    scopeId: fixed(required(idOf(deviceTarget), shownId())),
    from: required(periodInstant(), instant()),
    to: optional(periodInstant(), instant()),
    source: fixed(defaulted(AnnotationSource, AnnotationSource, 'MANUAL')),
    values: defaulted(freeObject(mostBytesOfValues), keptObject(), {}),
    note: optional(prose(4000), z.string()),
    confidence: optional(confidence, confidence),
    createdBy: serverSet(required(z.string(), z.string())),
  },
  references: {
    classId: { to: annotationClassTarget, onDelete: 'restrict' },
    scopeId: {
      by: 'scopeType',
      cases: {
        SITE: { to: siteTarget, onDelete: 'cascade' },
        DEVICE: { to: deviceTarget, onDelete: 'cascade' },
        COMPONENT: { to: componentTarget, onDelete: 'cascade' },
        SENSOR: { to: sensorTarget, onDelete: 'cascade' },
      },
    },
  },
  filters: {
    scopeType: equals('scopeType'),
    scopeId: equals('scopeId'),
    classId: equals('classId'),
    source: equals('source'),
    ...overlapFilters,
  },
  hook: {
    tables: tablesOfGuard,
    raises: ['VALIDATION_ERROR'],
    act: (transaction, actor, before, after) => guardAnnotation(transaction, actor, before, after),
  },
});

export const {
  Draft: AnnotationDraft,
  Patch: AnnotationPatch,
  Shown: Annotation,
} = schemasOf('Annotation', annotations, {
  classId: '01957e2b-a410-7c3e-8a51-3f2d6c0e8b11',
  scopeType: 'DEVICE',
  scopeId: '01957e2b-a403-7c3e-8a51-3f2d6c0e8b11',
  from: '2026-03-17T09:00:00Z',
  to: '2026-03-17T09:40:00Z',
  source: 'MANUAL',
  values: { reason: 'planned', minutes: 40 },
  note: 'The door stood open for the delivery.',
  confidence: null,
  createdBy: 'user_8f2c3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
});
