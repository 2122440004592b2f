import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';

/** Asks to relay a row of the outbox that could not be relayed when it was written. */
export const RelayAgainMessage = defineMessage('outbox/relay-again', z.object({ pk: z.string(), sk: z.string() }));
export type RelayAgainMessage = MessageOf<typeof RelayAgainMessage>;
