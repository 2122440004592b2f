import * as z from 'zod';
import { parseMarked } from '../json/exact.ts';
import { outlineOf } from '../json/outline.ts';
import { defineMessage } from '../queue/message.ts';
import { tenantReference } from '../tenancy/tenant.ts';

/**
 * Messages of devices, as the rules of the broker forward them: unchecked bytes, with the topic and the certificate.
 */

const form = /^hexfence\/([\da-f-]{36})\/([\da-f-]{36})\//;

/** A message on a topic of a device. The worker checks whether its sender may send it. */
export const DeviceMessage = z
  .object({
    /** Base64. */
    payload: z.string(),
    topic: z.string(),
    /** The id of the sender's certificate; absent if the sender had none. */
    principal: z.string().nullish(),
    /** When the broker received it, in milliseconds since 1970. */
    at: z.number(),
  })
  .transform((message) => {
    const [, tenantId, deviceId] = form.exec(message.topic) ?? [];
    const tenant = tenantId === undefined ? undefined : tenantReference(tenantId);
    // The code that runs workers needs `tenant`: it holds the message back while the workspace is suspended.
    return { ...message, tenant, deviceId };
  });
export type DeviceMessage = z.output<typeof DeviceMessage>;

/** Health reports of devices. */
export const HealthMessage = defineMessage('devices/take-health', DeviceMessage);
/** Acknowledgements of commands. */
export const AckMessage = defineMessage('commands/take-acks', DeviceMessage);
/** Readings of sensors. */
export const ReadingsMessage = defineMessage('devices/take-readings', DeviceMessage);
/** Events of devices; the reserved types have effects. */
export const EventMessage = defineMessage('devices/take-events', DeviceMessage);
/** Events of the broker about its clients. */
export const PresenceMessage = defineMessage('devices/take-presence', DeviceMessage);

/** An event of the broker about a client's connection or subscription, as JSON in the payload. */
export const ClientEvent = z.object({
  clientId: z.string(),
  eventType: z.enum(['connected', 'disconnected', 'subscribed', 'unsubscribed']),
  /** Milliseconds since 1970. */
  timestamp: z.number(),
  /** Id of the certificate. */
  principalIdentifier: z.string().optional(),
  sessionIdentifier: z.string().optional(),
  versionNumber: z.int().optional(),
  topics: z.array(z.string()).optional(),
});
export type ClientEvent = z.output<typeof ClientEvent>;

/** Deeper nesting has no use, and would overflow the stack of recursive code. */
const mostLevels = 128;

/** Undefined if the bytes are not JSON, are nested too deeply, or contain half of a character. */
function read({ payload }: { readonly payload: string }, parse: (text: string) => unknown): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(payload, 'base64'));
    const { levels, halfCharacter } = outlineOf(text);
    return levels > mostLevels || halfCharacter ? undefined : parse(text);
  } catch {
    return undefined;
  }
}

/** The bytes as JSON; undefined if they are not JSON. */
export const jsonOf = (message: { readonly payload: string }): unknown => read(message, JSON.parse);

/** The same for a schema with a free object, which keeps every digit of its numbers; see `shared/json/exact.ts`. */
export const markedJsonOf = (message: { readonly payload: string }): unknown => read(message, parseMarked);
