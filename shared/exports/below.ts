import { readReferrer, referrersWith } from '../entity/links.ts';
import type { OnDelete } from '../entity/target.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { optional, type Page, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { componentTarget } from '../topology/components.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { sensorTarget } from '../topology/sensors.ts';
import { siteTarget } from '../topology/sites.ts';
import type { ScopeType, Subject } from './terms.ts';

/** The objects below a subject: the devices of a site, the components of a device, the sensors of a component. */

/** An object, and the way to it. */
export interface ObjectBelow {
  readonly type: ScopeType;
  readonly id: string;
  /** The ids of the objects from below the subject down to this one; empty for the subject itself. */
  readonly path: readonly string[];
}

/** The objects below an object of a type, and the reference by which they are found. */
interface Level {
  readonly type: ScopeType;
  /** The kind of the object above. */
  readonly above: string;
  readonly reference: readonly [onDelete: OnDelete, kind: string, path: string];
}

const below: Readonly<Partial<Record<ScopeType, Level>>> = {
  SITE: { type: 'DEVICE', above: siteTarget.kind, reference: ['null', deviceTarget.kind, 'siteId'] },
  DEVICE: { type: 'COMPONENT', above: deviceTarget.kind, reference: ['cascade', componentTarget.kind, 'deviceId'] },
  COMPONENT: { type: 'SENSOR', above: componentTarget.kind, reference: ['cascade', sensorTarget.kind, 'componentId'] },
};

const main = new Table('main');
const idsPerPage = 200;

/** The ids of the objects directly below an object, in their order, from `first` on. */
async function* idsBelow(
  tenant: TenantReference,
  id: string,
  { above, reference }: Level,
  first = '',
): AsyncGenerator<string> {
  const [beginning, end] = referrersWith(...reference);
  let after: string | undefined;
  do {
    const page: Page<{ sk: string }> = await main.query(entityKeys.references(tenant, above, id), {
      between: [beginning + first, end],
      pageSize: idsPerPage,
      ...optional('after', after),
    });
    yield* page.rows.map(({ sk }) => readReferrer(sk).id);
    after = page.next;
  } while (after !== undefined);
}

/**
 * The subject, and all objects below it down to a type: each before those below it, and in the order of their ids.
 *
 * @param from the path of the first one
 */
export function objectsBelow(
  tenant: TenantReference,
  { scopeType, scopeId }: Subject,
  deepest: ScopeType,
  from: readonly string[] = [],
): AsyncGenerator<ObjectBelow> {
  return walk(tenant, { type: scopeType, id: scopeId, path: [] }, deepest, from);
}

async function* walk(
  tenant: TenantReference,
  object: ObjectBelow,
  deepest: ScopeType,
  [first, ...rest]: readonly string[],
): AsyncGenerator<ObjectBelow> {
  if (first === undefined) yield object;
  const level = below[object.type];
  if (!level || object.type === deepest) return;
  for await (const id of idsBelow(tenant, object.id, level, first)) {
    const child = { type: level.type, id, path: [...object.path, id] };
    // If the object at which a run stopped was deleted, the next one is read from its beginning.
    yield* walk(tenant, child, deepest, id === first ? rest : []);
  }
}
