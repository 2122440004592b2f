import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireForm } from '../fieldwork/form.ts';
import type { Once } from '../http/once.ts';
import { ExportMessage, exportRequest, WatchMessage } from '../messages/exports.ts';
import { recordEvent } from '../outbox/event.ts';
import { problem } from '../problems/problem.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { retryingRaces } from '../table/races.ts';
import { optional, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { printInstantOrNull } from '../wire/schema.ts';
import { contents } from './contents.ts';
import { type ExportRow, keptFrom, type ShownExport, showExport } from './record.ts';
import { requireSubject } from './subject.ts';
import { watchLane } from './watch.ts';
import { type ExportDraft, endOf, startOf } from './wire.ts';

const main = new Table('main');

/**
 * Creates a job, which runs when the jobs before it have ended.
 *
 * @throws SCOPE_MISSING if the caller may not read all that it includes, NOT_FOUND for its object
 */
async function create(caller: Caller, draft: ExportDraft, once: Once): Promise<ShownExport> {
  const { reference } = caller.tenant;
  requireReads(caller, draft);
  if (draft.scopeType === 'FORM') await requireForm(caller, draft.scopeId);
  else await requireSubject(reference, draft);
  const row = rowOf(caller, draft, once.objectId);
  const shown = showExport(row);
  await retryingRaces(async () => {
    const transaction = new Transaction();
    putJob(transaction, caller, row);
    once.record(transaction, { status: 201, body: shown });
    await transaction.commit();
  });
  return shown;
}

/** Adds all rows of a new job to a transaction. */
export function putJob(transaction: Transaction, caller: Caller, row: ExportRow): void {
  const { reference } = caller.tenant;
  transaction.put(main, exportKeys.job(reference, row.sk), { ...row });
  transaction.put(main, exportKeys.inLane(reference, row.lane, row.sk), { ttl: row.ttl });
  watchLane(transaction, reference, row.lane);
  recordEvent(transaction, caller, {
    action: 'export.create',
    resourceType: 'export',
    resourceId: row.sk,
    changes: changesOf(row),
    handOver: [exportRequest(reference, row.lane, row.sk)],
  });
}

function requireReads({ scopes }: Caller, { includes }: ExportDraft): void {
  const lacking = includes.map((one) => contents[one].reads).find((scope) => !scopes.has(scope));
  if (lacking === undefined) return;
  throw problem('SCOPE_MISSING', `This export needs the scope "${lacking}" too.`, { required_scope: lacking });
}

export type AskedExport = Pick<ExportDraft, 'scopeType' | 'scopeId' | 'from' | 'to' | 'includes' | 'format'>;

export function rowOf({ principal }: Caller, draft: AskedExport, id: string): ExportRow {
  const { scopeType, scopeId, includes, format } = draft;
  const [from, to] = [startOf(draft.from), endOf(draft.to)];
  const createdAt = Date.now();
  const asked = { scopeType, scopeId, ...optional('from', from), ...optional('to', to), includes, format };
  const lane = scopeType === 'FORM' ? 'forms' : 'tables';
  const begin = { status: 'PENDING', lane, requestedBy: principal, createdAt } as const;
  return { sk: id, ...asked, ...begin, ttl: keptFrom(createdAt) };
}

const changesOf = ({ scopeType, scopeId, from, to, includes, format }: ExportRow) => ({
  scopeType: [null, scopeType] as const,
  scopeId: [null, scopeId] as const,
  from: [null, printInstantOrNull(from)] as const,
  to: [null, printInstantOrNull(to)] as const,
  includes: [null, includes] as const,
  format: [null, format] as const,
});

export const createExports = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'PutItem'] },
  raises: ['SCOPE_MISSING', 'NOT_FOUND'],
  handsTo: [ExportMessage],
  defersTo: [WatchMessage],
  open: () => ({ create }),
});
