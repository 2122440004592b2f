import * as z from 'zod';
import { mostDevices, revokeInBulk } from '../../shared/certificates/bulk-revoke.ts';
import { idOf } from '../../shared/entity/fields.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deviceTarget } from '../../shared/topology/device-terms.ts';
import { siteTarget } from '../../shared/topology/sites.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';
import { filledProse } from '../../shared/wire/text.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/certificates/revoke',
  operationId: 'revokeCertificates',
  summary: 'Revoke the certificates of many devices permanently',
  description:
    'For the devices of a list, a group or a site, up to 1000. If it answers 504, send it again: it continues with the rest.',
  scope: 'certificates:write',
  uses: { certificates: revokeInBulk },
  body: strictObject(
    whenMade({
      deviceIds: z.array(idOf(deviceTarget)).min(1).max(mostDevices).optional(),
      groupId: idOf({ kind: 'device_group' }).optional(),
      siteId: idOf(siteTarget).optional(),
      reason: filledProse(200),
    }),
  )
    .refine(({ deviceIds, groupId, siteId }) => [deviceIds, groupId, siteId].filter(Boolean).length === 1, {
      path: ['deviceIds'],
      message: 'Send exactly one of "deviceIds", "groupId" and "siteId"',
      params: { type: 'conflict' },
    })
    .meta({
      id: 'BulkRevocation',
      example: { deviceIds: ['01957e2b-a403-7c3e-8a51-3f2d6c0e8b11'], reason: 'The batch of keys has leaked' },
    }),
  success: {
    200: z
      .object({
        revoked: z.int(),
        skipped: z.int().meta({ description: 'Devices without a certificate in force.' }),
      })
      .meta({ id: 'BulkRevocationResult', example: { revoked: 41, skipped: 2 } }),
  },
  problems: ['NOT_FOUND', 'BATCH_TOO_LARGE', 'TIMEOUT'],
  batch: { field: 'deviceIds', most: () => mostDevices },
  idempotent: true,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body: { reason, ...of }, caller, certificates }) => ({
  status: 200,
  body: await certificates.revokeOf(caller, of, reason),
}));
