import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { isListAnswer } from '../../shared/http/answer.ts';
import { problemsOf, statusesOf } from '../../shared/http/problems.ts';
import type { HttpMethod, Route } from '../../shared/http/route.ts';
import { addressed } from '../support/endpoints.ts';
import { fieldsOf, isReadOnly, isRequired } from '../support/schema-fields.ts';
import { endpointOf, plainKinds } from './entities.ts';
import { acceptedFields, shownFields } from './fields.ts';
import { type ContractRow, contractRows, type ErrorLetter } from './rows.ts';
import { unbuilt } from './unbuilt.ts';

/**
 * Each route agrees with its row of the contract: method, path, scope, feature, every status with its code, and the
 * fields of its query and its body.
 */

/** Pages of the documentation, which the contract does not define, and targets of links in OGC API collections. */
const withoutRow = [
  ...['ogc/get-queryables', 'ogc/get-schema'],
  ...['service/docs-assets', 'service/docs-error', 'service/docs-errors', 'service/root'],
];

/** Errors that routes have in addition to their rows, with the reasons. */
const beyond: Readonly<Record<string, readonly string[]>> = {
  // A series has a cursor, like a list.
  'devices/list-locations': ['422 CURSOR_INVALID'],
  'devices/list-session-locations': ['422 CURSOR_INVALID'],
  'readings/raw': ['422 CURSOR_INVALID'],
  // The record of a user may be deleted, or may have another version.
  'account/delete': ['400 VALIDATION_ERROR', '403 FORBIDDEN', '404 NOT_FOUND', '412 PRECONDITION_FAILED'],
  'account/update': ['403 FORBIDDEN', '404 NOT_FOUND'],
  // Even a key with the right scope, if keys could have it, would belong to no user.
  'account/get': ['403 FORBIDDEN'],
  'account/list-notifications': ['403 FORBIDDEN'],
  'account/read-all-notifications': ['403 FORBIDDEN'],
  'account/read-notification': ['403 FORBIDDEN'],
  // Keys have versions, and both families of routes delete in the same way.
  'account/delete-api-key': ['400 VALIDATION_ERROR', '412 PRECONDITION_FAILED'],
  'api-keys/delete': ['400 VALIDATION_ERROR', '412 PRECONDITION_FAILED'],
  // The new key may not have more rights than the caller who rotates.
  'account/rotate-api-key': ['422 SCOPE_NOT_GRANTABLE'],
  // The cells of the index at the new place may be full.
  'geofences/patch': ['403 QUOTA_EXCEEDED'],
  'geofences/replace': ['403 QUOTA_EXCEEDED'],
  'geofences/update': ['403 QUOTA_EXCEEDED'],
  // What was uploaded is looked at only now, and its submission may have become full meanwhile.
  'media/complete-upload': ['403 QUOTA_EXCEEDED', '415 UNSUPPORTED_MEDIA_TYPE'],
  // Steps may call URLs, by the rules for webhooks.
  'workflows/activate': ['422 URL_FORBIDDEN'],
  'workflows/create': ['422 URL_FORBIDDEN'],
  'workflows/patch': ['422 URL_FORBIDDEN'],
  // Nobody may invite with a role above their own.
  'workspaces/invite': ['403 FORBIDDEN'],
};

/** Errors that rows promise and that routes do not have: most are for a payment provider, which does not exist yet. */
const beneath: Readonly<Record<string, readonly string[]>> = {
  // It has no body: what is invalid is a step that is stored.
  'workflows/activate': ['400 MALFORMED_JSON', '413 PAYLOAD_TOO_LARGE', '415 UNSUPPORTED_MEDIA_TYPE'],
  'billing/provider-events': ['401 SIGNATURE_INVALID'],
  'subscriptions/cancel': ['409 INVALID_TRANSITION'],
  'subscriptions/change-plan': ['409 INVALID_TRANSITION'],
  'subscriptions/reactivate': ['409 INVALID_TRANSITION'],
};

const nameOf = ({ method, path }: { readonly method: HttpMethod; readonly path: string }) => `${method} ${path}`;
const rows = new Map(contractRows.map((row) => [nameOf(row), row]));

const answersOf = (route: Route): string[] =>
  [...problemsOf(route)].flatMap((code) => statusesOf(code, route).map((status) => `${status} ${code}`));

/**
 * The status for an unreadable request, unknown parameters included: 400 on the routes of the second document and under
 * /ogc.
 */
const invalidOf = ({ method, path }: Pick<ContractRow, 'method' | 'path'>): 400 | 422 => {
  const second = ['/api/v1/geofences', '/api/v1/geofences/check'].includes(path) && method !== 'PATCH';
  return second || path.startsWith('/api/v1/ogc') ? 400 : 422;
};

/** The errors for which a letter of the contract stands in this row. */
function meaningOf(letter: ErrorLetter, row: ContractRow): readonly string[] {
  const { method } = row;
  const invalid = `${invalidOf(row)} VALIDATION_ERROR`;
  const unreadable = ['400 MALFORMED_JSON', '413 PAYLOAD_TOO_LARGE', '415 UNSUPPORTED_MEDIA_TYPE'];
  const ofBody = method === 'GET' ? [invalid] : [...unreadable, invalid];
  return {
    N: ['404 NOT_FOUND'],
    V: ofBody,
    V400: ofBody,
    L: [invalid, '422 CURSOR_INVALID', '422 OFFSET_TOO_LARGE'],
    // A header that is not a version is a bad request.
    M: ['412 PRECONDITION_FAILED', '400 VALIDATION_ERROR'],
    // A header that is not a valid key is a failed validation.
    I: ['409 IDEMPOTENCY_IN_PROGRESS', '422 IDEMPOTENCY_KEY_REUSED', invalid],
  }[letter];
}

