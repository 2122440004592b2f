import { defineMessage, type MessageOf } from '../queue/message.ts';
import { UnlinkMessage } from './unlink.ts';

/** Asks to remove what there is of a workflow that was deleted: versions, executions, timers. */
export const PurgeMessage = defineMessage('workflows/purge', UnlinkMessage.schema);
export type PurgeMessage = MessageOf<typeof PurgeMessage>;
