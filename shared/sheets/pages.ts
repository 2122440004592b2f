import { type BodyRow, idAt, positionsIn, shardsOf, type ThinRow } from '../submissions/submission.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { pagesOfPartitions } from '../table/merged-pages.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/** The submissions of a form in the order of their collection, page by page. */

export interface AskedSubmissions {
  readonly tenant: Tenant;
  readonly formId: string;
  /** When they were collected, in milliseconds since 1970; both ends included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Selects submissions, so that all files of an archive contain the same ones. */
  readonly isIncluded: (submission: BodyRow) => boolean;
}

export interface SubmissionPage {
  /** Compressed, as they are stored. */
  readonly bodies: readonly BodyRow[];
  /** The position after which the next page begins. */
  readonly upTo: string;
}

const main = new Table('main');

/** Thin rows have some 200 bytes. */
const listedAtOnce = 2000;
/** Bodies have up to 2 MB as JSON. The size of a wave is estimated from the one before. */
const waveBytes = 4 * 1024 * 1024;
const [fewestAWave, firstWave, mostAWave] = [2, 10, 100];

/** @param after the position of the last submission that was read */
export async function* pagesOfSubmissions(asked: AskedSubmissions, after?: string): AsyncGenerator<SubmissionPage> {
  const { reference } = asked.tenant;
  let aWave = firstWave;
  let waiting: string[] = [];
  const next = async (): Promise<SubmissionPage> => {
    const positions = waiting.slice(0, aWave);
    waiting = waiting.slice(aWave);
    const keys = positions.map((position) => submissionKeys.body(reference, idAt(position)));
    // One that is missing was removed meanwhile, with its form.
    const found = (await main.getMany<BodyRow>(keys)).filter((body) => body !== undefined);
    const bytes = found.reduce((sum, body) => sum + body.bytes, 1);
    aWave = Math.max(fewestAWave, Math.min(mostAWave, Math.floor((waveBytes * keys.length) / bytes)));
    const bodies = found.filter(asked.isIncluded);
    return { bodies, upTo: positions.at(-1)! };
  };
  for await (const positions of positionsOf(asked, after)) {
    // With many partitions, a page may have only one position.
    waiting.push(...positions);
    while (waiting.length >= aWave) yield await next();
  }
  while (waiting.length > 0) yield await next();
}

async function* positionsOf({ tenant, formId, from, to }: AskedSubmissions, after: string | undefined) {
  const shards = shardsOf(tenant);
  const isBounded = from !== undefined || to !== undefined;
  const pages = pagesOfPartitions<ThinRow>(
    main,
    shards.map((shard) => submissionKeys.allOfForm(tenant.reference, formId, shard)),
    {
      after,
      pageSize: Math.ceil(listedAtOnce / shards.length),
      between: isBounded
        ? positionsIn({ from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY })
        : undefined,
    },
  );
  for await (const { rows } of pages) yield rows.map(({ sk }) => sk);
}
