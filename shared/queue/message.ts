import type * as z from 'zod';

/**
 * What a worker is asked to do. Each worker that has a queue says so once, in its file of `shared/messages`; what asks it
 * for work, hands a message on or is granted its queue names that definition, never a worker by its name.
 */
export interface MessageDefinition<out S extends z.ZodType = z.ZodType> {
  /** File name of the worker, which names its queue. */
  readonly worker: string;
  readonly schema: S;
  /** @throws where it is no message of this kind */
  parse(value: unknown): z.output<S>;
  /** A message for the worker. */
  order(message: z.output<S>): Order;
}

/** What a message of this kind holds. */
export type MessageOf<D extends MessageDefinition> = z.output<D['schema']>;

declare const brand: unique symbol;

/** A message for one worker, as it is sent and kept; only a definition makes one. */
export interface Order {
  readonly worker: string;
  readonly message: object;
  readonly [brand]: true;
}

/** An order for a worker whose queue keeps an order. */
export interface OrderInLine extends Order {
  /** Messages of one group come one after the other. */
  readonly group: string;
  /** What is sent twice under one name within five minutes comes once. */
  readonly name: string;
}

/** @param worker `functions/<worker>.ts` */
export function defineMessage<S extends z.ZodType<object>>(
  worker: `${string}/${string}`,
  schema: S,
): MessageDefinition<S> {
  return {
    worker,
    schema,
    parse: (value) => schema.parse(value),
    order: (message) => ({ worker, message }) as unknown as Order,
  };
}
