/** The types of fields, as the API names them, and what each allows. */

/**
 * Types whose values have one form. A published field keeps its family, so that the values of all versions fit into one
 * column of an export.
 */
export type Family =
  | 'text'
  | 'number'
  | 'moment'
  | 'boolean'
  | 'select_one'
  | 'select_one_other'
  | 'select_multiple'
  | 'geopoint'
  | 'geotrace'
  | 'route'
  | 'media'
  | 'group'
  | 'repeat'
  | 'calculated'
  | 'hidden'
  | 'none';

export const fieldTypes = {
  text: 'text',
  textarea: 'text',
  email: 'text',
  phone: 'text',
  barcode: 'text',
  number: 'number',
  integer: 'number',
  date: 'moment',
  time: 'moment',
  datetime: 'moment',
  boolean: 'boolean',
  select_one: 'select_one',
  select_one_other: 'select_one_other',
  select_multiple: 'select_multiple',
  geopoint: 'geopoint',
  geotrace: 'geotrace',
  route: 'route',
  photo: 'media',
  audio: 'media',
  video: 'media',
  signature: 'media',
  file: 'media',
  group: 'group',
  repeat: 'repeat',
  calculated: 'calculated',
  hidden: 'hidden',
  note: 'none',
  divider: 'none',
} as const satisfies Record<string, Family>;

export type FieldType = keyof typeof fieldTypes;

export const isFieldType = (text: unknown): text is FieldType =>
  typeof text === 'string' && Object.hasOwn(fieldTypes, text);

export type RuleName =
  | 'min'
  | 'max'
  | 'min_length'
  | 'max_length'
  | 'pattern'
  | 'min_selected'
  | 'max_selected'
  | 'min_items'
  | 'max_items'
  | 'max_accuracy';

/** The keys of `validation` that a family knows, besides `message`, which all know. */
export const rulesOf: Readonly<Partial<Record<Family, readonly RuleName[]>>> = {
  text: ['min_length', 'max_length', 'pattern'],
  number: ['min', 'max'],
  moment: ['min', 'max'],
  select_multiple: ['min_selected', 'max_selected'],
  geopoint: ['max_accuracy'],
  repeat: ['min_items', 'max_items'],
};

export const selects: readonly Family[] = ['select_one', 'select_one_other', 'select_multiple'];
export const places: readonly Family[] = ['geopoint', 'geotrace', 'route'];
/** Families whose values conditions and expressions can compare; of others they can ask only whether there is one. */
export const comparable: readonly Family[] = [
  'text',
  'number',
  'moment',
  'boolean',
  ...selects,
  'media',
  'calculated',
  'hidden',
];

/** The most rows of a repeat, in every form. */
export const mostItems = 1000;
