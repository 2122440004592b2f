import { fieldTypes } from '../forms/types.ts';

/** What the API document says of the schemas of forms. Their rules are in `shared/forms`. */
export const documented = {
  type: 'object',
  required: ['title', 'fields'],
  properties: {
    version: { type: 'integer', enum: [1], description: 'The format of schemas.' },
    title: { type: 'string', minLength: 1, maxLength: 255, description: 'What people see above the form.' },
    fields: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      description: 'In the order in which they are asked. The guide "Field data" says what each type needs.',
      items: {
        type: 'object',
        required: ['id', 'type'],
        properties: {
          id: {
            type: 'string',
            pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$',
            description: 'The name of the value in `data`; unique in the form.',
          },
          type: { type: 'string', enum: Object.keys(fieldTypes), description: 'What the value is.' },
          label: {
            type: 'string',
            maxLength: 1000,
            description: 'The question; only `hidden` and `divider` need none.',
          },
          required: { type: 'boolean', default: false, description: 'Whether it has to be answered.' },
        },
        additionalProperties: true,
      },
    },
  },
  additionalProperties: true,
} as const;
