import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineCapability } from '../../../shared/capability/capability.ts';
import { defineRoute } from '../../../shared/http/route.ts';
import { serve } from '../../../shared/http/serve.ts';
import { problem } from '../../../shared/problems/problem.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { strictObject } from '../../../shared/wire/schema.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { type Invoked, invoke } from '../../support/invoke.ts';
import { catchOutput, keyOf, workspaceWith } from '../support/platform.ts';

/** Reads that run in parallel with authentication. */

let database: DynamoDbFake;
let workspace: WorkspaceRow;
let key: string;

beforeEach(async () => {
  database = new DynamoDbFake();
  workspace = await workspaceWith();
  key = await keyOf(workspace);
  catchOutput();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const store = { name: 'the store' };
const route = defineRoute({
  method: 'POST',
  path: '/api/v1/things/{id}/check',
  operationId: 'checkThing',
  summary: 'Check a thing',
  scope: 'geofences:read',
  uses: { store: defineCapability({ open: () => store }) },
  body: strictObject({ at: z.number() }),
  maxBodyBytes: 64,
  success: { 200: z.object({ found: z.unknown() }) },
  problems: [],
});

interface Seen {
  signal?: AbortSignal;
}

async function call(read: () => Promise<unknown>, given: object = {}): Promise<{ answer: Invoked; seen: Seen }> {
  const seen: Seen = {};
  const handler = serve(route, {
    ahead: async ({ signal }) => {
      seen.signal = signal;
      return await read();
    },
    handler: async ({ ahead }) => ({ status: 200, body: { found: ahead } }),
  });
  const answer = await invoke({ route, handler }, { key, body: { at: 1 }, params: { id: '7' }, ...given });
  return { answer, seen };
}

describe('reads ahead', () => {
  test('see the parsed input, the stores and the claimed tenant, and reach the handler', async () => {
    const ahead = vi.fn(async () => 'candidates');
    const handler = serve(route, { ahead, handler: async ({ ahead: found }) => ({ status: 200, body: { found } }) });
    const answer = await invoke({ route, handler }, { key, body: { at: 1 }, params: { id: '7' } });
    expect(answer.body).toEqual({ found: 'candidates' });
    expect(ahead).toHaveBeenCalledWith(
      expect.objectContaining({
        body: { at: 1 },
        params: { id: '7' },
        store,
        claim: expect.objectContaining({ tenant: workspace.reference }),
      }),
    );
  });

  test('begin before the credential is known to be right', async () => {
    const order: string[] = [];
    database.before = ({ operation }) => void order.push(operation);
    await call(async () => void order.push('ahead'));
    expect(order[0]).toBe('ahead');
  });

  test.each([{ body: {} }, { body: '{' }, { headers: { accept: 'image/png' } }, { key: undefined }])(
    'do not begin for %o',
    async (given) => {
      const read = vi.fn(async () => 1);
      const { answer } = await call(read, given);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(read).not.toHaveBeenCalled();
    },
  );

  test.each([
    ['is revoked', 401, async () => await keyOf(workspace, { expiresAt: 1 })],
    ['lacks the scope', 403, async () => await keyOf(workspace, { scopes: ['geofences:write'] })],
    ['is unknown', 401, async () => await keyOfAnother()],
  ])('are aborted and dropped when the credential %s', async (_, status, wrong) => {
    const { answer, seen } = await call(async () => 'what nobody may see', { key: await wrong() });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer)).not.toContain('nobody may see');
    expect(seen.signal?.aborted).toBe(true);
  });

  /** A well-formed key of this workspace that was never stored. */
  async function keyOfAnother(): Promise<string> {
    const other = await keyOf(workspace);
    for (const row of database.rows('access')) {
      if (other.includes(String(row.keyId))) database.remove('access', String(row.pk), String(row.sk));
    }
    return other;
  }

  test('that fail while the credential refuses leave the refusal standing', async () => {
    const { answer } = await call(async () => Promise.reject(new Error('too bad')), { key: await keyOfAnother() });
    expect(answer).toMatchObject({ status: 401, body: { error_code: 'KEY_INVALID' } });
  });

  test('that fail are reported like any other failure', async () => {
    const failing = (error: Error) => call(async () => Promise.reject(error));
    expect((await failing(fault('ThrottlingException'))).answer.status).toBe(503);
    expect((await failing(fault('AbortError'))).answer.status).toBe(503);
    expect((await failing(new Error('bug'))).answer.status).toBe(500);
    const gone = problem('SERVICE_UNAVAILABLE', 'Later.');
    expect((await failing(gone)).answer.body.detail).toBe('Later.');
  });

  test('that go well are not aborted', async () => {
    const { answer, seen } = await call(async () => 1);
    expect([answer.status, seen.signal?.aborted]).toEqual([200, false]);
  });
});
