import { defineCapability } from '../capability/capability.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { requireKey } from './find.ts';
import { showKey } from './show.ts';

export const getKeys = defineCapability({
  tables: { access: ['GetItem'] },
  open: () => ({
    get: async (tenant: Tenant, id: string) => showKey(await requireKey(tenant, id), Date.now()),
  }),
});
