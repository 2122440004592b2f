import { ChunkMessage } from '../messages/geocode.ts';
import { problem } from '../problems/problem.ts';
import { sendTo } from '../queue/sender.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { runKeys } from '../table/keys/geocoding.ts';
import { asLostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { advanced, begun, done, mostRuns, noTurns, resumed, type Turn, type Turns, type WaitingRun } from './turns.ts';

/**
 * The turns of a workspace as a row. Each change replaces the row, on the condition that it is as it was read. A chunk
 * is sent after it is recorded in the row. If the process crashes between the two, a later change of the row finds that
 * the chunk is lost, and sends it.
 */

interface TurnsRow {
  /** JSON. */
  readonly turns: string;
  readonly version: number;
}

const main = new Table('main');
const keptSeconds = 7 * 86_400;

async function change(tenant: TenantReference, by: (turns: Turns) => Turns): Promise<void> {
  const send = await retryingRaces(async () => {
    const key = runKeys.turns(tenant);
    const row = await main.get<TurnsRow>(key);
    const before = row ? (JSON.parse(row.turns) as Turns) : noTurns;
    const now = Date.now();
    const { turns, send } = advanced(by(before), now);
    const text = JSON.stringify(turns);
    if (text === (row?.turns ?? JSON.stringify(noTurns))) return send;
    const version = (row?.version ?? 0) + 1;
    const after = setAll({ turns: text, version, ttl: Math.ceil(now / 1000) + keptSeconds });
    await main.update(key, after, unchanged({ version: row?.version })).catch(asLostRace);
    return send;
  });
  await Promise.all(send.map(({ run, chunk }) => sendTo(ChunkMessage.order({ tenant, run, chunk }), tenant)));
}

/**
 * Registers the chunks of a run, which are sent when their turns come.
 *
 * @throws SERVICE_UNAVAILABLE if too many runs of the workspace wait
 */
export async function beginTurns(tenant: TenantReference, run: Omit<WaitingRun, 'next'>): Promise<void> {
  await change(tenant, (turns) => {
    if (turns.runs.length >= mostRuns) throw tooManyRuns();
    return begun(turns, { ...run, next: 0 });
  });
}

/** The same for a run that was registered before by a process that may have crashed before all chunks were sent. */
export async function resumeTurns(tenant: TenantReference, run: Omit<WaitingRun, 'next'>): Promise<void> {
  await change(tenant, (turns) => resumed(turns, { ...run, next: 0 }));
}

/** Makes room for the next chunk of the workspace. */
export async function endTurn(tenant: TenantReference, turn: Turn): Promise<void> {
  await change(tenant, (turns) => done(turns, turn));
}

function tooManyRuns() {
  const detail = `${mostRuns} requests of this workspace wait for addresses to be looked up. Try again when some are done.`;
  return problem('SERVICE_UNAVAILABLE', detail, { dependency: 'geocoder' }, { retryAfterSeconds: 30 });
}
