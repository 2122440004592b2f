import { keyOf } from '../table/key.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { unpackText } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { About, PublicationRow, Published } from './publish.ts';

/** Reading a published event, for the workers that handle it. */

const main = new Table('main');

interface RowOfTenant {
  readonly tenant: TenantReference;
  /** The key of the row in the outbox. */
  readonly pk: string;
  readonly sk: string;
}

interface EventInWorkspace {
  readonly event: Published;
  readonly workspace: WorkspaceRow;
}

/** Undefined if the row or its workspace is gone. */
export async function readPublished({ tenant, ...row }: RowOfTenant): Promise<EventInWorkspace | undefined> {
  const [published, workspace] = await main.getMany([keyOf(row), workspaceKeys.workspace(tenant)]);
  if (!published || !workspace) return undefined;
  const event = readPublication(published as unknown as PublicationRow);
  return { event, workspace: workspace as unknown as WorkspaceRow };
}

function readPublication(row: PublicationRow): Published {
  return {
    id: row.sk,
    type: row.action,
    data: unpackText(row.data),
    about: row.about === undefined ? {} : (JSON.parse(row.about) as About),
    happenedAt: row.happenedAt ?? row.occurredAt,
    publishedAt: row.occurredAt,
  };
}
