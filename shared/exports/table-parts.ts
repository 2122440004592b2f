import { tableFormats } from '../archives/tables.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { TextPart } from './part.ts';
import type { Position, SourcePage } from './source.ts';
import { sources } from './sources.ts';
import type { TakenExport } from './take.ts';
import type { TableInclude } from './terms.ts';

/** The number of rows that are formatted at a time: a row may have 64 KB and more. */
const rowsAtOnce = 100;

/** A table of an archive. */
export function tablePart(tenant: Tenant, job: TakenExport, include: TableInclude): TextPart {
  const { name, columns, pages } = sources[include];
  const format = tableFormats[job.format];
  const asked = { ...job, tenant, from: job.from!, to: job.to! };
  function* itemsOf(rows: SourcePage['rows']) {
    for (let i = 0; i < rows.length; i += rowsAtOnce) yield format.rows(columns, rows.slice(i, i + rowsAtOnce));
  }
  return {
    kind: 'text',
    name: `${name}.${format.extension}`,
    head: format.header(columns),
    tail: '',
    isCounted: true,
    async *pages(from) {
      for await (const { rows, position } of pages(asked, from as Position | undefined)) {
        yield { items: itemsOf(rows), rows: rows.length, position };
      }
    },
  };
}
