import type { Addressee, Tables } from '../capability/capability.ts';
import type { UnlinkMessage } from '../messages/unlink.ts';
import type { Actor } from '../outbox/event.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import type { Order } from '../queue/message.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { Fields, Values } from './fields.ts';
import type { Filter } from './filters.ts';
import type { Quota } from './quota.ts';
import type { Reference } from './target.ts';

/**
 * A kind of plain entity: something that people create, list, change and delete, and that consists only of its own rows.
 * What is particular to it is declared once; the verbs beside this file do the rest, each a capability of its own.
 *
 * @example
 * export const sites = defineKind({
 *   name: 'site',
 *   letters: 'camelCase',
 *   fields: { name: required(Name, z.string()), geofenceId: optional(Id, z.string()) },
 *   unique: { name: {} },
 *   references: { geofenceId: { to: geofenceTarget, onDelete: 'null' } },
 *   filters: { search: partOf('name') },
 * });
 * // in functions/sites/create.ts
 * uses: { sites: creates(sites) }
 */
export interface Kind<
  F extends Fields = Fields,
  L extends Letters = Letters,
  I extends boolean = boolean,
  Q extends Filters = Filters,
  H extends boolean = boolean,
  C extends object = object,
> {
  /**
   * One word, with `_` for spaces. It must never change, because it is part of keys. It also appears in events
   * (`site.create`) and in messages to callers.
   */
  readonly name: string;
  /** The letter case of the names of its fields. */
  readonly letters: L;
  /** Whether it never changes. It then has neither a version nor an instant of its last change. */
  readonly immutable?: I;
  readonly fields: F;
  /** Fields whose value is unique among the entities of the workspace. */
  readonly unique?: { readonly [N in keyof F & string]?: Unique<keyof F & string> };
  /** Fields that name other entities, by their path: `geofenceId`, `scope.sensorId`, `widgets.config.sensorIds`. */
  readonly references?: Readonly<Record<string, Reference>>;
  /** Query parameters of its list, with their filters. */
  readonly filters: Q;
  readonly quota?: Quota<keyof F & string>;
  /** Whether `restrict` references to it are possible. Deleting it is then refused with `IN_USE`. */
  readonly held?: H;
  readonly settles?: Settling<F>;
  readonly followedBy?: Following<F>;
  readonly hook?: Hook<F>;
  readonly computed?: Computed<C>;
  /** Throws to refuse a change that a body asks for. Changes by our own code are not checked. */
  readonly allows?: Allows<F>['allows'];
  /** The message to the worker that removes what is left of a deleted entity. */
  readonly retiredBy?: typeof UnlinkMessage;
}

/** A method, so that TypeScript accepts a kind with certain fields as a `Kind`. */
interface Allows<F extends Fields> {
  allows(before: Values<F>, after: Values<F>): void;
}

export type Letters = 'camelCase' | 'snake_case';
export type Filters = Readonly<Record<string, Filter>>;

export interface Unique<N extends string = string> {
  /** Fields that must also be equal for two entities to conflict. `['deviceId']` makes a name unique per device. */
  readonly within?: readonly N[];
  /** The problem for the second entity, instead of `CONFLICT`. */
  readonly taken?: 'VERSION_EXISTS' | 'EXTERNAL_ID_EXISTS';
}

/** Values that follow from others, such as the device of a sensor, which is that of its component. */
export interface Settling<F extends Fields = Fields> {
  /** The grants for its reads. */
  readonly tables: Tables;
  /**
   * The values that a body leads to, complete; throws if they contradict each other. It is called before each write of
   * a create and of a change, and again after a lost race. Writes by our own code do not call it.
   *
   * @param before undefined for a new entity
   * @param given the fields of the body; `after` has them too
   */
  settle(tenant: TenantReference, before: Values<F> | undefined, after: Values<F>, given: object): Promise<Values<F>>;
}

/** Work for workers that follows from creates and changes. */
export interface Following<F extends Fields = Fields> {
  readonly messages: readonly Addressee[];
  /** The orders that are recorded with a write, to be sent once it is done. */
  ordersOf(tenant: TenantReference, id: string, before: Values<F> | undefined, after: Values<F>): readonly Order[];
}

/** Further work that belongs to the writes of a kind. */
export interface Hook<F extends Fields = Fields> {
  /**
   * Refuses a write by throwing, or adds to its transaction. A create has no `before`, a delete no `after`. It is
   * called again after a lost race.
   */
  act(
    transaction: Transaction,
    actor: Actor,
    before: Entity<F> | undefined,
    after: Entity<F> | undefined,
  ): void | Promise<void>;
  /** The grants for its own reads and writes. */
  readonly tables?: Tables;
  /** The problems that it throws. */
  readonly raises?: readonly ProblemCode[];
}

/** Fields that answers show besides those of the kind: stored elsewhere, or computed. */
export interface Computed<C extends object = object> {
  /** The grants for reading them. */
  readonly tables: Tables;
  /**
   * The fields of these entities, in the same order.
   *
   * @param alone whether the answer shows one entity, not a list
   */
  of(
    tenant: Tenant,
    entities: readonly { readonly id: string; readonly values: object }[],
    alone: boolean,
  ): Promise<readonly C[]>;
}

/** An entity as it is stored. */
export interface Entity<F extends Fields = Fields> {
  readonly id: string;
  readonly values: Values<F>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The number of changes so far, without touches. */
  readonly version: number;
  /** The number of touches since the last change; absent if there was none. */
  readonly serial?: number | undefined;
  /** The rows that represent its references. */
  readonly links: readonly Link[];
}

/**
 * A row that represents a reference, stored with the entity that is referred to: kind and id of that entity, and the
 * reference's name in the row.
 */
export interface Link {
  readonly kind: string;
  readonly id: string;
  readonly referrer: string;
}

export const defineKind = <
  const F extends Fields,
  const L extends Letters,
  const Q extends Filters,
  const I extends boolean = false,
  const H extends boolean = false,
  C extends object = Record<never, never>,
>(
  kind: Kind<F, L, I, Q, H, C>,
): Kind<F, L, I, Q, H, C> => kind;

/** Its name in a sentence. */
export const wordsOf = ({ name }: Pick<Kind, 'name'>): string => name.replaceAll('_', ' ');
