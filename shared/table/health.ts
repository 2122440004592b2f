import { defineCapability } from '../capability/capability.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { workspaceKeys } from './keys/workspaces.ts';
import { Table } from './table.ts';

/** Asks the database for a row that need not exist: it answers, or this throws. */
export const databaseHealth = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => ({
    probe: async () =>
      void (await new Table('main').get(workspaceKeys.slug(platformReference, 'health'), { consistent: false })),
  }),
});
