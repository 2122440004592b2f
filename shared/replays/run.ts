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
import { concurrently } from '../worker/concurrently.ts';
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
  while (!(await retryingRaces(() => step(tenant, replayId, request, until)))) {
    if (Date.now() >= until) return await sendTo(ReplayMessage.order(message));
  }
}

/**
 * Takes a few items again, and fewer if the time is up: then it records what was done, so that the next run continues
 * there.
 *
 * @returns whether the replay is done
 */
async function step(tenant: TenantReference, replayId: string, request: RequestRow, until: number): Promise<boolean> {
  const progress = await main.get<ProgressRow & object>(replayKeys.progress(tenant, replayId));
  if (!progress || progress.status === 'DONE') return true;
  const found = await nextItems(tenant, request, progress);
  const outcomes = await retakeAll(tenant, found.rows, progress.dryRun, until);
  const done = doneOf(found, outcomes);
  await record(tenant, replayId, progress, done, outcomes);
  return done.next === undefined;
}

type Outcomes = ReadonlyMap<ItemRow, Refusal | undefined>;

/** The rows before the first one for which there was no time. Rows after it are taken again. */
function doneOf(found: NextItems, outcomes: Outcomes): NextItems {
  const end = found.rows.findIndex((row) => !outcomes.has(row));
  if (end === -1) return found;
  const rows = found.rows.slice(0, end);
  return { ...found, rows, next: found.after(rows.at(-1)!) };
}

/**
 * Items of different devices are taken side by side, those of one device one after the other. The first item is taken
 * however late it is, so that each step makes progress.
 */
async function retakeAll(
  tenant: TenantReference,
  rows: readonly ItemRow[],
  dryRun: boolean,
  until: number,
): Promise<Outcomes> {
  const outcomes = new Map<ItemRow, Refusal | undefined>();
  const ofDevices = [...Map.groupBy(rows, ({ deviceId }) => deviceId).values()];
  const takeInTurn = async (ofDevice: readonly ItemRow[]) => {
    for (const row of ofDevice) {
      if (row !== rows[0] && Date.now() >= until) return;
      outcomes.set(row, await retakeItem(tenant, row, await readRefused(tenant, row), { dryRun }));
    }
  };
  await concurrently(ofDevices, takeInTurn, Number.POSITIVE_INFINITY);
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
  for (const row of rows) {
    const cause = outcomes.get(row)?.cause;
    if (cause) causes[cause] = (causes[cause] ?? 0) + 1;
  }
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

/** Marks accepted items as replayed. If another writer has changed one, the step starts again. */
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
