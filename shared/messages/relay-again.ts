import * as z from 'zod';

/** Asks that a row of the outbox be handed on that could not be when it was written. */
export const RelayAgainMessage = z.object({ pk: z.string(), sk: z.string() });
export type RelayAgainMessage = z.output<typeof RelayAgainMessage>;

/** File name of the worker, which names its queue. */
export const relayAgainWorker = 'outbox/relay-again';
