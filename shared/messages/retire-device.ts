import { defineMessage } from '../queue/message.ts';
import { UnlinkMessage } from './unlink.ts';

/** Asks to remove everything that belonged to a deleted device. */
export const RetireMessage = defineMessage('devices/retire', UnlinkMessage.schema);
