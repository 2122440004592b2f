import type { TenantReference } from '../tenancy/tenant.ts';
import type { NoSensor, Reported } from '../topology/first-report.ts';
import { boundsOf, type ComponentRow, readSeries, type SeriesRow } from '../topology/series.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import type { Reading } from './chunk.ts';
import type { RefusedReading, Told } from './given.ts';
import { expectedOf, isWithin, readValue } from './value.ts';

/** A reading that its sensor takes. */
export interface Accepted {
  readonly told: Told;
  readonly sensor: SeriesRow;
  readonly reading: Reading & { readonly place: number };
}

/** How long readings are kept. */
interface Kept {
  /** In days. */
  readonly retentionDays: number;
  /** Readings from before are not kept any more; in milliseconds since 1970. */
  readonly oldestAt: number;
}

/** The sensors of keys of a component that are not known. */
export type Report = (componentId: string, keys: readonly string[]) => Promise<Reported>;

/** The sensors of a device, and which readings they take. */
export class KnownSeries {
  readonly #byId: Map<string, SeriesRow>;
  readonly #byKey = new Map<string, SeriesRow>();
  readonly #components: ReadonlyMap<string, ComponentRow>;
  /** Why keys that have reported have no sensor. */
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

  componentOf({ component }: Told): ComponentRow | undefined {
    return component === undefined ? undefined : this.#components.get(component);
  }

  sensorOf(told: Told): SeriesRow | undefined {
    if (told.sensorId !== undefined) return this.#byId.get(told.sensorId);
    const component = this.componentOf(told);
    return component && this.#byKey.get(placeOf(component.componentId, told.key!));
  }

  /** Asks for the sensors that are not known, of components with a profile: once for each component. */
  async learn(all: readonly Told[], report: Report): Promise<void> {
    const asked = new Map<string, Set<string>>();
    for (const told of all) {
      const component = this.componentOf(told);
      if (!component || component.sensorProfileId === null || this.sensorOf(told)) continue;
      const keys = asked.get(component.componentId) ?? new Set<string>();
      asked.set(component.componentId, keys.add(told.key!));
    }
    const ask = async ([componentId, keys]: [string, Set<string>]) => {
      for (const [key, row] of await report(componentId, [...keys])) {
        if (typeof row === 'string') this.#why.set(placeOf(componentId, key), row);
        else this.add(row);
      }
    };
    await sideBySide([...asked], ask, Number.POSITIVE_INFINITY);
  }

  judge(told: Told, { oldestAt, retentionDays }: Kept): Accepted | RefusedReading {
    const { place, at } = told;
    const sensor = this.sensorOf(told);
    if (!sensor) return this.#unknown(told);
    const value = readValue(sensor.valueType, told.value);
    if (value === undefined) {
      return refused(told, 'TYPE_MISMATCH', `value: Should be ${expectedOf[sensor.valueType]}`);
    }
    const bounds = boundsOf(sensor);
    if (!isWithin(sensor.valueType, value, bounds)) {
      const { min, max } = bounds;
      return refused(told, 'OUT_OF_RANGE', `value: Should be from ${min ?? 'any'} to ${max ?? 'any'}`);
    }
    if (at < oldestAt) {
      const days = `recordedAt: Should be at most ${retentionDays} days ago, which is how long readings are kept`;
      return refused(told, 'OUT_OF_RANGE', days);
    }
    return { told, sensor, reading: { at, value, place } };
  }

  #unknown(told: Told): RefusedReading {
    const { sensorId, component: name, key } = told;
    if (sensorId !== undefined) return unknown(told, `the device has no sensor ${sensorId}`);
    const text = `no sensor ${name}/${key}`;
    const component = this.componentOf(told);
    if (!component) return unknown(told, `${text}: the device has no component "${name}"; create it, then its sensor`);
    const why = this.#why.get(placeOf(component.componentId, key!));
    if (component.sensorProfileId === null || why === 'PROFILE_MISSING') {
      const what = `${text}: component "${name}" has no profile; create the sensor, or give the component a profile`;
      return refused(told, 'PROFILE_MISSING', what);
    }
    if (why === 'TOO_MANY_SENSORS') {
      return unknown(told, `${text}: component "${name}" has as many sensors as it may have; delete one`);
    }
    const what = 'does not define this key; create the sensor, or choose a version of the profile that does';
    return unknown(told, `${text}: the profile of component "${name}" ${what}`);
  }
}

const placeOf = (componentId: string, key: string): string => `${componentId}\n${key}`;

const unknown = (told: Told, message: string): RefusedReading => refused(told, 'UNKNOWN_SENSOR', message);

export const refused = (told: Told, cause: RefusedReading['cause'], message: string): RefusedReading => ({
  place: told.place,
  cause,
  message,
  component: told.component,
  key: told.key,
});
