import { defineCapability } from '../capability/capability.ts';
import type { EventRow } from '../outbox/event.ts';
import { kept } from '../table/expressions.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { outboxKeys } from '../table/keys/outbox.ts';
import { pageOfPartitions } from '../table/merged-page.ts';
import { type PageRequest, type PageResult, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { showEntry } from './entry.ts';

export interface AuditFilters {
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly occurred?: Span | undefined;
}

const main = new Table('main');

class AuditReader {
  /**
   * Newest first. Instants are key ranges, since an entry's id begins with its instant; the other filters are applied
   * to rows.
   */
  async list(
    tenant: Tenant,
    { occurred, ...equal }: AuditFilters,
    page: PageRequest,
  ): Promise<PageResult<ReturnType<typeof showEntry>>> {
    const selection = { filter: kept({ ...equal }), between: occurred && idsCreatedIn(occurred) };
    const { reference, outboxShards } = tenant;
    const partitions = Array.from({ length: outboxShards }, (_, shard) => outboxKeys.events(reference, shard));
    return showPage(await pageOfPartitions<EventRow>(main, partitions, page, selection), showEntry);
  }
}

export const readAudit = defineCapability({ tables: { main: ['Query'] }, open: () => new AuditReader() });
