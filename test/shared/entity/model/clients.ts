import { randomUUID } from 'node:crypto';
import { patches, replaces } from '../../../../shared/entity/change.ts';
import { creates } from '../../../../shared/entity/create.ts';
import { deletes } from '../../../../shared/entity/delete.ts';
import type { Kind } from '../../../../shared/entity/kind.ts';
import { gets, lists } from '../../../../shared/entity/read.ts';
import { readIfMatch } from '../../../../shared/http/conditional.ts';
import { idempotencyRecords } from '../../../../shared/http/idempotency.ts';
import { type Once, unrecorded } from '../../../../shared/http/once.ts';
import type { Actor } from '../../../../shared/outbox/event.ts';
import { Problem } from '../../../../shared/problems/problem.ts';
import { isRace, isUnavailable } from '../../../../shared/table/faults.ts';
import type { Tenant } from '../../../../shared/tenancy/tenant.ts';
import { caller, request } from '../../support/people.ts';
import { kinds } from '../kinds.ts';
import type { Query } from './asking.ts';
import type { Grants } from './grants.ts';
import type { History } from './history.ts';
import { type Command, type KindName, outcomeOf, type State, type Thing } from './naive.ts';

/** Clients that check every response against the states that were possible at that time. */

type Shown = Record<string, unknown>;

/** The outcome of a request, if its client received one. */
interface Answered {
  readonly requestId: string;
  readonly command: Command;
  readonly key: string | undefined;
  readonly answer: Shown | undefined;
}

const kindOf = (name: KindName): Kind => kinds[name] as Kind;

/** An entity as responses show it, without instants. */
export function shownOf({ kind, id, values, version }: Thing): Shown {
  const { pin: _, ...fields } = values;
  return { id, ...fields, ...(kind === 'deed' ? {} : { version }) };
}

function plain({ tenantId: _, createdAt: __, updatedAt: ___, created_at: ____, updated_at: _____, ...rest }: Shown) {
  return rest;
}

export const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (value: unknown) => Object.fromEntries(Object.entries(value as object).sort());

export class Clients {
  /** Everything that was wrong, as sentences. */
  readonly wrong: string[] = [];
  readonly answered: Answered[] = [];
  readonly commands = new Map<string, Command>();
  /** The oldest state that each request may have seen. */
  readonly began = new Map<string, number>();
  readonly keys = new Map<string, string>();
  /** The same for the first request with each idempotency key, whose refusal is stored. */
  readonly #keysBegan = new Map<string, number>();
  readonly #history: History;
  readonly #grants: Grants;
  readonly #tenant: Tenant;

