import type { Family } from '../forms/types.ts';
import { type PropertyField, propertiesOf } from '../sheets/geojson.ts';
import { allFields, isSpatial, type Layout } from '../sheets/layout.ts';
import type { FeatureSchema, JsonSchema } from './schemas.ts';

/** Submissions of a form as features. */

const types: Readonly<Partial<Record<Family, JsonSchema['type']>>> = {
  text: 'string',
  number: 'number',
  moment: 'string',
  boolean: 'boolean',
  select_one: 'string',
  select_multiple: 'array',
  media: 'string',
  repeat: 'array',
};

const text = (description: string): JsonSchema => ({ type: 'string', description });

/** The fields `calculated`, `hidden` and `select_one_other` have no single type. */
const propertyOf = ({ name, field }: PropertyField): [string, JsonSchema] => {
  const type = types[field.family];
  return [name, { ...(type ? { type } : {}), title: field.label, description: field.label }];
};

export function formSchema(layout: Layout): FeatureSchema {
  const { whole, rows } = propertiesOf(layout);
  const fields = allFields(layout).filter(isSpatial);
  const has = (family: Family) => fields.some((field) => field.family === family);
  const shapes = [...(has('geopoint') ? ['Point'] : []), ...(has('geotrace') || has('route') ? ['LineString'] : [])];
  return {
    geometries: shapes.length > 0 ? shapes : ['Point'],
    required: {
      submission_id: { ...text('The submission.'), format: 'uuid' },
      form_id: { ...text('The form.'), format: 'uuid' },
      field_id: text('The field whose answer is the geometry.'),
      collected_at: { ...text('When it was collected, by which `datetime` filters.'), format: 'date-time' },
    },
    nullable: {
      row_index: { type: 'integer', minimum: 0, description: 'The row of a repeat in which the field is, from 0.' },
      ...Object.fromEntries([...rows, ...whole].map(propertyOf)),
      ...(has('route') ? { telemetry: { type: 'object', description: 'What a route tells beside its line.' } } : {}),
    },
    queryables: [],
  };
}
