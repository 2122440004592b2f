import type { FieldTexts } from './field-texts.ts';

/** Annotations, their classes, and reference pairs. */
export const analyticsFields: readonly FieldTexts[] = [
  {
    of: ['Annotation', 'AnnotationDraft', 'AnnotationPatch', 'listAnnotations'],
    texts: {
      classId: 'Id of its class.',
      scopeType: 'What kind of object it is about.',
      scopeId: 'Id of the site, device, component or sensor that it is about.',
      from: 'The first instant that it is about, from 1970 to 9999; UTC in answers.',
      to: 'The last instant that it is about, not before `from`; null: it is about the instant `from`.',
      source: 'Where it comes from, in the words of its creator; `MANUAL` if absent.',
      values:
        'Values of the fields of its class, by their keys, up to 64 KB; texts up to 255 characters. `{}` if absent.',
      note: 'Up to 4,000 characters; null if absent.',
      confidence: 'How certain it is, 0 to 1; null: not known.',
      createdBy: '`user_<id>` or `key_<id>` of its creator.',
    },
  },
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
  {
    of: ['ReferencePair', 'ReferencePairDraft', 'ReferencePairPatch', 'listReferencePairs'],
    texts: {
      name: 'Name for people, 1 to 255 characters.',
      primaryComponentId: 'The component that is watched.',
      referenceComponentId: 'The component with which it is compared.',
      from: 'The first instant of the comparison, from 1970 to 9999; UTC in answers.',
      to: 'Its last instant, not before `from`; null: it has no end.',
      componentId: 'Only pairs that name this component, as primary or as reference.',
    },
  },
];
