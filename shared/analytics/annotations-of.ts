import type { Tables } from '../capability/capability.ts';
import type { Values } from '../entity/fields.ts';
import { findEntity, readEntity } from '../entity/rows.ts';
import type { Span } from '../table/ids.ts';
import { annotationKeys, begunBy, timedIdIn } from '../table/keys/annotations.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { optional, type Page, type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { annotationClasses } from './annotation-classes.ts';
import { annotations } from './annotations.ts';
import type { ScopeType } from './scopes.ts';

/** Reads all annotations of one object in the order of time. */

const main = new Table('main');
/** The rows in the order of time are thin. */
const rowsAPage = 96;
/** A body has up to 80 kB, so a page of them has at most 1.3 MB. */
const bodiesAPage = 16;

/** An annotation with the name of its class. */
export interface NamedAnnotation extends Values<(typeof annotations)['fields']> {
  readonly id: string;
  readonly className: string;
}

export interface AnnotationsPage {
  readonly annotations: readonly NamedAnnotation[];
  /** The position after which the next page begins. */
  readonly position: string;
}

interface Reading {
  /** Annotations that overlap it are read: milliseconds since 1970, both ends included. */
  readonly span: Span;
  /** The position of the last page that was read; reading continues after it. */
  readonly after?: string | undefined;
}

/** The grants for reading them. */
export const tablesOfAnnotations: Tables = { main: ['Query', 'BatchGetItem', 'GetItem'] };

/**
 * The annotations of one site, device, component or sensor that overlap a span, by `from` and then by id, in pages; a
 * page may be empty. Annotations of objects below it are not included.
 */
export async function* annotationsOf(
  tenant: TenantReference,
  scopeType: ScopeType,
  scopeId: string,
  { span, after }: Reading,
): AsyncGenerator<AnnotationsPage> {
  const nameOf = classNames(tenant);
  let position = after;
  do {
    const page: Page<{ sk: string }> = await main.query<{ sk: string }>(
      annotationKeys.allTimed(tenant, scopeType, scopeId),
      {
        between: begunBy(span.to),
        filter: { expression: '#until >= :since', names: { '#until': 'until' }, values: { ':since': span.from } },
        pageSize: rowsAPage,
        ...optional('after', position),
      },
    );
    for (let i = 0; i < page.rows.length; i += bodiesAPage) {
      const some = page.rows.slice(i, i + bodiesAPage);
      yield { annotations: await readBodies(tenant, some.map(timedIdIn), nameOf), position: some.at(-1)!.sk };
    }
    // The query may have read further rows, which the filter dropped.
    if (page.next !== undefined) yield { annotations: [], position: page.next };
    position = page.next;
  } while (position !== undefined);
}

async function readBodies(
  tenant: TenantReference,
  ids: readonly string[],
  nameOf: (classId: string) => Promise<string>,
): Promise<NamedAnnotation[]> {
  const rows = await main.getMany<Row>(ids.map((id) => entityKeys.body(tenant, annotations.name, id)));
  const existing = rows.flatMap((row) => (row ? [readEntity<(typeof annotations)['fields']>(row)] : []));
  const named: NamedAnnotation[] = [];
  for (const { id, values } of existing) named.push({ ...values, id, className: await nameOf(values.classId) });
  return named;
}

/** Names of classes, each read once. A class stays as long as there are annotations of it. */
function classNames(tenant: TenantReference) {
  const names = new Map<string, string>();
  return async (classId: string): Promise<string> => {
    const known = names.get(classId);
    if (known !== undefined) return known;
    const name = (await findEntity(annotationClasses, tenant, classId))?.values.name ?? '';
    names.set(classId, name);
    return name;
  };
}
