import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { type PageRequest, pageOfPartition, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { workflows } from './kind.ts';
import { showVersion, type VersionRow } from './version-rows.ts';

const main = new Table('main');

/**
 * Newest first.
 *
 * @throws NOT_FOUND
 */
async function list(tenant: Tenant, workflowId: string, page: PageRequest) {
  await requireEntity(workflows, tenant, workflowId);
  const partition = workflowKeys.versions(tenant.reference, workflowId);
  return showPage(await pageOfPartition<VersionRow & { sk: string }>(main, partition, page), showVersion);
}

export const listVersions = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ list }),
});
