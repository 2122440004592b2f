import { defineCapability } from '../capability/capability.ts';
import type { DueFields, DueRow, DueStep } from '../due/due.ts';
import { log } from '../log/log.ts';
import type { Order } from '../queue/message.ts';
import { sendTo } from '../queue/sender.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { isConditionFailed, isRace } from '../table/faults.ts';
import { type IndexPartition, keyOf, tenantIn } from '../table/key.ts';
import { dueIndex, duePartitions } from '../table/keys/due.ts';
import { keysUpTo } from '../table/query-up-to.ts';
import { type Row, Table } from '../table/table.ts';

/** Entries handled together. */
const pageSize = 50;
/** No page is started after this time; the next sweep does the rest. */
const sweepMilliseconds = 40_000;

const main = new Table('main');

type ItselfDue = DueFields & { readonly pk: string; readonly sk: string };
type Due = DueRow | ItselfDue;

export interface SweepResult {
  readonly handedOn: number;
  readonly failed: number;
  /** Whether the time ended before all due entries were handled. */
  readonly cutShort: boolean;
}

/**
 * Hands on due work. A message is sent before its row moves on, so a sweep that crashes between the two, or runs beside
 * another, may send it again but loses none. A row moves on only if it is still as it was read, so an entry that was
 * set again meanwhile keeps its new value.
 */
class DueSweeper {
  /** @throws if a shard could not be read; entries that fail are counted, and the next sweep retries them */
  async sweep(): Promise<SweepResult> {
    const deadline = Date.now() + sweepMilliseconds;
    const shards = await Promise.allSettled(duePartitions().map((shard) => this.#sweepShard(shard, deadline)));
    const results = shards.map((shard) => {
      if (shard.status === 'rejected') throw shard.reason;
      return shard.value;
    });
    const sum = (of: 'handedOn' | 'failed') => results.reduce((total, result) => total + result[of], 0);
    const result = {
      handedOn: sum('handedOn'),
      failed: sum('failed'),
      cutShort: results.some(({ cutShort }) => cutShort),
    };
    log().info('due', { ...result });
    return result;
  }

  async #sweepShard(shard: IndexPartition, deadline: number): Promise<SweepResult> {
    let [handedOn, failed] = [0, 0];
    let start: Row | undefined;
    do {
      const page = await keysUpTo(main, shard, Date.now(), { size: pageSize, start });
      // The index is eventually consistent; the rows themselves say whether they are still due.
      const rows = await main.getMany<Due>(page.keys);
      const due = rows.filter((row) => row !== undefined && row.dueAt <= Date.now()) as Due[];
      const outcomes = await Promise.allSettled(due.map(send));
      handedOn += outcomes.filter(({ status }) => status === 'fulfilled').length;
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') continue;
        failed += 1;
        log().error('due entry not handed on', { pk: due[i]?.pk, sk: due[i]?.sk, error: String(outcome.reason) });
      }
      start = page.next;
    } while (start && Date.now() < deadline);
    return { handedOn, failed, cutShort: start !== undefined };
  }
}

const send = (row: Due): Promise<void> => ('message' in row ? remind(row) : takeStep(row));

/** Sends the message of a row that is itself due, and makes the row due again after a delay that doubles each time. */
async function remind(row: ItselfDue): Promise<void> {
  const { dueAt, againSeconds } = row;
  await sendTo({ worker: row.worker, message: JSON.parse(row.message) } as Order, row.owner);
  const next = { dueAt: Date.now() + againSeconds * 1000, againSeconds: 2 * againSeconds };
  await main.update(keyOf(row), setAll(next), unchanged({ dueAt })).catch(unlessMoved);
}

async function takeStep(row: DueRow): Promise<void> {
  const steps = JSON.parse(row.steps) as DueStep[];
  const now = Date.now();
  const left = steps.filter(({ at }) => at > now);
  const latest = steps[steps.length - left.length - 1];
  if (latest) await sendTo({ worker: row.worker, message: latest.message } as Order, tenantIn(row));
  const asRead = unchanged({ dueAt: row.dueAt, steps: row.steps });
  const [next] = left;
  const moved = next
    ? main.update(keyOf(row), setAll({ dueAt: next.at, steps: JSON.stringify(left) }), asRead)
    : main.delete(keyOf(row), asRead);
  await moved.catch(unlessMoved);
}

/**
 * For `catch`: the row was set again, or another sweep moved it on. If a write is still in progress, the next sweep finds
 * the row.
 */
function unlessMoved(error: unknown): void {
  if (!isConditionFailed(error) && !isRace(error)) throw error;
}

export const dueSweeper = defineCapability({
  tables: { main: ['BatchGetItem', 'UpdateItem', 'DeleteItem'] },
  indexes: { main: [dueIndex] },
  relays: 'defersTo',
  open: () => new DueSweeper(),
});