  constructor(history: History, grants: Grants, tenant: Tenant) {
    [this.#history, this.#grants, this.#tenant] = [history, grants, tenant];
  }

  /** Fails only for reasons that a fault of the database explains. */
  async sparing(does: () => Promise<void>): Promise<void> {
    try {
      await does();
    } catch (error) {
      if (!isExcused(error)) this.wrong.push(`failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  /**
   * Returns a function that sends a command. Each call is a separate request; all use one idempotency key if there is
   * one.
   */
  asked(command: Command, keyed: boolean): () => Promise<void> {
    const key = keyed ? randomUUID() : undefined;
    return () => this.sparing(() => this.#send(command, key));
  }

  async #send(command: Command, key: string | undefined): Promise<void> {
    const requestId = `req_${this.commands.size}`;
    this.commands.set(requestId, command);
    const from = this.#history.oldest;
    this.began.set(requestId, from);
    if (key) {
      this.keys.set(requestId, key);
      this.#keysBegan.set(key, this.#keysBegan.get(key) ?? from);
    }
    const actor = { ...caller(this.#tenant), requestId };
    try {
      const answer = key ? await this.#once(actor, command, key) : await this.#run(actor, command, unrecorded);
      this.answered.push({ requestId, command, key, answer: answer && plain(answer) });
    } catch (error) {
      if (isExcused(error)) return;
      const met = this.#history.since(this.#keysBegan.get(key ?? '') ?? from);
      this.#requireRefusal(command, codeOf(error), met, error);
    }
  }

  /** Handles a request with an `Idempotency-Key` as the kernel does. */
  async #once(actor: ReturnType<typeof caller>, command: Command, key: string): Promise<Shown> {
    const asked = request({ method: 'POST', path: `/${command.kind}`, body: JSON.stringify(command) });
    const beginning = await idempotencyRecords.open().begin(actor, asked, key);
    if ('replay' in beginning) {
      const { status, body } = beginning.replay;
      if (status >= 400) throw new Problem((body as { error_code: 'CONFLICT' }).error_code, 'remembered');
      return body as Shown;
    }
    try {
      const body = (await this.#run(actor, command, beginning.once)) as Shown;
      await beginning.once.end({ status: 201, body });
      return body;
    } catch (error) {
      const status = error instanceof Problem ? error.status() : 503;
      await beginning.once.end({ status, body: { error_code: (error as Problem).code } });
      throw error;
    }
  }

  async #run(actor: Actor, command: Command, once: Once): Promise<Shown | undefined> {
    const { kind: name, verb } = command;
    const kind = kindOf(name);
    return await this.#grants.doing(`${name} ${verb}`, async () => {
      if (command.verb === 'create') return await creates(kind).open().create(actor, command.given, once);
      const ifMatch = command.ifMatch === undefined ? undefined : readIfMatch(`"v${command.ifMatch}"`);
      if (command.verb === 'delete') return void (await deletes(kind).open().delete(actor, command.id, ifMatch));
      if (verb === 'patch') return await patches(kind).open().patch(actor, command.id, command.given, ifMatch);
      return await replaces(kind).open().replace(actor, command.id, command.given, ifMatch);
    });
  }

  #requireRefusal(command: Command, code: string, states: readonly State[], error: unknown): void {
    const allowed = states.flatMap((state) =>
      [true, false].map((keeping) => outcomeOf(state, command, 'new', keeping)),
    );
    if (allowed.some((outcome) => 'refused' in outcome && outcome.refused === code)) return;
    this.wrong.push(`${JSON.stringify(command)} was refused with ${code}: ${(error as Error).stack}`);
  }

  async get(name: KindName, id: string): Promise<void> {
    const from = this.#history.oldest;
    const found = await this.#read(`${name} get`, () => gets(kindOf(name)).open().get(this.#tenant, id));
    if (found === 'failed') return;
    const possible = this.#history.since(from).map((state) => state.get(id));
    const isTrue = possible.some((thing) => (thing && found ? same(shownOf(thing), plain(found)) : !thing && !found));
    if (!isTrue) this.wrong.push(`${name} ${id} was read as ${JSON.stringify(found)}`);
  }

  async #read(what: string, read: () => Promise<Shown>): Promise<Shown | undefined | 'failed'> {
    try {
      return await this.#grants.doing(what, read);
    } catch (error) {
      if (codeOf(error) === 'NOT_FOUND') return undefined;
      if (!isExcused(error)) throw error;
      return 'failed';
    }
  }

  /**
   * Each listed entity must have existed in the shown form at some moment of the reading; each entity that matched all
   * the time must be listed.
   */
  async list(name: KindName, { query, finds }: Query): Promise<void> {
    const from = this.#history.oldest;
    const page = { limit: 100, offset: 0, after: undefined, counted: true };
    const read = () =>
      lists(kindOf(name))
        .open()
        .list(this.#tenant, query as never, page);
    const found = await this.#grants.doing(`${name} list`, read).catch((error: unknown) => {
      if (!isExcused(error)) throw error;
    });
    if (!found) return;
    const items = found.rows.map(({ item }) => plain(item as unknown as Shown));
    const states = this.#history.since(from);
    const ids = [...new Set(states.flatMap((state) => [...state.keys()]))];
    for (const item of items) {
      const possible = states.map((state) => state.get(String(item.id)));
      if (!possible.some((thing) => thing && same(shownOf(thing), item))) {
        this.wrong.push(`a list of ${name} shows ${JSON.stringify(item)}`);
      }
    }
    for (const id of ids) {
      const all = states.map((state) => state.get(id));
      const passes = all.map((thing) => thing?.kind === name && finds(thing));
      const shown = items.some((item) => item.id === id);
      if (shown !== passes[0] && new Set(passes).size === 1) {
        this.wrong.push(`a list of ${name} by ${JSON.stringify(query)} ${shown ? 'shows' : 'hides'} ${id}`);
      }
    }
    const order = items.map(({ id }) => String(id));
    if (!same(order, order.toSorted().reverse())) this.wrong.push(`a list of ${name} is not newest first`);
  }
}

/** Whether an error results from the model's own faults or from concurrent requests. */
const isExcused = (error: unknown): boolean =>
  isRace(error) ||
  isUnavailable(error) ||
  (error instanceof Problem && ['SERVICE_UNAVAILABLE', 'IDEMPOTENCY_IN_PROGRESS'].includes(error.code));

/** The code as the naive model names it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Problem)) return `no problem: ${String(error)}`;
  const [field] = error.fields ?? [];
  return field?.type === 'unknown_reference' ? `unknown ${String(field.loc[1])}` : error.code;
}
