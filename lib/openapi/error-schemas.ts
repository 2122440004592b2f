import { placeholderOrigin } from '../../shared/docs/document.ts';
import { catalogue, type ProblemCode } from '../../shared/problems/catalogue.ts';
import type { Components } from './components.ts';
import { explanations } from './explanations.ts';
import type { JsonObject } from './tidy.ts';

const requestId = { type: 'string', description: 'Equals the header `X-Request-ID`.' };
const details = {
  type: 'object',
  additionalProperties: true,
  description: 'Data for programs; the keys depend on `error_code`.',
};

/** Untyped: generated Java clients that have a list as one of two alternatives do not compile. */
const detail = {
  description:
    'A sentence for people; if `error_code` is about fields, an array of up to 100 `ValidationErrorItem`. As `application/problem+json` it is always a sentence, and the array is `errors`.',
  example: 'No geofence has this id.',
};

const schemas = {
  ErrorCode: {
    type: 'string',
    description:
      'Stable, so programs can branch on it. New codes may be added. Each has a page at `/docs/errors/{error_code}`.',
    'x-extensible-enum': Object.keys(catalogue),
  },
  ValidationErrorItem: {
    type: 'object',
    properties: {
      type: { type: 'string', description: 'What kind of failure it is.', example: 'missing' },
      loc: {
        type: 'array',
        // Untyped: generated Java clients have no union of primitives.
        items: {},
        description:
          'The place of the failure: `body`, `query`, `path` or `header`, then names (strings) and indexes (integers).',
        example: ['body', 'geometry'],
      },
      msg: { type: 'string', description: 'A sentence for people.', example: 'Field required' },
    },
    required: ['type', 'loc', 'msg'],
  },
  Error: {
    type: 'object',
    description: 'Every refusal.',
    properties: { detail, error_code: { $ref: 'ErrorCode' }, details, request_id: requestId },
    required: ['detail', 'error_code', 'request_id'],
  },
  Problem: {
    type: 'object',
    description: 'Every error in the format of RFC 9457, if `Accept` prefers `application/problem+json`.',
    properties: {
      type: { type: 'string', format: 'uri', description: 'A page about the code.' },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
      instance: { type: 'string', description: 'Path of the request.' },
      errors: { type: 'array', items: { $ref: 'ValidationErrorItem' }, maxItems: 100 },
      error_code: { $ref: 'ErrorCode' },
      details,
      request_id: requestId,
    },
    required: ['type', 'title', 'status', 'detail', 'instance', 'error_code', 'request_id'],
  },
} satisfies Record<string, JsonObject>;

/** Adds the schemas of errors, and returns references to the two that responses use. */
export function errorSchemas(components: Components): { Error: JsonObject; Problem: JsonObject } {
  const refs = Object.entries(schemas).map(([name, schema]) => [name, components.plain(name, schema)]);
  return Object.fromEntries(refs);
}

const exampleRequestId = 'req_01J9Z6M3T8Q4V7K2N5B8C1D3F6';
const exampleFields = [{ type: 'missing', loc: ['body', 'name'], msg: 'Field required' }];

const isAboutFields = (code: ProblemCode) =>
  ['VALIDATION_ERROR', 'SUBMISSION_INVALID', 'SCHEMA_INVALID'].includes(code);

/** The body of an error answer, as an example for the documentation. */
export function errorBody(code: ProblemCode): JsonObject {
  const { detail, details: known } = explanations[code];
  return {
    detail: isAboutFields(code) ? exampleFields : detail,
    error_code: code,
    ...(known ? { details: known } : {}),
    request_id: exampleRequestId,
  };
}

export const errorExample = (code: ProblemCode): JsonObject => ({
  summary: catalogue[code].title,
  value: errorBody(code),
});

export function problemExample(code: ProblemCode, status: number): JsonObject {
  const { detail, ...rest } = errorBody(code);
  return {
    summary: catalogue[code].title,
    value: {
      type: `${placeholderOrigin}/docs/errors/${code}`,
      title: catalogue[code].title,
      status,
      detail: isAboutFields(code) ? '1 field is invalid' : detail,
      instance: '/api/v1/geofences',
      ...(isAboutFields(code) ? { errors: exampleFields } : {}),
      ...rest,
    },
  };
}
