import { walkPoints } from '../locations/history.ts';
import { type PointRow, recordedAtOf, showRow } from '../locations/row.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import { tripsAt } from '../trips/around.ts';
import { readCurrent, type TripHead } from '../trips/current.ts';
import { inSeries, type Source } from './source.ts';

/** Positions of devices. */

const main = new Table('main');

export const locationSource: Source = {
  name: 'locations',
  columns: [
    'device_id',
    'session_id',
    'recorded_at',
    'latitude',
    'longitude',
    'accuracy_meters',
    'altitude_meters',
    'speed_mps',
    'heading_degrees',
    'battery_percent',
  ],
  tables: { main: ['GetItem', 'Query'], telemetry: ['Query'] },
  pages: inSeries(['DEVICE'], async function* ({ tenant: { reference }, from, to }, { id }, after) {
    const head = await main.get<TripHead>(deviceKeys.head(reference, id));
    if (head?.firstAt === undefined || head.newestAt === undefined) return;
    const first = after === undefined ? from : Number(after) + 1;
    const span = { from: Math.max(first, head.firstAt), to: Math.min(to - 1, head.newestAt) };
    const current = readCurrent(head);
    for await (const { points, upTo } of walkPoints(reference, id, span)) {
      if (upTo === undefined) continue;
      const tripAt = points.length > 0 ? await tripsAt(reference, id, current, points.map(recordedAtOf)) : () => null;
      yield { rows: points.map((point) => rowOf(id, tripAt, point)), after: String(upTo) };
    }
  }),
};

function rowOf(deviceId: string, tripAt: (at: number) => string | null, point: PointRow) {
  const shown = showRow(point);
  return [
    deviceId,
    tripAt(recordedAtOf(point)),
    shown.recordedAt,
    shown.latitude,
    shown.longitude,
    shown.accuracyMeters,
    shown.altitudeMeters,
    shown.speedMps,
    shown.headingDegrees,
    shown.batteryPercent,
  ];
}