function promisedBy(row: ContractRow, route: Route): Set<string> {
  const { method, path, scope } = row;
  const bare = { method, path, scope, operationId: '', summary: '', uses: {}, success: {}, problems: [] } as const;
  const ofEveryRoute = answersOf({ ...bare, invalid: invalidOf(row) });
  const own = row.problems.map(({ status, code }) => `${status} ${code}`);
  const secret = route.idempotent === 'secret' ? ['409 SECRET_SHOWN_ONCE'] : [];
  return new Set([...ofEveryRoute, ...own, ...secret, ...row.letters.flatMap((letter) => meaningOf(letter, row))]);
}

/** The names of what a request may contain, as in `fields.ts`. */
function acceptedBy({ query, body }: Route): string[] {
  const parameters = query ? [...fieldsOf(query).keys()].map((name) => `?${name}`) : [];
  const fields = body ? [...fieldsOf(body)].filter(([, schema]) => !isReadOnly(schema)) : [];
  return [...parameters, ...fields.map(([name, schema]) => (isRequired(schema) ? `${name}*` : name))];
}

/** Fields that only one answer shows: secrets. */
const onceShown: Readonly<Record<string, readonly string[]>> = { 'webhooks/create': ['secret'] };

/** The fields that the server adds to every plain resource. */
const ofServer = ['id', 'tenantId', 'createdAt', 'updatedAt', 'created_at', 'updated_at', 'version'];

const known = addressed.filter(({ name }) => !withoutRow.includes(name));

test('every route has its row', () => {
  const without = known.filter(({ route }) => !rows.has(nameOf(route)));
  expect(without.map(({ route }) => `Add a row for ${nameOf(route)} to test/contract/rows.ts`)).toEqual([]);
  const needless = addressed.filter(({ name, route }) => withoutRow.includes(name) && rows.has(nameOf(route)));
  expect(needless.map(({ name }) => name)).toEqual([]);
});

test('every row is built, or is among those that are not', () => {
  const built = new Set(known.map(({ route }) => nameOf(route)));
  const missing = contractRows.map(nameOf).filter((name) => !built.has(name));
  expect([...unbuilt].sort(), 'a route that is built leaves test/contract/unbuilt.ts').toEqual(missing.sort());
});

describe.each(known.filter(({ route }) => rows.has(nameOf(route))))('$name', ({ name, route }) => {
  const row = rows.get(nameOf(route))!;

  test('is open to those whom its row names', () => {
    expect([route.scope, route.feature]).toEqual([row.scope, row.feature]);
  });

  test('takes the parameters and fields of its line in test/contract/fields.ts, and no others', () => {
    expect(acceptedBy(route).sort()).toEqual([...(acceptedFields.get(nameOf(route)) ?? [])].sort());
  });

  test('answers what its row promises, and no more', () => {
    const [answered, promised] = [answersOf(route), promisedBy(row, route)];
    expect(
      answered.filter((one) => !promised.has(one)).sort(),
      'not in its row in test/contract/rows.ts, nor in `beyond`',
    ).toEqual([...(beyond[name] ?? [])].sort());
    expect(
      [...promised].filter((one) => !answered.includes(one)).sort(),
      'in its row, but not declared by the route',
    ).toEqual(beneath[name] ?? []);
  });
});

test('every line of fields belongs to a row', () => {
  const lines = [...acceptedFields.keys(), ...shownFields.keys()];
  expect(lines.filter((line) => !rows.has(line))).toEqual([]);
});

/** The parts of the contract whose fields are in camelCase. */
const inCamelCase = ['devices', 'iot'];

describe.each(Object.keys(plainKinds))('one of %s', (folder) => {
  const kind = plainKinds[folder]!;

  test('has names in the letter case of its part of the contract', () => {
    const { part } = rows.get(nameOf(endpointOf(folder, 'get')!.route))!;
    expect(kind.letters).toBe(inCamelCase.includes(part) ? 'camelCase' : 'snake_case');
    const answers = Object.values(endpointOf(folder, 'list')!.route.success).filter(isListAnswer);
    expect(answers.map(({ list }) => list)).toEqual([kind.letters]);
  });

  test('is searched by its name', () => {
    expect(kind.filters.search?.path ?? 'name', '`search` is documented as a part of the name').toBe('name');
  });

  test.each(['create', 'get', 'patch'] as const)('as %s shows it has the fields of its line', (verb) => {
    const { route } = endpointOf(folder, verb) ?? {};
    if (!route) return;
    const shown = Object.values(route.success).flatMap((schema) => [...fieldsOf(schema as z.ZodType).keys()]);
    const line = shownFields.get(nameOf(endpointOf(folder, 'get')!.route)) ?? [];
    const once = onceShown[`${folder}/${verb}`] ?? [];
    expect(shown.filter((name) => !ofServer.includes(name)).sort()).toEqual([...line, ...once].sort());
  });
});
