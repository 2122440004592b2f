import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { ReplayMessage } from '../messages/replay.ts';
import { TimerMessage } from '../messages/tracking.ts';
import { countClosed, groupKey } from '../quarantine/groups.ts';
import type { ItemRow } from '../quarantine/item.ts';
import { readRefused } from '../quarantine/items.ts';
import type { Refusal } from '../quarantine/refuse.ts';
import { sendTo } from '../queue/sender.ts';
import { defersOfIngest } from '../readings/ingest.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { replayKeys } from '../table/keys/replays.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import { type NextItems, nextItems } from './next-items.ts';
import type { ProgressRow, RequestRow } from './record.ts';
import { retakeItem, tablesOfRetake } from './retake-item.ts';

/**
 * Running a replay. Each step takes a few items again, which may be repeated, and then records in one transaction which
 * of them were accepted and how far the replay is. So a step that was interrupted is taken again, and counted once.
 */

/** The time limit of one run of the worker; the next run does the rest. */
const longestMilliseconds = 40_000;

const [main, telemetry] = [new Table('main'), new Table('telemetry')];

async function run(message: ReplayMessage): Promise<void> {
  const { tenant, replayId } = message;
  const until = Date.now() + longestMilliseconds;
  const request = await main.get<RequestRow & object>(replayKeys.request(tenant, replayId));
  if (!request) return;
  while (!(await retryingRaces(() => step(tenant, replayId, request)))) {
    if (Date.now() >= until) return await sendTo(ReplayMessage.order(message));
  }
}

/** @returns whether the replay is done */
async function step(tenant: TenantReference, replayId: string, request: RequestRow): Promise<boolean> {
  const progress = await main.get<ProgressRow & object>(replayKeys.progress(tenant, replayId));
  if (!progress || progress.status === 'DONE') return true;
  const found = await nextItems(tenant, request, progress);
  const outcomes = await retakeAll(tenant, found.rows, progress.dryRun);
  await record(tenant, replayId, progress, found, outcomes);
  return found.next === undefined;
}

type Outcomes = ReadonlyMap<ItemRow, Refusal | undefined>;

/** Items of different devices are taken side by side, those of one device one after the other. */
async function retakeAll(tenant: TenantReference, rows: readonly ItemRow[], dryRun: boolean): Promise<Outcomes> {
  const outcomes = new Map<ItemRow, Refusal | undefined>();
  const ofDevices = [...Map.groupBy(rows, ({ deviceId }) => deviceId).values()];
  const takeInTurn = async (ofDevice: readonly ItemRow[]) => {
    for (const row of ofDevice) {
      outcomes.set(row, await retakeItem(tenant, row, await readRefused(tenant, row), { dryRun }));
    }
  };
  await sideBySide(ofDevices, takeInTurn, Number.POSITIVE_INFINITY);
  return outcomes;
}

async function record(
  tenant: TenantReference,
  replayId: string,
  before: ProgressRow,
  { rows, next }: NextItems,
  outcomes: Outcomes,
): Promise<void> {
  const transaction = new Transaction();
  const accepted = rows.filter((row) => outcomes.get(row) === undefined);
  if (!before.dryRun) close(transaction, tenant, accepted);
  const causes: Record<string, number> = { ...before.causes };
  for (const refusal of outcomes.values()) if (refusal) causes[refusal.cause] = (causes[refusal.cause] ?? 0) + 1;
  const { after, ...position } = next ?? { index: before.index };
  const now = {
    ...position,
    ...(after === undefined ? {} : { after }),
    status: next ? 'RUNNING' : 'DONE',
    serial: before.serial + 1,
    total: before.total + rows.length,
    accepted: before.accepted + accepted.length,
    causes,
  };
  const change = setAll(now, after === undefined ? ['after'] : []);
  const asRead = unchanged({ serial: before.serial });
  transaction.update(main, replayKeys.progress(tenant, replayId), change, asRead, lostRace);
  await transaction.commit();
}

/** Items that were accepted are open no more, unless somebody was faster. */
function close(transaction: Transaction, tenant: TenantReference, rows: readonly ItemRow[]): void {
  for (const { sk } of rows) {
    const key = quarantineKeys.item(tenant, sk);
    transaction.update(telemetry, key, setAll({ status: 'REPLAYED' }), unchanged({ status: 'OPEN' }), lostRace);
  }
  for (const group of Map.groupBy(rows, (row) => groupKey(tenant, row).pk + groupKey(tenant, row).sk).values()) {
    countClosed(transaction, tenant, group[0]!, group.length);
  }
}

export const runReplays = defineCapability({
  tables: together([
    tablesOfRetake,
    { main: ['GetItem', 'UpdateItem'], telemetry: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'] },
  ]),
  sendsTo: [ReplayMessage],
  defersTo: [TimerMessage, ...defersOfIngest],
  open: () => ({ run }),
});
