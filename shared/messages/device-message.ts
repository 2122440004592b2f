import * as z from 'zod';
import { defineMessage } from '../queue/message.ts';
import { tenantReference } from '../tenancy/tenant.ts';

/**
 * Messages of devices, as the rules of the broker forward them: unchecked bytes, with the topic and the certificate.
 */

const form = /^hexfence\/([\da-f-]{36})\/([\da-f-]{36})\//;

/** A message on a topic of a device. The worker checks whether its sender may send it. */
const DeviceMessage = z
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
    // By `tenant` the code that runs workers finds the workspace, and refuses the message while it is suspended.
    return { ...message, tenant, deviceId };
  });
export type DeviceMessage = z.output<typeof DeviceMessage>;

/** Health reports of devices. */
export const HealthMessage = defineMessage('devices/take-health', DeviceMessage);
/** Acknowledgements of commands. */
export const AckMessage = defineMessage('commands/take-acks', DeviceMessage);
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

/** The payload as JSON; undefined if it is not JSON. */
export function jsonOf({ payload }: { readonly payload: string }): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(payload, 'base64'));
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
