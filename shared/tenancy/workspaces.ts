import { v7 as uuidv7 } from 'uuid';
import type { Caller } from '../auth/caller.ts';
import { grantableScopes } from '../auth/scopes.ts';
import { newRequestId } from '../http/request.ts';
import { recordEvent } from '../outbox/event.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { claimSlug } from './slug.ts';
import { type Plan, platformReference, type TenantReference, tenantReference } from './tenant.ts';
import { tenantOf, type WorkspaceRow } from './workspace-record.ts';

/** Workspaces as the platform's operator makes and finds them; tenants never choose one. */

export interface WorkspaceDraft {
  readonly name: string;
  readonly slug: string;
  readonly plan: Plan;
  readonly environment?: 'live' | 'test';
  readonly enterpriseRateLimit?: number;
}

const main = new Table('main');
const absent = { expression: 'attribute_not_exists(pk)' };

/** The platform itself, acting in a workspace. */
export function systemCaller(workspace: WorkspaceRow): Caller {
  const scopes = new Set(grantableScopes);
  return {
    tenant: tenantOf(workspace),
    workspace,
    principal: 'system',
    user: undefined,
    key: undefined,
    scopes,
    address: '127.0.0.1',
    requestId: newRequestId(),
  };
}

/**
 * Makes a workspace; a taken slug is a `CONFLICT`.
 *
 * @param more further writes of the same transaction
 */
export async function createWorkspace(
  draft: WorkspaceDraft,
  more?: (transaction: Transaction, row: WorkspaceRow) => void,
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
  const transaction = new Transaction().put(main, mainKeys.workspace(row.reference), { ...row }, absent);
  claimSlug(transaction, row);
  const changes = { name: [null, row.name], slug: [null, row.slug], plan: [null, row.plan] } as const;
  recordEvent(transaction, systemCaller(row), {
    action: 'workspace.create',
    resourceType: 'workspace',
    resourceId: id,
    changes,
  });
  more?.(transaction, row);
  await transaction.commit();
  return row;
}

/** The workspace with this slug, if there is one. */
export async function findWorkspace(slug: string): Promise<WorkspaceRow | undefined> {
  const entry = await main.get<{ reference: TenantReference }>(mainKeys.slug(platformReference, slug));
  return entry && (await main.get<WorkspaceRow>(mainKeys.workspace(entry.reference)));
}
