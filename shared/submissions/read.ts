import type { Caller } from '../auth/caller.ts';
import { ownerFor as ownerUnder } from '../auth/own.ts';
import { defineCapability } from '../capability/capability.ts';
import { bytesOfLinks, linkReader } from '../media/links.ts';
import { notFound } from '../problems/problem.ts';
import type { Span } from '../table/ids.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { pageOfPartitions } from '../table/merged-page.ts';
import { bytesOfAnswer, getUntilFull, type PageRequest, type PageResult, readThrough } from '../table/page.ts';
import { type Expression, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { dataFrom } from './data.ts';
import { excluding, goneForms } from './gone.ts';
import { type BodyRow, idAt, partKeys, positionsIn, shardsOf, showSubmission, type ThinRow } from './submission.ts';
import type { Source, Submission } from './wire.ts';

const main = new Table('main');

/** Bodies that are read at a time; each may have 350 KB. */
const bodiesAWave = 16;

/** The user to whose submissions the caller is limited; undefined if there is no limit. */
export const ownerFor = (caller: Caller): string | undefined => ownerUnder(caller, 'submissions:read');

/** Submissions with their data and files, in the order of the rows, until they fill a response. */
async function shown(tenant: TenantReference, rows: readonly BodyRow[], origin: string) {
  const keys = rows.map((row) => partKeys(tenant, row));
  const [parts, links] = await Promise.all([main.getMany<{ part: Uint8Array }>(keys.flat()), linkReader(tenant, rows)]);
  const items: Submission[] = [];
  let [next, bytes] = [0, 0];
  for (const [i, row] of rows.entries()) {
    if (bytes >= bytesOfAnswer) return { items, isFull: true };
    const more = parts.slice(next, next + keys[i]!.length);
    next += more.length;
    const data = dataFrom(row, more);
    const files = await links(row);
    bytes += row.bytes + bytesOfLinks(files);
    // The submission was removed between the two reads.
    if (data) items.push(showSubmission(row, data, files, origin));
  }
  return { items, isFull: false };
}

/** @throws NOT_FOUND */
async function get(caller: Caller, id: string, origin: string): Promise<Submission> {
  const { reference } = caller.tenant;
  const [row, gone] = await Promise.all([main.get<BodyRow>(submissionKeys.body(reference, id)), goneForms(reference)]);
  const owner = ownerFor(caller);
  const isThere = row && !gone.has(row.formId) && (owner === undefined || row.userId === owner);
  const [submission] = isThere ? (await shown(reference, [row], origin)).items : [];
  if (!submission) throw notFound('submission');
  return submission;
}

export interface SubmissionFilters {
  readonly form_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly device_id?: string | undefined;
  readonly source?: Source | undefined;
  readonly span?: Span | undefined;
}

/**
 * The partitions to read: that of the user to whom the caller is limited, or else those of the form, or of all
 * submissions.
 */
export function partitionsFor(caller: Caller, { form_id: formId }: Pick<SubmissionFilters, 'form_id'>) {
  const { tenant } = caller;
  const owner = ownerFor(caller);
  if (owner !== undefined) return [submissionKeys.allOfUser(tenant.reference, owner)];
  return shardsOf(tenant).map((shard) =>
    formId === undefined
      ? submissionKeys.allOf(tenant.reference, shard)
      : submissionKeys.allOfForm(tenant.reference, formId, shard),
  );
}

function filterOf(filters: SubmissionFilters, gone: ReadonlySet<string>): Expression | undefined {
  const { form_id: formId, project_id: projectId, device_id: deviceId, source } = filters;
  const equal = Object.entries({ formId, projectId, deviceId, source }).filter(([, value]) => value !== undefined);
  const left = excluding(gone);
  const terms = [...equal.map((_, i) => `#f${i} = :f${i}`), ...(left ? [left.expression] : [])];
  if (terms.length === 0) return undefined;
  return {
    expression: terms.join(' AND '),
    names: { ...Object.fromEntries(equal.map(([name], i) => [`#f${i}`, name])), ...left?.names },
    values: { ...Object.fromEntries(equal.map(([, value], i) => [`:f${i}`, value])), ...left?.values },
  };
}

/** Lists submissions by the instant of their collection, newest first. */
async function list(
  caller: Caller,
  filters: SubmissionFilters,
  page: PageRequest,
  origin: string,
): Promise<PageResult<Submission>> {
  const { reference } = caller.tenant;
  const gone = await goneForms(reference);
  const partitions = partitionsFor(caller, filters);
  // The partitions of a form hold no other forms.
  const asked = ownerFor(caller) === undefined ? { ...filters, form_id: undefined } : filters;
  const selection = {
    filter: filterOf(asked, gone),
    between: filters.span && positionsIn(filters.span),
    descending: true,
  };
  return await readThrough(
    page,
    (wanted) => pageOfPartitions<ThinRow>(main, partitions, wanted, selection),
    async (rows) => {
      const keys = rows.map(({ position }) => submissionKeys.body(reference, idAt(position)));
      const bodies = await getUntilFull<BodyRow>(main, keys, bodiesAWave, ({ bytes }) => bytes);
      const there = bodies.flatMap((body, i) =>
        body && !gone.has(body.formId) ? [{ body, position: rows[i]!.position }] : [],
      );
      const { items, isFull } = await shown(
        reference,
        there.map(({ body }) => body),
        origin,
      );
      const byId = new Map(there.map(({ body, position }) => [body.id, position]));
      return {
        rows: items.map((item) => ({ position: byId.get(item.id)!, item })),
        isFull: isFull || bodies.length < rows.length,
      };
    },
  );
}

export const readSubmissions = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});

export const listSubmissions = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ list }),
});
