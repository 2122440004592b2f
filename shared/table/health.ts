import { defineCapability } from '../capability/capability.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { workspaceKeys } from './keys/workspaces.ts';
import { Table } from './table.ts';

/** Reads a row that need not exist; throws if the database does not answer. */
export const databaseHealth = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => ({
    probe: async () =>
      void (await new Table('main').get(workspaceKeys.slug(platformReference, 'health'), { consistent: false })),
  }),
});
