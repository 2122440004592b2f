import { defineMessage } from '../queue/message.ts';
import { UnlinkMessage } from './unlink.ts';

/** Asks that what there is of a deleted device beside the entity be ended. */
export const RetireMessage = defineMessage('devices/retire', UnlinkMessage.schema);
