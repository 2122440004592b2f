import type { Caller } from '../auth/caller.ts';
import type { Scope } from '../auth/scopes.ts';
import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { invalidFields, noneHasGivenId, problem } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { Table } from '../table/table.ts';
import { takesEvents } from '../wire/webhook-kind.ts';
import { type Action, type FenceEffect, locatedInBody, readEffects } from './effects.ts';

/** Saving actions: an effect may be saved only by a caller who could cause it, and only if what it names exists. */

const main = new Table('main');

const neededScope: Partial<Record<FenceEffect['type'], Scope>> = {
  command: 'devices:command',
  workflow: 'workflows:execute',
};

/** Something that an effect names: an entity of a kind, and the field that holds its id. */
interface Named {
  readonly kind: string;
  readonly field: string;
  readonly id: string;
}

function namedBy(effect: FenceEffect): Named[] {
  switch (effect.type) {
    case 'webhook':
      return [{ kind: 'webhook', field: 'webhookId', id: effect.webhookId }];
    case 'workflow':
      return [{ kind: 'workflow', field: 'workflowId', id: effect.workflowId }];
    case 'notification':
      return effect.channelIds.map((id) => ({ kind: 'notification_channel', field: 'channelIds', id }));
    case 'command':
      return [];
  }
}

/** The caller who writes, with the scopes that decide which actions may be saved. */
export type Writing = Actor & Pick<Caller, 'scopes'>;

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The checks of the actions that one request saves. Each entity that they name is read once. */
export class ActionCheck {
  readonly #caller: Pick<Caller, 'scopes' | 'tenant'>;
  /** By kind and id: whether the entity exists and may be named. */
  readonly #known = new Map<string, boolean>();

  constructor(caller: Pick<Caller, 'scopes' | 'tenant'>) {
    this.#caller = caller;
  }

  /**
   * Anybody may save again what is stored already, so that an object can be read and sent back.
   *
   * @throws SCOPE_MISSING, VALIDATION_ERROR when `action.run` is not a list of effects that this caller may save
   */
  async requireRunnable(action: Action | undefined, stored?: Action): Promise<void> {
    if (!action) return;
    const effects = readEffects(action);
    if (stored && sameJson(stored.run, action.run)) return;
    for (const { type } of effects) this.#requireScope(type);
    const named = effects.flatMap((effect, i) => namedBy(effect).map((one) => ({ ...one, i })));
    await this.#learn(named);
    const failures = named
      .filter((one) => !this.#known.get(nameOf(one)))
      .map(({ kind, field, id, i }) => ({
        type: 'unknown_reference',
        loc: ['body', i, field],
        msg: noneHasGivenId(kind.replaceAll('_', ' '), id.slice(0, 64)),
      }));
    if (failures.length > 0) throw invalidFields(failures.map(locatedInBody(!Array.isArray(action.run))));
  }

  #requireScope(type: FenceEffect['type']): void {
    const scope = neededScope[type];
    if (!scope || this.#caller.scopes.has(scope)) return;
    throw problem('SCOPE_MISSING', `Saving an action of type "${type}" needs the scope "${scope}".`, {
      required_scope: scope,
    });
  }

  /** Reads the entities that are not known yet. */
  async #learn(named: readonly Named[]): Promise<void> {
    const { reference } = this.#caller.tenant;
    const asked = named.filter((one) => uuid.test(one.id) && !this.#known.has(nameOf(one)));
    const once = [...new Map(asked.map((one) => [nameOf(one), one]))];
    const rows = await main.getMany(once.map(([, { kind, id }]) => entityKeys.thin(reference, kind, id)));
    for (const [i, [name, { kind }]] of once.entries()) this.#known.set(name, mayBeNamed(kind, rows[i]));
  }
}

const mayBeNamed = (kind: string, row: object | undefined): boolean =>
  row !== undefined && (kind !== 'webhook' || takesEvents(row));

const nameOf = ({ kind, id }: Named): string => `${kind} ${id}`;

/** Checks the only action that a request saves; see {@link ActionCheck}. */
export const requireRunnable = (caller: Writing, action: Action | undefined, stored?: Action): Promise<void> =>
  new ActionCheck(caller).requireRunnable(action, stored);
