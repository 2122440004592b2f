import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { mostReadings, ReadingsReport } from '../../shared/readings/given.ts';
import { reportReadings } from '../../shared/readings/report.ts';
import { ReadingsReceipt } from '../../shared/readings/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/readings',
  operationId: 'reportReadings',
  summary: 'Report what sensors have measured',
  description:
    'Send up to 500 readings of one device. Each stands alone: `errors` lists those that are refused. A reading ' +
    'names its sensor by `sensorId`, or by `component` and `key`; a sensor that the profile of its component defines is ' +
    'created with its first reading. A sensor has one reading per millisecond: the one received last. So ' +
    'several readings of a sensor in one request need different `recordedAt`: without it, all get the instant of receipt, ' +
    'and only the last one stays.',
  scope: 'readings:write',
  limit: 'ingest',
  batch: { field: 'readings', most: () => mostReadings },
  uses: { readings: reportReadings },
  body: ReadingsReport,
  success: { 202: ReadingsReceipt },
  problems: ['VALIDATION_ERROR', 'QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  idempotent: true,
  timeoutSeconds: 20,
});

export const handler = serve(route, ({ body, caller, once, readings }) => readings.report(caller, body, once));
