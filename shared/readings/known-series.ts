import type { TenantReference } from '../tenancy/tenant.ts';
import type { NoSensor } from '../topology/first-report.ts';
import { boundsOf, type ComponentRow, readSeries, type SeriesRow } from '../topology/series.ts';
import type { Reading } from './chunk.ts';
import type { RefusedReading, Told } from './given.ts';
import { expectedOf, isWithin, readValue } from './value.ts';

/** A reading that its sensor takes. */
export interface Accepted {
  readonly told: Told;
  readonly sensor: SeriesRow;
  readonly reading: Reading & { readonly place: number };
}

/** The sensors of a device, and which readings they take. */
export class KnownSeries {
  readonly #byId: Map<string, SeriesRow>;
  readonly #byKey = new Map<string, SeriesRow>();
  readonly #components: ReadonlyMap<string, ComponentRow>;

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

  /**
   * Asks for the sensors that are not known, of components with a profile; one after the other, since they are counted
   * in one row.
   */
  async learn(
    all: readonly Told[],
    report: (componentId: string, key: string) => Promise<SeriesRow | NoSensor>,
  ): Promise<void> {
    const asked = new Set<string>();
    for (const told of all) {
      const component = this.componentOf(told);
      if (!component || component.sensorProfileId === null || this.sensorOf(told)) continue;
      const { componentId } = component;
      const place = placeOf(componentId, told.key!);
      if (asked.has(place)) continue;
      asked.add(place);
      const row = await report(componentId, told.key!);
      if (typeof row !== 'string') this.add(row);
    }
  }

  /** @param oldestAt readings from before are not kept any more; in milliseconds since 1970 */
  judge(told: Told, oldestAt: number): Accepted | RefusedReading {
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
    if (at < oldestAt) return refused(told, 'OUT_OF_RANGE', 'recordedAt: Should not be older than readings are kept');
    return { told, sensor, reading: { at, value, place } };
  }

  #unknown(told: Told): RefusedReading {
    const isWithoutProfile = this.componentOf(told)?.sensorProfileId === null;
    return refused(told, isWithoutProfile ? 'PROFILE_MISSING' : 'UNKNOWN_SENSOR', `no sensor ${nameOf(told)}`);
  }
}

const placeOf = (componentId: string, key: string): string => `${componentId}\n${key}`;

/** How a reading names its sensor, for people. */
const nameOf = ({ sensorId, component, key }: Told): string => sensorId ?? `${component}/${key}`;

export const refused = (told: Told, cause: RefusedReading['cause'], message: string): RefusedReading => ({
  place: told.place,
  cause,
  message,
  component: told.component,
  key: told.key,
});
