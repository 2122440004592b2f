import * as z from 'zod';
import { instant } from '../wire/schema.ts';
import { causes } from './cause.ts';
import { itemStatuses } from './item.ts';

/** Items and groups in answers. */

export const CauseName = z.enum(causes);
export const ItemStatusName = z.enum(itemStatuses);

const item = {
  id: z.uuid(),
  tenantId: z.uuid(),
  deviceId: z.string().meta({ format: 'uuid' }),
  topic: z.string(),
  cause: CauseName,
  message: z.string(),
  component: z.string().nullable(),
  key: z.string().nullable(),
  status: ItemStatusName,
  receivedAt: instant(),
  expiresAt: instant(),
};

const example = {
  id: '01956a0c-9c40-7c3e-8a51-3f2d6c0e8b15',
  tenantId: '7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
  deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
  topic: 'hexfence/7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11/d1e2f3a4-e5f6-7890-abcd-ef1234567890/readings',
  cause: 'UNKNOWN_SENSOR' as const,
  message: 'no sensor boiler-1/pressure',
  component: 'boiler-1',
  key: 'pressure',
  status: 'OPEN' as const,
  receivedAt: '2026-01-15T10:30:00Z',
  expiresAt: '2026-02-14T10:30:00Z',
};

export const QuarantineItem = z.object(item).meta({ id: 'QuarantineItem', example });

export const QuarantinedPayload = z.object({ ...item, payload: z.unknown() }).meta({
  id: 'QuarantineItemWithPayload',
  example: { ...example, payload: { component: 'boiler-1', key: 'pressure', value: 1.2 } },
});

export const QuarantineSummary = z
  .object({
    groups: z.array(
      z
        .object({
          cause: CauseName,
          deviceId: z.string().meta({ format: 'uuid' }),
          key: z.string().nullable(),
          count: z.int(),
          dropped: z.int(),
          firstAt: instant(),
          lastAt: instant(),
        })
        .meta({ id: 'QuarantineGroup' }),
    ),
  })
  .meta({
    id: 'QuarantineSummary',
    example: {
      groups: [
        {
          cause: 'UNKNOWN_SENSOR',
          deviceId: example.deviceId,
          key: 'pressure',
          count: 120,
          dropped: 0,
          firstAt: '2026-01-15T10:30:00Z',
          lastAt: '2026-01-15T11:29:30Z',
        },
      ],
    },
  });
