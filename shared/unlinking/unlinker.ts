import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { type Referrer, readReferrer, referrersWith } from '../entity/links.ts';
import type { Unlinking } from '../entity/unlink.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import type { Actor } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { sendTo } from '../queue/sender.ts';
import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { eachRow } from '../worker/each-row.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { unlinkings } from './register.ts';

/** The time limit of one run of the worker; the next run does the rest. */
const longestMilliseconds = 45_000;

const main = new Table('main');

/**
 * Ends the references to a deleted entity. No new reference to it can be written, and ended references are no longer
 * found. The work is therefore idempotent, and a redelivered message continues where the last run stopped.
 */
export class Unlinker {
  readonly #kinds: ReadonlyMap<string, Unlinking>;

  constructor(kinds: readonly Unlinking[]) {
    this.#kinds = new Map(kinds.map((one) => [one.kind, one]));
  }

  async run(message: UnlinkMessage): Promise<void> {
    const { tenant, kind, id } = message;
    const until = Date.now() + longestMilliseconds;
    const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
    if (!workspace) return;
    const actor = systemCaller(workspace);
    for (const onDelete of ['cascade', 'null', 'restrict'] as const) {
      const end = ({ sk }: Key) => insisting(() => this.#unlink(actor, readReferrer(sk), id), until);
      const references = entityKeys.references(tenant, kind, id);
      const isDone = await eachRow(main, references, end, until, { between: referrersWith(onDelete) });
      if (!isDone) return await sendTo(UnlinkMessage.order(message));
    }
  }

  async #unlink(actor: Actor, { onDelete, kind, path, id }: Referrer, gone: string): Promise<void> {
    const unlinking = this.#kinds.get(kind);
    if (!unlinking) throw new Error(`Nothing in shared/unlinking/register.ts ends the references of a ${kind}`);
    // A `restrict` reference is left only if the entity was deleted together with its owner: then the referrer is
    // deleted too.
    if (onDelete !== 'null') await unlinking.drop(actor, id);
    else await unlinking.clear(actor, id, path, gone);
  }
}

/**
 * Retries even after many lost races. Entities of one parent are counted in one row, and all that are deleted together
 * with the parent change it at once.
 */
async function insisting(act: () => Promise<void>, until: number): Promise<void> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isBusy = error instanceof Problem && error.code === 'SERVICE_UNAVAILABLE';
      if (!isBusy || Date.now() >= until) throw error;
    }
  }
}

export const unlinkReferences = defineCapability({
  tables: together([{ main: ['GetItem', 'Query'] }, ...unlinkings.map(({ tables }) => tables)]),
  sendsTo: [UnlinkMessage],
  handsTo: [...new Set(unlinkings.flatMap(({ handsTo }) => handsTo))],
  open: () => new Unlinker(unlinkings),
});
