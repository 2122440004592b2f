import type * as z from 'zod';

/**
 * The definition of a worker's message. Each queue worker has one, in its file of `shared/messages`. Code that sends a
 * message, hands one on or is granted the queue uses this definition, never the name of a worker.
 */
export interface MessageDefinition<out S extends z.ZodType = z.ZodType> {
  /** The file of the worker, without the extension; it also names the queue. */
  readonly worker: string;
  readonly schema: S;
  /** @throws for a value that is not a message of this kind */
  parse(value: unknown): z.output<S>;
  /** A message for the worker. */
  order(message: z.output<S>): Order;
}

/** The content of a message of this kind. */
export type MessageOf<D extends MessageDefinition> = z.output<D['schema']>;

declare const brand: unique symbol;

/** A message for one worker, as it is sent and stored; only a definition creates one. */
export interface Order {
  readonly worker: string;
  readonly message: object;
  readonly [brand]: true;
}

/** An order for a worker whose queue is FIFO. */
export interface OrderInLine extends Order {
  /** Messages of one group are handled one after the other. */
  readonly group: string;
  /** A message that is sent again under the same name within five minutes is delivered once. */
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
