import * as z from 'zod';
import { roles } from '../auth/scopes.ts';
import { shownId } from '../entity/fields.ts';
import { Geometry } from '../geofences/geometry-wire.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { instant, readOnly, strictObject } from '../wire/schema.ts';
import { label } from '../wire/text.ts';
import { documented } from './schema-document.ts';

/** Forms, versions and assignments as bodies and answers. */

const mostBytes = 1024 * 1024;

/** The schema of a small form, for examples, the demo workspace and tests. */
export const schemaExample = {
  version: 1,
  title: 'Household Survey',
  fields: [
    { id: 'full_name', type: 'text', label: 'Full Name', required: true },
    {
      id: 'has_water',
      type: 'select_one',
      label: 'Running water?',
      options: [
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No' },
      ],
    },
  ],
};

/** The rules of schemas are in `shared/forms`, which reports all failures at once. */
export const FormSchema = keptObject().meta({ id: 'FormSchema', override: documented, example: schemaExample });

const givenSchema = () => freeObject(mostBytes).meta({ override: documented, example: schemaExample });

const exampleId = '01957e2b-a421-7c3e-8a51-3f2d6c0e8b11';
const projectId = '01957e2b-a420-7c3e-8a51-3f2d6c0e8b11';
const versionId = '01957e2b-a422-7c3e-8a51-3f2d6c0e8b11';

const readOnlyFields = {
  published: readOnly(),
  has_draft: readOnly(),
  form_version_id: readOnly(),
  version_num: readOnly(),
  created_at: readOnly(),
  updated_at: readOnly(),
  version: readOnly(),
};

export const FormDraft = strictObject({
  id: readOnly(),
  ...whenMade({ project_id: givenId().meta({ names: 'project' }), name: label(255), schema: givenSchema() }),
  ...readOnlyFields,
}).meta({
  id: 'FormDraft',
  example: { project_id: projectId, name: 'Household Survey', schema: schemaExample },
});

export const FormChange = strictObject({
  id: readOnly(),
  project_id: readOnly(),
  ...whenMade({ name: label(255).optional(), schema: givenSchema().optional() }),
  ...readOnlyFields,
})
  .refine(({ name, schema }) => name !== undefined || schema !== undefined, {
    message: 'Should hold a name or a schema',
    params: { type: 'missing' },
  })
  .meta({ id: 'FormChange', example: { name: 'Household Survey' } });

const listed = {
  id: shownId(),
  name: z.string(),
  project_id: shownId(),
  published: z.boolean(),
  created_at: instant(),
};

const listExample = {
  id: exampleId,
  name: 'Household Survey',
  project_id: projectId,
  published: true,
  created_at: '2026-03-17T10:00:00Z',
};

export const FormListItem = z.object(listed).meta({ id: 'FormListItem', example: listExample });

export const Form = z
  .object({
    ...listed,
    schema: FormSchema,
    has_draft: z.boolean(),
    form_version_id: shownId().nullable(),
    version_num: z.int().nullable(),
    updated_at: instant(),
    version: z.int(),
  })
  .meta({
    id: 'Form',
    example: {
      ...listExample,
      schema: schemaExample,
      has_draft: false,
      form_version_id: versionId,
      version_num: 3,
      updated_at: '2026-03-17T10:00:00Z',
      version: 4,
    },
  });

const versionExample = {
  id: versionId,
  form_id: exampleId,
  version_num: 3,
  published_at: '2026-03-17T10:00:00Z',
  published_by: 'user_0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
};

const versioned = {
  id: shownId(),
  form_id: shownId(),
  version_num: z.int(),
  published_at: instant(),
  published_by: z.string(),
};

export const FormVersion = z.object(versioned).meta({ id: 'FormVersion', example: versionExample });

export const FormVersionWithSchema = z
  .object({ ...versioned, schema: FormSchema })
  .meta({ id: 'FormVersionWithSchema', example: { ...versionExample, schema: schemaExample } });

export const mostAssigned = 1000;

export const AssignmentsDraft = strictObject(
  whenMade({
    user_ids: z
      .array(givenId().meta({ names: 'user' }))
      .max(mostAssigned)
      .optional(),
    roles: z.array(z.enum(roles)).max(roles.length).optional(),
  }),
).meta({ id: 'FormAssignmentsDraft', example: { roles: ['field_worker'] } });

export const Assignments = z
  .object({ user_ids: z.array(shownId()), roles: z.array(z.enum(roles)) })
  .meta({ id: 'FormAssignments', example: { user_ids: [], roles: ['field_worker'] } });

export const MobileGeofence = z.object({ id: shownId(), name: z.string(), geometry: Geometry, version: z.int() }).meta({
  id: 'MobileGeofence',
  example: {
    id: '550e8400-e29b-41d4-a716-446655440000',
    name: 'Study area',
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [-78.53, -0.24],
          [-78.51, -0.24],
          [-78.51, -0.22],
          [-78.53, -0.24],
        ],
      ],
    },
    version: 1,
  },
});

export const MobileForm = z
  .object({
    id: shownId(),
    name: z.string(),
    project_id: shownId(),
    form_version_id: shownId(),
    version_num: z.int(),
    schema: FormSchema,
    geofences: z.array(MobileGeofence).nullable(),
  })
  .meta({
    id: 'MobileForm',
    example: {
      id: exampleId,
      name: 'Household Survey',
      project_id: projectId,
      form_version_id: versionId,
      version_num: 3,
      schema: schemaExample,
      geofences: [],
    },
  });
