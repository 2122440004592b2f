import type { z } from 'zod';
import { filterOf } from '../geofences/filters.ts';
import { type BodyRow, readBody, type ThinRow } from '../geofences/rows.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { pageOfPartition } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { MobileGeofence } from './wire.ts';

/** The active geofences that `within_geofence` rules refer to. */

const main = new Table('main');

/** A form that needs more geofences is checked by the service only. */
const mostFences = 500;

/** A rule as a schema has it: exactly one of these is there. */
interface Rule {
  readonly geofence_id?: string;
  readonly tag?: string;
  readonly group_name?: string;
}

interface FieldWithRule {
  readonly within_geofence?: Rule;
  /** The fields of a group or a repeat. */
  readonly fields?: unknown;
}

/** The rules of fields and of those inside of them. Schemas were read in full before they were published. */
export function rulesIn(fields: unknown): Rule[] {
  const all = Array.isArray(fields) ? (fields as readonly FieldWithRule[]) : [];
  return all.flatMap(({ within_geofence: rule, fields: inner }) => [...(rule ? [rule] : []), ...rulesIn(inner)]);
}

type Shown = z.input<typeof MobileGeofence>;

/** Reads the geofences of several forms, each geofence and each tag or group once. */
export class FencesOfRules {
  readonly #tenant: Tenant;
  readonly #ids = new Map<string, Promise<readonly string[]>>();
  readonly #shown = new Map<string, Shown | undefined>();

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  /** In the order of their ids; null for more than 500. */
  async of(rules: readonly Rule[]): Promise<Shown[] | null> {
    const found = await Promise.all(rules.map((rule) => this.#idsFor(rule)));
    const ids = [...new Set(found.flat())].sort();
    if (ids.length > mostFences) return null;
    await this.#read(ids.filter((id) => !this.#shown.has(id)));
    return ids.flatMap((id) => this.#shown.get(id) ?? []);
  }

  #idsFor(rule: Rule): Promise<readonly string[]> {
    const name = JSON.stringify([rule.geofence_id, rule.tag, rule.group_name]);
    const known = this.#ids.get(name) ?? this.#find(rule);
    this.#ids.set(name, known);
    return known;
  }

  /** The geofence that a rule names, or the active ones with its tag or in its group, up to one more than the limit. */
  async #find({ geofence_id: geofenceId, tag, group_name: group }: Rule): Promise<readonly string[]> {
    if (geofenceId !== undefined) return [geofenceId];
    const filter = filterOf({ status: 'active', tag: tag === undefined ? [] : [tag], group });
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const asked = { limit: mostFences + 1 - ids.length, offset: 0, after, counted: false };
      const partition = geofenceKeys.thins(this.#tenant.reference);
      const page = await pageOfPartition<ThinRow>(main, partition, asked, { filter });
      ids.push(...page.rows.map(({ position }) => position));
      after = page.more ? (page.next ?? page.rows.at(-1)?.position) : undefined;
    } while (after !== undefined && ids.length <= mostFences);
    return ids;
  }

  async #read(ids: readonly string[]): Promise<void> {
    const rows = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(this.#tenant.reference, id)));
    for (const [i, id] of ids.entries()) {
      const row = rows[i];
      const fence = row && readBody(row);
      const { name, shape, version } = fence ?? {};
      const isActive = fence?.status === 'active';
      this.#shown.set(id, isActive ? { id, name: name!, geometry: shape!.geometry, version: version! } : undefined);
    }
  }
}
