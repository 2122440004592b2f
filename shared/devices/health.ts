import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import { instant, printInstantOrNull } from '../wire/schema.ts';
import { devices } from './devices.ts';
import { requireVisible } from './visible.ts';

export const connectionTypes = ['WIFI', 'ETHERNET', 'CELLULAR', 'LORA', 'OTHER'] as const;

/** A report of a device about itself. */
interface HealthReport {
  readonly uptimeSeconds: number | null;
  readonly freeHeapBytes: number | null;
  readonly signalStrengthDbm: number | null;
  readonly connectionType: (typeof connectionTypes)[number] | null;
  readonly batteryPercent: number | null;
  readonly readingsSent: number | null;
  readonly readingsDropped: number | null;
  readonly firmwareVersion: string | null;
}

/** The row of the last report. */
export interface HealthRow extends HealthReport {
  /** Milliseconds since 1970. */
  readonly reportedAt: number;
}

export const Health = z
  .object({
    deviceId: z.uuid(),
    online: z.boolean().meta({ description: 'Whether the device is connected to the broker.' }),
    uptimeSeconds: z.number().nullable(),
    freeHeapBytes: z.number().nullable(),
    signalStrengthDbm: z.number().nullable(),
    connectionType: z.enum(connectionTypes).nullable(),
    batteryPercent: z.number().nullable(),
    readingsSent: z.number().nullable(),
    readingsDropped: z.number().nullable(),
    firmwareVersion: z.string().nullable(),
    reportedAt: instant().nullable(),
  })
  .meta({
    id: 'DeviceHealth',
    example: {
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      online: true,
      uptimeSeconds: 86_400,
      freeHeapBytes: 120_344,
      signalStrengthDbm: -67,
      connectionType: 'WIFI',
      batteryPercent: null,
      readingsSent: 44_021,
      readingsDropped: 3,
      firmwareVersion: '1.4.2',
      reportedAt: '2026-01-15T10:30:00Z',
    },
  });

/** The report of a device that has sent none. */
const nothing: HealthReport = {
  uptimeSeconds: null,
  freeHeapBytes: null,
  signalStrengthDbm: null,
  connectionType: null,
  batteryPercent: null,
  readingsSent: null,
  readingsDropped: null,
  firmwareVersion: null,
};

const main = new Table('main');

/** The last report of a device that the caller may see. */
async function healthOf(caller: Caller, id: string): Promise<z.input<typeof Health>> {
  const { tenant } = caller;
  const [device, row] = await Promise.all([
    requireEntity(devices, tenant, id),
    main.get<HealthRow>(deviceKeys.health(tenant.reference, id)),
  ]);
  const { connected: online } = requireVisible(caller, device);
  const { reportedAt, ...report } = { ...nothing, ...row };
  return { deviceId: id, online, ...report, reportedAt: printInstantOrNull(reportedAt) };
}

export const readHealth = defineCapability({
  tables: { main: ['GetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ of: healthOf }),
});
