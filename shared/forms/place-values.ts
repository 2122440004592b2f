import { isJsonObject, type JsonObject } from '../json/exact.ts';
import type { Loc } from './failures.ts';
import { numberOf } from './given.ts';
import { momentOf } from './moments.ts';
import { refuseUnknown, type Tell } from './values.ts';

/** Values that say where something is or was. */

const pointKeys = ['latitude', 'longitude', 'altitude', 'accuracy'];
const tracePointKeys = [...pointKeys, 'timestamp'];
const routePointKeys = [...tracePointKeys, 'speed', 'heading'];
const routeKeys = ['points', 'pauses', 'started_at', 'ended_at', 'distance_meters', 'duration_seconds'];

const infinite = Number.POSITIVE_INFINITY;
type Range = readonly [least: number, most: number];

/** Absent and null mean unanswered. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

export function checkPoint(value: unknown, below: Loc, tell: Tell, keys: readonly string[] = pointKeys): void {
  if (!isJsonObject(value)) return tell('type_error', below, 'Should be an object with latitude and longitude');
  refuseUnknown(value, keys, below, tell);
  checkNumber(value, 'latitude', [-90, 90], below, tell, true);
  checkNumber(value, 'longitude', [-180, 180], below, tell, true);
  checkNumber(value, 'altitude', [-infinite, infinite], below, tell);
  checkNumber(value, 'accuracy', [0, infinite], below, tell);
  if (keys === pointKeys) return;
  checkInstant(value, 'timestamp', below, tell, keys === routePointKeys);
  if (keys === tracePointKeys) return;
  checkNumber(value, 'speed', [0, infinite], below, tell);
  checkNumber(value, 'heading', [0, 360], below, tell);
}

export function checkPoints(value: unknown, tell: Tell): void {
  if (!isJsonObject(value)) return tell('type_error', [], 'Should be an object with points');
  refuseUnknown(value, ['points'], [], tell);
  checkList(value, 'points', 2, tell, (point, below) => checkPoint(point, below, tell, tracePointKeys));
}

export function checkRoute(value: unknown, tell: Tell): void {
  if (!isJsonObject(value)) return tell('type_error', [], 'Should be an object with points');
  refuseUnknown(value, routeKeys, [], tell);
  checkList(value, 'points', 1, tell, (point, below) => checkPoint(point, below, tell, routePointKeys));
  if (isGiven(value.pauses)) checkList(value, 'pauses', 0, tell, (pause, below) => checkPause(pause, below, tell));
  checkInstant(value, 'started_at', [], tell);
  checkInstant(value, 'ended_at', [], tell);
  checkNumber(value, 'distance_meters', [0, infinite], [], tell);
  checkNumber(value, 'duration_seconds', [0, infinite], [], tell);
}

/** A pause that has not ended has no `resumed_at`. */
function checkPause(pause: unknown, below: Loc, tell: Tell): void {
  if (!isJsonObject(pause)) return tell('type_error', below, 'Should be an object');
  refuseUnknown(pause, ['paused_at', 'resumed_at'], below, tell);
  checkInstant(pause, 'paused_at', below, tell, true);
  checkInstant(pause, 'resumed_at', below, tell);
}

function checkList(
  holder: JsonObject,
  key: string,
  fewest: number,
  tell: Tell,
  check: (item: unknown, below: Loc) => void,
): void {
  const list = holder[key];
  if (!isGiven(list)) return tell('missing', [key], 'Field required');
  if (!Array.isArray(list)) return tell('type_error', [key], 'Should be a list');
  if (list.length < fewest) tell('too_short', [key], `Should have at least ${fewest} items`);
  for (let i = 0; i < list.length; i++) check(list[i], [key, i]);
}

function checkNumber(
  holder: JsonObject,
  key: string,
  [least, most]: Range,
  below: Loc,
  tell: Tell,
  required = false,
): void {
  const value = holder[key];
  if (!isGiven(value)) {
    if (required) tell('missing', [...below, key], 'Field required');
    return;
  }
  const number = numberOf(value);
  if (number === undefined) tell('type_error', [...below, key], 'Should be a number');
  else if (number < least) tell('too_small', [...below, key], `Should be at least ${least}`);
  else if (number > most) tell('too_large', [...below, key], `Should be at most ${most}`);
}

function checkInstant(holder: JsonObject, key: string, below: Loc, tell: Tell, required = false): void {
  const value = holder[key];
  if (isGiven(value)) {
    if (momentOf('datetime', value) === undefined) {
      tell('format', [...below, key], 'Should be an instant such as 2026-03-17T14:35:00Z');
    }
  } else if (required) tell('missing', [...below, key], 'Field required');
}
