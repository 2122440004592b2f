import * as z from 'zod';
import { freeObject } from '../wire/free-object.ts';
import { messageId } from '../wire/message-id.ts';
import { whenMade } from '../wire/null.ts';
import { givenInstant, strictObject } from '../wire/schema.ts';

/** Events that devices send: as they arrive, and as they are stored. */

const mostDataBytes = 64 * 1024;

export const severities = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof severities)[number];

/** What a device sends. */
export const DeviceEvent = strictObject(
  whenMade({
    messageId,
    type: z.string().regex(/^[a-z][a-z0-9_.]{0,63}$/),
    severity: z.enum(severities).default('INFO'),
    occurredAt: givenInstant().pipe(z.number().min(0)).optional(),
    data: freeObject(mostDataBytes).optional(),
  }),
);
export type DeviceEvent = z.output<typeof DeviceEvent>;

/** An event in the timeline of its device. Instants are milliseconds since 1970. */
export interface DeviceEventRow {
  readonly id: string;
  /** As the device named it: `door.opened`; or, with a `source`, as the timeline names it: `custom.door.opened`. */
  readonly type: string;
  /** Absent for an event that a device has sent. */
  readonly source?: 'SYSTEM';
  readonly severity: Severity;
  readonly occurredAt: number;
  readonly receivedAt: number;
  /** JSON, as the sender wrote it. */
  readonly data: string;
  /** Seconds since 1970, when the plan's retention ends. */
  readonly ttl: number;
}
