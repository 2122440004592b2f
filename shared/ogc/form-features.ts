import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { numberOf } from '../forms/given.ts';
import type { BoundingBox } from '../geo/box.ts';
import { linkReader, placeLinks } from '../media/links.ts';
import { notFound } from '../problems/problem.ts';
import { publishedLayout } from '../sheets/form.ts';
import { featuresOf, type SheetFeature } from '../sheets/geojson.ts';
import type { Layout } from '../sheets/layout.ts';
import { dataOf } from '../submissions/data.ts';
import { ownerFor, partitionsFor } from '../submissions/read.ts';
import { type BodyRow, idAt, positionsIn, type ThinRow } from '../submissions/submission.ts';
import { unchanged } from '../table/expressions.ts';
import type { Span } from '../table/ids.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { pageOfPartitions } from '../table/merged-page.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import { Table } from '../table/table.ts';
import { formIdOf } from './collections.ts';
import { lineMeetsBox, type Position } from './track-line.ts';

/** Features of the collection of a form, the last collected first. */

export interface FormFilters {
  readonly bbox?: BoundingBox | undefined;
  /** When the submission was collected. */
  readonly collected?: Span | undefined;
}

const main = new Table('main');
const bodiesAWave = 25;
/** What a page reads at most. */
const mostBodies = 1000;
const mostBytes = 16 * 1024 * 1024;

/** Ids in paths have no `/`, unlike those in exports. */
const featureId = ({ id }: Pick<SheetFeature, 'id'>): string => id.replaceAll('/', '.');

interface Placed {
  /** The position of the submission, and the index of the feature in it. */
  readonly position: string;
  readonly item: SheetFeature;
}

const separator = '|';

function readPosition(after: string | undefined) {
  const [position, index] = (after ?? '').split(separator);
  return { position: position || undefined, index: index === undefined ? undefined : Number(index) };
}

function isWithin({ geometry }: SheetFeature, { bbox }: FormFilters): boolean {
  if (!bbox) return true;
  const { type, coordinates } = geometry;
  const read = ([x, y]: readonly unknown[]): Position => [numberOf(x)!, numberOf(y)!];
  const positions = type === 'Point' ? [read(coordinates)] : coordinates.map((one) => read(one as unknown[]));
  return lineMeetsBox(positions, bbox);
}

/** Reads the submissions of a form for one caller. */
class FormReader {
  readonly #caller: Caller;
  readonly #formId: string;
  readonly #layout: Layout;

  constructor(caller: Caller, formId: string, layout: Layout) {
    [this.#caller, this.#formId, this.#layout] = [caller, formId, layout];
  }

  /** Reads the schemas of all versions once, for all pages of a request. */
  static async of(caller: Caller, collectionId: string): Promise<FormReader> {
    const formId = formIdOf(collectionId)!;
    return new FormReader(caller, formId, await publishedLayout(caller.tenant.reference, formId));
  }

  /** Thin rows, newest first; for a field worker, only those of own submissions. */
  #rows(after: string | undefined, { collected }: FormFilters): Promise<PageResult<ThinRow>> {
    const page = { limit: bodiesAWave, offset: 0, after, counted: false };
    return pageOfPartitions<ThinRow>(main, partitionsFor(this.#caller, { form_id: this.#formId }), page, {
      // The partitions of a form hold no other forms.
      filter: ownerFor(this.#caller) === undefined ? undefined : unchanged({ formId: this.#formId }),
      between: collected && positionsIn(collected),
      descending: true,
    });
  }

  /** The submissions of some ids, in their order. */
  async bodies(ids: readonly string[]): Promise<BodyRow[]> {
    const { reference } = this.#caller.tenant;
    const owner = ownerFor(this.#caller);
    const found = await main.getMany<BodyRow>(ids.map((id) => submissionKeys.body(reference, id)));
    return found.filter(
      (body) => body?.formId === this.#formId && (owner === undefined || body.userId === owner),
    ) as BodyRow[];
  }

  async features(bodies: readonly BodyRow[]): Promise<SheetFeature[][]> {
    const { reference } = this.#caller.tenant;
    const links = await linkReader(reference, bodies);
    const all: SheetFeature[][] = [];
    for (const body of bodies) {
      const data = await dataOf(reference, body);
      if (data) placeLinks(data, await links(body));
      all.push(data ? [...featuresOf(this.#layout, { ...body, data, media: new Set() })] : []);
    }
    return all;
  }

  /** A page of features. */
  async list(filters: FormFilters, { limit, counted, after: given }: PageRequest): Promise<PageResult<SheetFeature>> {
    const found: Placed[] = [];
    const add = (position: string, features: readonly SheetFeature[], first = 0) => {
      for (const [i, feature] of features.entries()) {
        if (i < first || !isWithin(feature, filters)) continue;
        found.push({ position: `${position}${separator}${i}`, item: { ...feature, id: featureId(feature) } });
      }
    };
    const begin = readPosition(given);
    if (begin.position !== undefined && begin.index !== undefined) {
      const [features = []] = await this.features(await this.bodies([idAt(begin.position)]));
      add(begin.position, features, begin.index + 1);
    }
    let [after, read, bytes]: [string | undefined, number, number] = [begin.position, 0, 0];
    let isEnd = false;
    while (!isEnd && found.length <= limit && read < mostBodies && bytes < mostBytes) {
      const { rows, more, next } = await this.#rows(after, filters);
      const positions = new Map(rows.map(({ position }) => [idAt(position), position]));
      const bodies = await this.bodies([...positions.keys()]);
      for (const [i, features] of (await this.features(bodies)).entries()) add(positions.get(bodies[i]!.id)!, features);
      [read, bytes] = [read + rows.length, bytes + bodies.reduce((sum, body) => sum + body.bytes, 0)];
      [isEnd, after] = [!more, next ?? rows.at(-1)?.position ?? after];
    }
    const isFull = found.length > limit;
    const shown = found.slice(0, limit);
    return {
      rows: shown,
      more: isFull || !isEnd,
      next: isFull ? shown.at(-1)?.position : after,
      total: counted && isEnd ? found.length : undefined,
      totalCapped: counted && !isEnd,
    };
  }
}

/** @throws NOT_FOUND */
async function get(caller: Caller, collectionId: string, id: string): Promise<SheetFeature> {
  const wanted = id.replaceAll('/', '.');
  const [submissionId = ''] = wanted.split('.');
  const reader = await FormReader.of(caller, collectionId);
  const [features = []] = await reader.features(await reader.bodies([submissionId]));
  const feature = features.find((one) => featureId(one) === wanted);
  if (!feature) throw notFound('feature');
  return { ...feature, id: wanted };
}

export const readFormFeatures = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ reader: FormReader.of, get }),
});
