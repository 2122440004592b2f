import { defineCapability } from '../capability/capability.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Kind } from './kind.ts';
import { requireEntity } from './rows.ts';
import { showEntity } from './show.ts';

/** Reads one entity of a kind. */
export const gets = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: { main: ['GetItem'] },
    raises: ['NOT_FOUND'],
    open: () => ({
      get: async (tenant: Tenant, id: string) => showEntity(kind, tenant, await requireEntity(kind, tenant, id)),
    }),
  });
