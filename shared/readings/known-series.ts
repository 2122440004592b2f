import type { TenantReference } from '../tenancy/tenant.ts';
import type { NoSensor, Reported } from '../topology/first-report.ts';
import { boundsOf, type ComponentRow, readSeries, type SeriesRow } from '../topology/series.ts';
import { concurrently } from '../worker/concurrently.ts';
import type { Reading } from './chunk.ts';
import type { RefusedReading, ReportedReading } from './given.ts';
import { expectedOf, isWithin, readValue } from './value.ts';

/** A reading that its sensor accepts. */
export interface Accepted {
  readonly reported: ReportedReading;
  readonly sensor: SeriesRow;
  readonly reading: Reading & { readonly place: number };
}

/** How long readings are kept. */
interface Kept {
  /** In days. */
  readonly retentionDays: number;
  /** Older readings are refused; in milliseconds since 1970. */
  readonly oldestAt: number;
}

/** Resolves unknown keys of a component to sensors. */
export type Report = (componentId: string, keys: readonly string[]) => Promise<Reported>;

/** The sensors of a device, and which readings they accept. */
export class KnownSeries {
  readonly #byId: Map<string, SeriesRow>;
  readonly #byKey = new Map<string, SeriesRow>();
  readonly #components: ReadonlyMap<string, ComponentRow>;
  /** The reasons why reported keys have no sensor. */
  readonly #why = new Map<string, NoSensor>();

  constructor(components: readonly ComponentRow[], sensors: readonly SeriesRow[]) {
    this.#components = new Map(components.map((one) => [one.name, one]));
    this.#byId = new Map(sensors.map((one) => [one.sensorId, one]));
    for (const sensor of sensors) this.add(sensor);
  }

  static async read(tenant: TenantReference, deviceId: string): Promise<KnownSeries> {
    const { components, sensors } = await readSeries(tenant, deviceId);
    return new KnownSeries(components, sensors);
  }

  add(sensor: SeriesRow): void {
    this.#byId.set(sensor.sensorId, sensor);
    this.#byKey.set(placeOf(sensor.componentId, sensor.key), sensor);
  }

  componentOf({ component }: ReportedReading): ComponentRow | undefined {
    return component === undefined ? undefined : this.#components.get(component);
  }

  sensorOf(reported: ReportedReading): SeriesRow | undefined {
    if (reported.sensorId !== undefined) return this.#byId.get(reported.sensorId);
    const component = this.componentOf(reported);
    return component && this.#byKey.get(placeOf(component.componentId, reported.key!));
  }

  /** Reports the unknown keys of components with a profile, once for each component. */
  async learn(all: readonly ReportedReading[], report: Report): Promise<void> {
    const asked = new Map<string, Set<string>>();
    for (const reported of all) {
      const component = this.componentOf(reported);
      if (!component || component.sensorProfileId === null || this.sensorOf(reported)) continue;
      const keys = asked.get(component.componentId) ?? new Set<string>();
      asked.set(component.componentId, keys.add(reported.key!));
    }
    const ask = async ([componentId, keys]: [string, Set<string>]) => {
      for (const [key, row] of await report(componentId, [...keys])) {
        if (typeof row === 'string') this.#why.set(placeOf(componentId, key), row);
        else this.add(row);
      }
    };
    await concurrently([...asked], ask, Number.POSITIVE_INFINITY);
  }

  judge(reported: ReportedReading, { oldestAt, retentionDays }: Kept): Accepted | RefusedReading {
    const { place, at } = reported;
    const sensor = this.sensorOf(reported);
    if (!sensor) return this.#unknown(reported);
    const value = readValue(sensor.valueType, reported.value);
    if (value === undefined) {
      return refused(reported, 'TYPE_MISMATCH', `value: Should be ${expectedOf[sensor.valueType]}`);
    }
    const bounds = boundsOf(sensor);
    if (!isWithin(sensor.valueType, value, bounds)) {
      const { min, max } = bounds;
      return refused(reported, 'OUT_OF_RANGE', `value: Should be from ${min ?? 'any'} to ${max ?? 'any'}`);
    }
    if (at < oldestAt) {
      const days = `recordedAt: Should be at most ${retentionDays} days ago, which is how long readings are kept`;
      return refused(reported, 'OUT_OF_RANGE', days);
    }
    return { reported, sensor, reading: { at, value, place } };
  }

  #unknown(reported: ReportedReading): RefusedReading {
    const { sensorId, component: name, key } = reported;
    if (sensorId !== undefined) return unknown(reported, `the device has no sensor ${sensorId}`);
    const text = `no sensor ${name}/${key}`;
    const component = this.componentOf(reported);
    if (!component)
      return unknown(reported, `${text}: the device has no component "${name}"; create it, then its sensor`);
    const why = this.#why.get(placeOf(component.componentId, key!));
    if (component.sensorProfileId === null || why === 'PROFILE_MISSING') {
      const what = `${text}: component "${name}" has no profile; create the sensor, or give the component a profile`;
      return refused(reported, 'PROFILE_MISSING', what);
    }
    if (why === 'TOO_MANY_SENSORS') {
      return unknown(reported, `${text}: component "${name}" has as many sensors as it may have; delete one`);
    }
    const what = 'does not define this key; create the sensor, or choose a version of the profile that does';
    return unknown(reported, `${text}: the profile of component "${name}" ${what}`);
  }
}

const placeOf = (componentId: string, key: string): string => `${componentId}\n${key}`;

const unknown = (reported: ReportedReading, message: string): RefusedReading =>
  refused(reported, 'UNKNOWN_SENSOR', message);

export const refused = (
  reported: ReportedReading,
  cause: RefusedReading['cause'],
  message: string,
): RefusedReading => ({
  place: reported.place,
  cause,
  message,
  component: reported.component,
  key: reported.key,
});
