import { isJsonObject, type JsonObject } from '../json/exact.ts';
import type { Loc } from './failures.ts';
import { numberOf } from './given.ts';
import { momentOf } from './moments.ts';
import { type Report, refuseUnknown } from './values.ts';

/** Values that say where something is or was. */

const pointKeys = ['latitude', 'longitude', 'altitude', 'accuracy'];
const tracePointKeys = [...pointKeys, 'timestamp'];
const routePointKeys = [...tracePointKeys, 'speed', 'heading'];
const routeKeys = ['points', 'pauses', 'started_at', 'ended_at', 'distance_meters', 'duration_seconds'];

const infinite = Number.POSITIVE_INFINITY;
type Range = readonly [least: number, most: number];

/** Absent and null mean unanswered. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export function checkPoint(value: unknown, below: Loc, report: Report, keys: readonly string[] = pointKeys): void {
  if (!isJsonObject(value)) return report('type_error', below, 'Should be an object with latitude and longitude');
  refuseUnknown(value, keys, below, report);
  checkNumber(value, 'latitude', [-90, 90], below, report, true);
  checkNumber(value, 'longitude', [-180, 180], below, report, true);
  checkNumber(value, 'altitude', [-infinite, infinite], below, report);
  checkNumber(value, 'accuracy', [0, infinite], below, report);
  if (keys === pointKeys) return;
  checkInstant(value, 'timestamp', below, report, keys === routePointKeys);
  if (keys === tracePointKeys) return;
  checkNumber(value, 'speed', [0, infinite], below, report);
  checkNumber(value, 'heading', [0, 360], below, report);
}

export function checkPoints(value: unknown, report: Report): void {
  if (!isJsonObject(value)) return report('type_error', [], 'Should be an object with points');
  refuseUnknown(value, ['points'], [], report);
  checkList(value, 'points', 2, report, (point, below) => checkPoint(point, below, report, tracePointKeys));
}

export function checkRoute(value: unknown, report: Report): void {
  if (!isJsonObject(value)) return report('type_error', [], 'Should be an object with points');
  refuseUnknown(value, routeKeys, [], report);
  checkList(value, 'points', 1, report, (point, below) => checkPoint(point, below, report, routePointKeys));
  if (isGiven(value.pauses)) checkList(value, 'pauses', 0, report, (pause, below) => checkPause(pause, below, report));
  checkInstant(value, 'started_at', [], report);
  checkInstant(value, 'ended_at', [], report);
  checkNumber(value, 'distance_meters', [0, infinite], [], report);
  checkNumber(value, 'duration_seconds', [0, infinite], [], report);
}

/** A pause that has not ended has no `resumed_at`. */
function checkPause(pause: unknown, below: Loc, report: Report): void {
  if (!isJsonObject(pause)) return report('type_error', below, 'Should be an object');
  refuseUnknown(pause, ['paused_at', 'resumed_at'], below, report);
  checkInstant(pause, 'paused_at', below, report, true);
  checkInstant(pause, 'resumed_at', below, report);
}

function checkList(
  holder: JsonObject,
  key: string,
  fewest: number,
  report: Report,
  check: (item: unknown, below: Loc) => void,
): void {
  const list = holder[key];
  if (!isGiven(list)) return report('missing', [key], 'Field required');
  if (!Array.isArray(list)) return report('type_error', [key], 'Should be a list');
  if (list.length < fewest) report('too_short', [key], `Should have at least ${fewest} items`);
  for (let i = 0; i < list.length; i++) check(list[i], [key, i]);
}

function checkNumber(
  holder: JsonObject,
  key: string,
  [least, most]: Range,
  below: Loc,
  report: Report,
  required = false,
): void {
  const value = holder[key];
  if (!isGiven(value)) {
    if (required) report('missing', [...below, key], 'Field required');
    return;
  }
  const number = numberOf(value);
  if (number === undefined) report('type_error', [...below, key], 'Should be a number');
  else if (number < least) report('too_small', [...below, key], `Should be at least ${least}`);
  else if (number > most) report('too_large', [...below, key], `Should be at most ${most}`);
}

function checkInstant(holder: JsonObject, key: string, below: Loc, report: Report, required = false): void {
  const value = holder[key];
  if (isGiven(value)) {
    if (momentOf('datetime', value) === undefined) {
      report('format', [...below, key], 'Should be an instant such as 2026-03-17T14:35:00Z');
    }
  } else if (required) report('missing', [...below, key], 'Field required');
}
