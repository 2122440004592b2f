import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue, type ProblemCode, type ProblemDetails, retiredCodes } from '../../../shared/problems/catalogue.ts';
import { invalidFields, Problem, problem } from '../../../shared/problems/problem.ts';
import { contractCodes, itemCodes } from './contract-codes.ts';

const expected = contractCodes.flatMap(([status, codes, details = '']) =>
  codes.split(' ').map((code) => ({ status, code, details })),
);

describe('the catalogue of problems', () => {
  test('holds the codes of the contract, and no other', () => {
    expect(Object.keys(catalogue).sort()).toEqual(expected.map(({ code }) => code).sort());
  });

  test.each(expected)('answers $code with $status', ({ code, status }) => {
    const raised = new Problem(code as ProblemCode, 'why');
    expect([...new Set([raised.status({ invalid: 400 }), raised.status({ malformed: 422 })])].join(' ')).toBe(status);
  });

  test('contains no code twice: the second would silently replace the first', () => {
    const source = readFileSync(new URL('../../../shared/problems/catalogue.ts', import.meta.url), 'utf8');
    const spelled = [...source.matchAll(/^ {2}([A-Z_]+): kind/gm)].map(([, code]) => code);
    expect(spelled).toHaveLength(Object.keys(catalogue).length);
    expect(new Set(spelled).size).toBe(spelled.length);
  });

  test('gives each code a separate title', () => {
    const titles = Object.values(catalogue).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('never uses a retired code again, nor an item code as that of a request', () => {
    const taken = [...retiredCodes, ...itemCodes.split(' ')];
    expect(taken.filter((code) => Object.hasOwn(catalogue, code))).toEqual([]);
    expect(new Set(retiredCodes).size).toBe(retiredCodes.length);
  });
});

describe('details', () => {
  test('are typed with the keys of the contract', () => {
    // One line for each code with details; the compiler checks the keys, and the test checks that no code with details
    // is missing.
    const typed: { [C in ProblemCode as undefined extends ProblemDetails<C> ? never : C]: ProblemDetails<C> } = {
      KEY_EXPIRED: { expired_at: '' },
      KEY_REVOKED: { revoked_at: '' },
      SCOPE_MISSING: { required_scope: '' },
      FEATURE_NOT_ENABLED: { feature: '' },
      QUOTA_EXCEEDED: { resource: '', limit: 1, used: 1 },
      NOT_FOUND: { resource: '' },
      DUPLICATE_GEOFENCE: { results: [] },
      EXTERNAL_ID_EXISTS: { id: '' },
      PROJECT_NOT_EMPTY: { form_count: 1 },
      IN_USE: { references: [] },
      INVALID_TRANSITION: { from: '', to: '' },
      LOCAL_UUID_CONFLICT: { id: '' },
      VERSION_EXISTS: { version: 1 },
      WORKSPACE_REQUIRED: { workspaces: [] },
      SYNC_PLAN_STALE: { geofence_ids: [] },
      SECRET_SHOWN_ONCE: { id: '' },
      PRECONDITION_FAILED: { current_version: 1 },
      BATCH_TOO_LARGE: { max_items: 1, requested_items: 1 },
      PAYLOAD_TOO_LARGE: { max_bytes: 1 },
      FILE_TOO_LARGE: { max_bytes: 1 },
      CSR_INVALID: { reason: '' },
      OFFSET_TOO_LARGE: { max_offset: 1 },
      URL_FORBIDDEN: { reason: '' },
      SCOPE_NOT_GRANTABLE: { scopes: [] },
      DELETE_GUARD: { deletes: 1, allowed: 1 },
      RATE_LIMIT_EXCEEDED: { limit: 1, period_seconds: 1, policy: '' },
      QUOTA_THROTTLED: { resource: '', usage_percent: 1 },
      BILLING_PROVIDER_NOT_CONFIGURED: { provider: '' },
      GEOCODER_UNAVAILABLE: { dependency: '' },
    };
    const required = (keys: string) => keys.split(' ').filter((key) => key !== '' && !key.endsWith('?'));
    for (const { code, details } of expected) {
      if (required(details).length === 0) expect(typed).not.toHaveProperty(code);
      else expect(Object.keys(typed[code as keyof typeof typed]).sort(), code).toEqual(required(details).sort());
    }
  });

  test('cannot be left out, misspelt or added where the code has none', () => {
    const wrong = [
      // @ts-expect-error NOT_FOUND says what was not found
      () => problem('NOT_FOUND', ''),
      // @ts-expect-error the key is `resource`
      () => problem('NOT_FOUND', '', { kind: 'geofence' }),
      // @ts-expect-error a number is asked for
      () => problem('PRECONDITION_FAILED', '', { current_version: '3' }),
      // @ts-expect-error MALFORMED_JSON has no details
      () => problem('MALFORMED_JSON', '', { where: 3 }),
      // @ts-expect-error no such code
      () => problem('TEAPOT', ''),
    ];
    const right = [
      () => problem('NOT_FOUND', '', { resource: 'geofence' }),
      () => problem('MALFORMED_JSON', ''),
      () => problem('SERVICE_UNAVAILABLE', ''),
      () => problem('SERVICE_UNAVAILABLE', '', { dependency: 'database' }),
    ];
    for (const make of [...wrong, ...right]) expect(make()).toBeInstanceOf(Problem);
  });
});

test('a failed validation counts its fields in the sentence that RFC 9457 answers show', () => {
  const field = { type: 'missing', loc: ['body', 'name'], msg: 'Field required' };
  expect(invalidFields([field]).message).toBe('1 field is invalid');
  expect(invalidFields([field, field])).toMatchObject({ message: '2 fields are invalid', fields: [field, field] });
});
