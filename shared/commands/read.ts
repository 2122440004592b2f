import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import { notFound } from '../problems/problem.ts';
import { commandKeys } from '../table/keys/commands.ts';
import { getUntilFull, type PageRequest, pageOfPartition, readThrough } from '../table/page.ts';
import { type Expression, Table } from '../table/table.ts';
import { type CommandBody, type CommandRow, type CommandStatus, having, showCommand } from './command.ts';

const main = new Table('main');
const bodiesPerBatch = 50;

export interface Filters {
  readonly status?: CommandStatus | undefined;
  readonly type?: string | undefined;
}

const ofType = (type: string): Expression => ({
  expression: '#type = :type',
  names: { '#type': 'type' },
  values: { ':type': type },
});

function filterOf({ status, type }: Filters): Expression | undefined {
  const conditions = [...(status ? [having(status)] : []), ...(type === undefined ? [] : [ofType(type)])];
  if (conditions.length === 0) return undefined;
  return {
    expression: conditions.map(({ expression }) => `(${expression})`).join(' AND '),
    names: Object.assign({}, ...conditions.map(({ names }) => names)),
    values: Object.assign({}, ...conditions.map(({ values }) => values)),
  };
}

async function requireDevice(caller: Caller, deviceId: string): Promise<void> {
  const device = await requireEntity(devices, caller.tenant, deviceId);
  requireVisible(caller, device);
}

/** Newest first. */
async function list(caller: Caller, deviceId: string, filters: Filters, page: PageRequest) {
  await requireDevice(caller, deviceId);
  const { reference } = caller.tenant;
  const filter = filterOf(filters);
  return await readThrough(
    page,
    (request) => pageOfPartition<CommandRow>(main, commandKeys.commands(reference, deviceId), request, { filter }),
    async (rows) => {
      const keys = rows.map(({ item }) => commandKeys.commandBody(reference, deviceId, item.sk));
      const bodies = await getUntilFull<CommandBody>(
        main,
        keys,
        bodiesPerBatch,
        ({ payload, result = '' }) => payload.length + result.length,
      );
      const shown = bodies.map((body, i) => ({
        position: rows[i]!.position,
        item: showCommand(rows[i]!.item, body),
      }));
      return { rows: shown, isFull: bodies.length < rows.length };
    },
  );
}

/** @throws NOT_FOUND */
async function get(caller: Caller, deviceId: string, id: string) {
  await requireDevice(caller, deviceId);
  const { reference } = caller.tenant;
  const [row, body] = await main.getMany([
    commandKeys.command(reference, deviceId, id),
    commandKeys.commandBody(reference, deviceId, id),
  ]);
  if (!row) throw notFound('command');
  return showCommand(row as unknown as CommandRow, body as CommandBody | undefined);
}

export const readCommands = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get, list }),
});
