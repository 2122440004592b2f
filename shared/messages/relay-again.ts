import * as z from 'zod';
import { defineMessage, type MessageOf } from '../queue/message.ts';

/** Asks to hand on a row of the outbox that could not be handed on when it was written. */
export const RelayAgainMessage = defineMessage('outbox/relay-again', z.object({ pk: z.string(), sk: z.string() }));
export type RelayAgainMessage = MessageOf<typeof RelayAgainMessage>;
