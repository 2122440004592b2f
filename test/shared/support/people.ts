import type { Caller } from '../../../shared/auth/caller.ts';
import { grantableScopes, type Role, roles, type Scope, scopesOf } from '../../../shared/auth/scopes.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import { bodyOf } from '../../../shared/http/body.ts';
import type { HttpRequest } from '../../../shared/http/request.ts';
import { type Plan, type Tenant, tenantReference } from '../../../shared/tenancy/tenant.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';

/** Tenants, callers and requests for tests of the code below the gateway. */

export function tenant(number = 1, plan: Plan = 'enterprise'): Tenant {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return { id, reference: tenantReference(id), environment: 'live', plan, features: [], outboxShards: 1 };
}

export function workspaceOf({ id, reference, environment, plan }: Tenant): WorkspaceRow {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const slug = `test-${reference.toLowerCase()}`;
  return { id, reference, name: 'Test', slug, environment, plan, createdAt: now, updatedAt: now, version: 1 };
}

export function caller(of: Tenant = tenant(), scopes: readonly Scope[] = grantableScopes): Caller {
  const principal = `key_${of.reference}0000000000000000`;
  const address = '203.0.113.9';
  const workspace = workspaceOf(of);
  const requestId = 'req_TEST0000000000';
  return {
    tenant: of,
    workspace,
    principal,
    user: undefined,
    key: undefined,
    scopes: new Set(scopes),
    address,
    requestId,
  };
}

function userRow(id: string, role: Role): UserRow {
  return {
    id,
    email: `${role}@example.com`,
    name: `A ${role}`,
    role,
    status: 'active',
    emailVerified: true,
    passwordHash: '',
    passwordSerial: 1,
    createdAt: Date.parse('2026-01-01T00:00:00Z'),
    version: 1,
  };
}

/** A signed-in user of this role. */
export function person(role: Role, of: Tenant = tenant()): Caller {
  const id = `0000000${roles.indexOf(role)}-0000-7000-8000-000000000000`;
  const user = { id, role, sessionId: 'x'.repeat(20), row: userRow(id, role) };
  return { ...caller(of, scopesOf(role)), principal: `user_${id}`, user };
}

export function request({ body, ...given }: Partial<Omit<HttpRequest, 'body'>> & { body?: string } = {}): HttpRequest {
  return {
    id: 'req_TEST0000000000',
    method: 'GET',
    path: '/api/v1/things',
    params: {},
    query: {},
    rawQuery: '',
    headers: {},
    body: body ? bodyOf(body, false) : undefined,
    address: '203.0.113.9',
    origin: 'https://api.example.com',
    viaFrontDoor: false,
    ...given,
  };
}
