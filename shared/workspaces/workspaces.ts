import { v7 as uuidv7 } from 'uuid';
import { type Caller, systemPrincipal } from '../auth/caller.ts';
import { grantableScopes } from '../auth/scopes.ts';
import { newRequestId } from '../http/request.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { absent } from '../table/expressions.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { type Plan, platformReference, type TenantReference, tenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { guardSlug } from './slug.ts';

/** Workspaces for the platform's operator, who creates and finds them; tenants cannot choose a workspace. */

export interface WorkspaceDraft {
  readonly name: string;
  readonly slug: string;
  readonly plan: Plan;
  readonly environment?: 'live' | 'test';
  readonly enterpriseRateLimit?: number;
}

const main = new Table('main');

/** The platform itself as an actor in a workspace. */
export function systemCaller(workspace: WorkspaceRow): Caller {
  const scopes = new Set(grantableScopes);
  return {
    tenant: tenantOf(workspace),
    workspace,
    principal: systemPrincipal,
    user: undefined,
    key: undefined,
    scopes,
    address: '127.0.0.1',
    requestId: newRequestId(),
  };
}

interface Founding {
  /** The actor who creates it; the platform by default. */
  readonly actor?: (row: WorkspaceRow) => Actor;
  /** Further writes of the same transaction. */
  readonly more?: (transaction: Transaction, row: WorkspaceRow) => void;
}

/** Makes a workspace, or throws `CONFLICT` if the slug is taken. */
export async function createWorkspace(
  draft: WorkspaceDraft,
  { actor = systemCaller, more }: Founding = {},
): Promise<WorkspaceRow> {
  const id = uuidv7();
  const now = Date.now();
  const row: WorkspaceRow = {
    ...draft,
    id,
    reference: tenantReference(id),
    environment: draft.environment ?? 'live',
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const transaction = new Transaction().put(main, workspaceKeys.workspace(row.reference), { ...row }, absent);
  guardSlug(transaction, row);
  const changes = { name: [null, row.name], slug: [null, row.slug], plan: [null, row.plan] } as const;
  recordEvent(transaction, actor(row), {
    action: 'workspace.create',
    resourceType: 'workspace',
    resourceId: id,
    changes,
  });
  more?.(transaction, row);
  // Two writers that race for a slug conflict on its row. After a retry the second one finds it taken.
  await retryingRaces(() => transaction.commit());
  return row;
}

/** The workspace with this slug, if there is one. */
export async function findWorkspace(slug: string): Promise<WorkspaceRow | undefined> {
  const entry = await main.get<{ reference: TenantReference }>(workspaceKeys.slug(platformReference, slug));
  return entry && (await main.get<WorkspaceRow>(workspaceKeys.workspace(entry.reference)));
}
