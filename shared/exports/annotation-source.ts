import { annotationsOf, type NamedAnnotation, tablesOfAnnotations } from '../analytics/annotations-of.ts';
import { scopeTypes } from '../analytics/scopes.ts';
import type { TableRow } from '../archives/tables.ts';
import { together } from '../entity/grants.ts';
import { inSeries, type Source } from './source.ts';

/** Annotations. */

export const annotationSource: Source = {
  name: 'annotations',
  columns: ['id', 'class', 'scope_type', 'scope_id', 'from', 'to', 'source', 'values_json', 'note'],
  tables: together([tablesOfAnnotations, { main: ['Query'] }]),
  pages: inSeries(scopeTypes, async function* ({ tenant: { reference }, from, to }, { type, id }, after) {
    const reading = { span: { from, to: to - 1 }, after };
    for await (const page of annotationsOf(reference, type as (typeof scopeTypes)[number], id, reading)) {
      yield { rows: page.annotations.map(rowOf), after: page.position };
    }
  }),
};

const rowOf = (one: NamedAnnotation): TableRow => [
  one.id,
  one.className,
  one.scopeType,
  one.scopeId,
  one.from,
  one.to,
  one.source,
  one.values,
  one.note,
];
