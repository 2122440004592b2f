import type { FieldTexts } from './field-texts.ts';

/** Annotations, their classes, and reference pairs. */
export const analyticsFields: readonly FieldTexts[] = [
  {
    of: [
      'AnnotationClass',
      'AnnotationClassDraft',
      'AnnotationClassPatch',
      'AnnotationClassField',
      'AnnotationClassFieldDraft',
    ],
    texts: {
      name: '1 to 120 characters; unique among classes.',
      description: 'Up to 2,000 characters; null if absent.',
      color: 'Color in which to draw its annotations, `#rrggbb`; null if absent.',
      allowedScopes: 'What its annotations may be about; all four if absent.',
      fields: 'The `values` that its annotations hold, up to 50 fields; `[]` if absent.',
      key: 'Name of the value in `values`, 1 to 255 characters; unique in the class, compared exactly.',
      type: 'Type of the value. `enum`: one of `options`.',
      required: 'Whether every annotation must have the value; false if absent.',
      options:
        'The possible values of an `enum`: 1 to 100 different texts of up to 255 characters; null for other types.',
    },
  },
];
