import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/**
 * What sensors have measured, in the Telemetry table. The readings of a sensor have a partition for each year in UTC:
 * they are read by time, and a span of ten years must not query a hundred partitions.
 */

/** Orders minutes, hours and days since 1970 as text. */
const ordered = (number: number): string => String(number).padStart(9, '0');

const minuteMilliseconds = 60_000;

const yearOf = (at: number): number => new Date(at).getUTCFullYear();

/** All years of a span, the first one first; both ends in milliseconds since 1970 and included. */
export const yearsOf = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, yearOf(to) - yearOf(from) + 1) }, (_, i) => yearOf(from) + i);

export const readingKeys = {
  /** @param rank what orders the chunks of a minute; see `shared/readings/chunk.ts` */
  chunk: (tenant: TenantReference, sensorId: string, minuteAt: number, rank: string) =>
    key(
      `${tenant}#readings#${sensorId}#${yearOf(minuteAt)}`,
      `${ordered(Math.floor(minuteAt / minuteMilliseconds))}#${rank}`,
    ),
  chunks: (tenant: TenantReference, sensorId: string, year: number) =>
    partition(`${tenant}#readings#${sensorId}#${year}`),
  /** The buckets of some minutes of an hour. */
  minutes: (tenant: TenantReference, sensorId: string, hour: number, part: number) =>
    key(`${tenant}#minutes#${sensorId}`, `${ordered(hour)}#${part}`),
  allMinutes: (tenant: TenantReference, sensorId: string) => partition(`${tenant}#minutes#${sensorId}`),
  /** The buckets of some hours, of which `hour` is the first. */
  hours: (tenant: TenantReference, sensorId: string, hour: number) => key(`${tenant}#hours#${sensorId}`, ordered(hour)),
  allHours: (tenant: TenantReference, sensorId: string) => partition(`${tenant}#hours#${sensorId}`),
  /** Which sensors of a device have readings in an hour that are not folded yet. */
  mark: (tenant: TenantReference, deviceId: string, hour: number) =>
    key(`${tenant}#touched#${deviceId}`, ordered(hour)),
  marks: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#touched#${deviceId}`),
};

/** Bounds of the sort keys of chunks of a span in milliseconds since 1970, both ends included. */
export const chunksIn = (from: number, to: number): readonly [first: string, last: string] => [
  ordered(Math.floor(from / minuteMilliseconds)),
  `${ordered(Math.floor(to / minuteMilliseconds))}~`,
];

/** Bounds of the sort keys of rows of hours since 1970, both ends included; `~` sorts after what follows an hour. */
export const hoursIn = (first: number, last: number): readonly [first: string, last: string] => [
  ordered(first),
  `${ordered(last)}~`,
];

/** The minute or hour in a sort key. */
export const numberIn = ({ sk }: { readonly sk: string }): number => Number(sk.slice(0, 9));

/** What follows the minute in the sort key of a chunk. */
export const rankIn = ({ sk }: { readonly sk: string }): string => sk.slice(10);
