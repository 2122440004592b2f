import * as z from 'zod';
import { parseExactly } from '../json/exact.ts';
import type { EventRow } from '../outbox/event.ts';
import { instant, printInstant } from '../wire/schema.ts';

/** One action of a user, key or the platform, as the audit log shows it. */
export const AuditEntry = z
  .object({
    id: z.string().meta({ format: 'uuid' }),
    action: z.string(),
    actor: z.string().meta({ description: '`user_<id>`, `key_<id>`, `device_<id>`, `system` or `anonymous`.' }),
    actor_ip: z.string(),
    resource_type: z.string(),
    resource_id: z.string(),
    request_id: z.string(),
    changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])).meta({
      override: { type: 'object', additionalProperties: { type: 'array', minItems: 2, maxItems: 2, items: {} } },
      description: 'Each changed field with its value before and after. Secrets are shown as `(hidden)`.',
    }),
    occurred_at: instant(),
  })
  .meta({
    id: 'AuditEntry',
    example: {
      id: '019d14fc-b8d0-7238-9075-1fdcd7e986c5',
      action: 'geofence.update',
      actor: 'user_0d0c4f52-6a3e-4b21-9d57-3f0a9c1b7e64',
      actor_ip: '203.0.113.9',
      resource_type: 'geofence',
      resource_id: '019cfbf6-5f00-7c11-a1d2-4b7f0f9e5a10',
      request_id: 'req_01J9Z6M3T8Q4',
      changes: { status: ['active', 'inactive'] },
      occurred_at: '2026-03-22T10:00:00Z',
    },
  });

export function showEntry(row: EventRow): z.input<typeof AuditEntry> {
  return {
    id: row.sk,
    action: row.action,
    actor: row.actor,
    actor_ip: row.actorAddress,
    resource_type: row.resourceType,
    resource_id: row.resourceId,
    request_id: row.requestId,
    changes: parseExactly(row.changes) as Record<string, [unknown, unknown]>,
    occurred_at: printInstant(row.occurredAt),
  };
}
