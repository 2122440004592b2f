import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { prefersAsync } from '../../../shared/http/request.ts';
import { defineRoute } from '../../../shared/http/route.ts';
import { serve } from '../../../shared/http/serve.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { strictObject } from '../../../shared/wire/schema.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { invoke } from '../../support/invoke.ts';
import { request } from '../support/people.ts';
import { catchOutput, keyOf, workspaceWith } from '../support/platform.ts';

/**
 * The declaration of a batch route: a feature, a separate limit, the length of its list, its status for broken JSON.
 */

let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  database = new DynamoDbFake();
  workspace = await workspaceWith({ plan: 'pro' });
  catchOutput();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const route = defineRoute({
  method: 'POST',
  path: '/api/v1/things/bulk',
  operationId: 'bulkThings',
  summary: 'Make things',
  scope: 'geofences:write',
  feature: 'BULK_IMPORT',
  limit: 'bulk',
  batch: { field: 'items', most: (of) => (of.plan === 'pro' ? 2 : 0) },
  malformed: 422,
  uses: {},
  body: strictObject({ items: z.array(z.int()).min(1) }),
  success: { 201: z.object({ made: z.int() }) },
  problems: [],
});
const handler = serve(route, async ({ body }) => ({ status: 201, body: { made: body.items.length } }));
const call = async (body: unknown, key?: string) =>
  invoke({ route, handler }, { key: key ?? (await keyOf(workspace)), body });

test('as many items as the workspace may send', async () => {
  expect(await call({ items: [1, 2] })).toMatchObject({ status: 201, body: { made: 2 } });
});

describe('a batch that is too long', () => {
  const tooLarge = {
    status: 413,
    body: {
      detail: 'Batch too large: 3 > 2',
      error_code: 'BATCH_TOO_LARGE',
      details: { max_items: 2, requested_items: 3 },
    },
  };

  test('is refused before its fields are read', async () => {
    expect(await call({ items: [1, 2, 3] })).toMatchObject(tooLarge);
    expect(await call({ items: ['x', null, {}], unknown: true })).toMatchObject(tooLarge);
  });

  test.each([[{ items: 'abc' }], [{}], [null], [[1, 2, 3]]])('%j is no batch, but a wrong body', async (body) => {
    expect(await call(body)).toMatchObject({ status: 422, body: { error_code: 'VALIDATION_ERROR' } });
  });
});

test('broken JSON has the status that the route gives it', async () => {
  expect(await call('{"items": [')).toMatchObject({ status: 422, body: { error_code: 'MALFORMED_JSON' } });
});

test('a workspace without the feature is refused by name, before its limit is counted', async () => {
  workspace = await workspaceWith({ plan: 'free' });
  const key = await keyOf(workspace);
  const refused = await call('{', key);
  expect(refused).toMatchObject({
    status: 403,
    body: { error_code: 'FEATURE_NOT_ENABLED', details: { feature: 'BULK_IMPORT' } },
  });
  expect(refused.headers['RateLimit-Policy']).not.toContain('bulk');
  const unscoped = await call('{', await keyOf(workspace, { scopes: ['geofences:read'] }));
  expect(unscoped.body.error_code, 'the scope comes first').toBe('SCOPE_MISSING');
});

test.each([
  ['respond-async', true],
  ['wait=10, Respond-Async', true],
  ['respond-async; wait=10', true],
  ['return=minimal', false],
  ['not-respond-async', false],
  [undefined, false],
])('Prefer: %s', (prefer, wanted) => {
  expect(prefersAsync(request({ headers: { prefer } }))).toBe(wanted);
});
