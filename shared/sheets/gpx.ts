import { numberOf } from '../forms/given.ts';
import { momentOf } from '../forms/moments.ts';
import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { printInstant } from '../wire/schema.ts';
import { wrongYear } from '../wire/time-span.ts';
import type { Filled } from './filled.ts';
import { answerOf, type Layout, rowsOf, type SheetField } from './layout.ts';
import { decimalOf } from './numbers.ts';
import { listOf } from './shapes.ts';

/** Routes as GPX 1.1: a track for each answered route, with a segment between any two pauses. */

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const schema = 'http://www.topografix.com/GPX/1/1';
const schemaPlace = `${schema} ${schema}/gpx.xsd`;

/** Characters that XML cannot contain, not even escaped; they are left out. */
const forbidden = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

const escaped = (text: string): string =>
  text.replaceAll(forbidden, '').replaceAll(/[&<>\r]/g, (one) => entities[one]!);

export const gpxHead = (form: string): string =>
  `${declaration}<gpx version="1.1" creator="Hexfence" xmlns="${schema}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
  `xsi:schemaLocation="${schemaPlace}">\n<metadata><name>${escaped(form)}</name></metadata>\n`;

export const gpxTail = '</gpx>\n';

/** The tracks of a submission, in the order of the fields. */
export function* tracksOf(form: string, layout: Layout, { id, data }: Filled): Generator<string> {
  for (const field of layout.fields) {
    if (field.family === 'route') yield* trackOf([form, field.label, id], field, data);
    if (field.family !== 'repeat') continue;
    const routes = layout.fieldsOf(field.id).filter(({ family }) => family === 'route');
    if (routes.length === 0) continue;
    for (const [i, row] of rowsOf(data, field).entries()) {
      for (const route of routes) yield* trackOf([form, route.label, id, String(i)], route, row);
    }
  }
}

function* trackOf(name: readonly string[], field: SheetField, holder: JsonObject): Generator<string> {
  const route = answerOf(holder, field);
  if (!isJsonObject(route)) return;
  const segments = segmentsOf(route).map((points) => `<trkseg>\n${points.map(pointOf).join('')}</trkseg>\n`);
  yield `<trk><name>${escaped(name.join(', '))}</name>\n${segments.join('')}</trk>\n`;
}

const instantOf = (value: unknown): number | undefined => momentOf('datetime', value);

/** The points, cut wherever a pause begins or ends between two of them. */
function segmentsOf({ points, pauses }: JsonObject): JsonObject[][] {
  const begins = listOf(pauses).flatMap(({ paused_at }) => instantOf(paused_at) ?? []);
  const ends = listOf(pauses).flatMap(({ resumed_at }) => instantOf(resumed_at) ?? []);
  const segments: JsonObject[][] = [];
  let last: number | undefined;
  for (const point of listOf(points)) {
    const at = instantOf(point.timestamp);
    const isCut =
      last !== undefined &&
      at !== undefined &&
      (begins.some((begin) => last! <= begin && begin < at) || ends.some((end) => last! < end && end <= at));
    if (isCut || segments.length === 0) segments.push([]);
    segments.at(-1)!.push(point);
    last = at ?? last;
  }
  return segments;
}

function pointOf({ latitude, longitude, altitude, timestamp }: JsonObject): string {
  const [elevation, at] = [decimalOf(altitude), instantOf(timestamp)];
  // GPX has each meridian once: longitudes end before 180. Its years have four digits, and the first is 1.
  const east = numberOf(longitude) === 180 ? '-180' : decimalOf(longitude);
  return (
    `<trkpt lat="${decimalOf(latitude)}" lon="${east}">` +
    (elevation === undefined ? '' : `<ele>${elevation}</ele>`) +
    (at === undefined || wrongYear(at, '0001') ? '' : `<time>${printInstant(at)}</time>`) +
    '</trkpt>\n'
  );
}
