import { isListAnswer, isRawAnswer, isSchema } from '../../shared/http/answer.ts';
import type { ListAnswer } from '../../shared/http/list.ts';
import type { RawAnswer, Route, SuccessAnswers } from '../../shared/http/route.ts';
import type { Components } from './components.ts';
import { exampleOf } from './examples.ts';
import { headerRefs, successHeaders } from './headers.ts';
import type { JsonObject } from './tidy.ts';

const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK.',
  201: 'Created.',
  202: 'Accepted. The work continues; `Location` shows its progress.',
  204: 'Done, without content.',
  302: 'See `Location`.',
  303: 'The content is at `Location`.',
  304: 'Not modified: the version in `If-None-Match` is the current one.',
};

/** The success responses of a route. */
export function successResponses(components: Components, route: Route): Record<string, JsonObject> {
  const responses: Record<string, JsonObject> = {};
  for (const [status, success] of Object.entries(route.success)) {
    responses[status] = successResponse(components, route, Number(status), success);
  }
  if (answersNotModified(components, route)) {
    const headers = headerRefs(components, successHeaders(route, 304, null, new Set(['version'])));
    responses[304] ??= { description: statusTexts[304], headers };
  }
  return responses;
}

function successResponse(components: Components, route: Route, status: number, success: SuccessAnswers[number]) {
  const schema = isSchema(success) ? components.schema(success, 'output', fallbackName(route)) : undefined;
  const response: JsonObject = {
    description: statusTexts[status] ?? `Status ${status}.`,
    headers: headerRefs(components, successHeaders(route, status, success, fieldsOf(components, schema))),
  };
  const mediaType = route.mediaType ?? 'application/json';
  const body = isListAnswer(success) ? envelope(components, route, success) : schema;
  if (body) response.content = { [mediaType]: withExample(components, body, `${route.operationId} ${status}`) };
  if (isRawAnswer(success)) response.content = { [success.contentType.split(';')[0] ?? '']: raw(success) };
  return response;
}

const withExample = (components: Components, schema: JsonObject, where: string): JsonObject => ({
  schema,
  example: exampleOf(components, schema, where),
});

const raw = ({ contentType, example }: RawAnswer): JsonObject => ({
  schema: /^application\/([^;]+\+)?json/.test(contentType)
    ? { type: 'object', additionalProperties: true }
    : { type: 'string', ...(contentType.startsWith('text/') ? {} : { format: 'binary' }) },
  example,
});

/** Not `…Response`: generators for Go use that name for the result of an operation. */
const fallbackName = ({ operationId }: Route) => `${pascal(operationId)}Answer`;

/** `getHealth` and `bulk_create_geofences` become `GetHealth` and `BulkCreateGeofences`. */
export const pascal = (name: string) => name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function fieldsOf(components: Components, schema: JsonObject | undefined): ReadonlySet<string> {
  return new Set(schema ? Object.keys((components.lookUp(schema).properties as JsonObject | undefined) ?? {}) : []);
}

/** The kernel answers 304 for objects with a version; documents declare it themselves. */
export function answersNotModified(components: Components, route: Route): boolean {
  const success = route.success[200];
  if (route.method !== 'GET' || success === undefined) return false;
  if (304 in route.success) return true;
  if (!isSchema(success) || route.entityTag === false) return false;
  return fieldsOf(components, components.schema(success, 'output', fallbackName(route))).has('version');
}

const nullableCount = (description: string, example: number): JsonObject => ({
  type: 'integer',
  minimum: 0,
  nullable: true,
  description,
  example,
});

/** The body of a list; its component has the name of its items. */
function envelope(components: Components, route: Route, { list, item }: ListAnswer): JsonObject {
  const itemName = `${pascal(route.operationId)}Item`;
  const items = components.schema(item, 'output', itemName);
  const array = { type: 'array', items };
  if (list === 'bare') return array;
  const cursor = list === 'camelCase' ? 'nextCursor' : 'next_cursor';
  const name = /[^:]+$/.exec(String(items.$ref ?? itemName))?.[0] ?? itemName;
  return components.plain(`${name}List`, {
    type: 'object',
    description: 'One page of a list.',
    properties: {
      data: array,
      total: nullableCount('Number of all matches; null on pages that are read by `cursor`.', 1),
      offset: nullableCount('Number of skipped items; null on pages that are read by `cursor`.', 0),
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: 200,
        description: 'Number of items that were asked for.',
        example: 50,
      },
      [cursor]: { type: 'string', nullable: true, description: 'Send it as `cursor`; null on the last page.' },
    },
    required: ['data', 'total', 'offset', 'limit', cursor],
  });
}
