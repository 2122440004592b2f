import { defineCapability } from '../capability/capability.ts';
import type { UnlinkMessage } from '../messages/unlink.ts';
import { deviceKeys, keyOf } from '../table/keys.ts';
import { Table } from '../table/table.ts';

const main = new Table('main');

/** Ends what there is of a deleted device beside the entity. Done again, it does nothing more. */
async function retire({ tenant, id }: UnlinkMessage): Promise<void> {
  const rows = await main.queryAll<{ pk: string; sk: string }>(deviceKeys.rows(tenant, id));
  await Promise.all(rows.map((row) => main.delete(keyOf(row))));
}

export const retireDevices = defineCapability({
  tables: { main: ['Query', 'DeleteItem'] },
  open: () => ({ retire }),
});
