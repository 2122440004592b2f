import { type BodyRow, idAt, partKeys, positionsIn, shardsOf, type ThinRow } from '../submissions/submission.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { pagesOfPartitions } from '../table/merged-pages.ts';
import { fromParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';

/** The submissions of a form in the order of their collection, page by page. */

export interface AskedSubmissions {
  readonly tenant: Tenant;
  readonly formId: string;
  /** When they were collected, in milliseconds since 1970; both ends belong to it. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Those that were received later are left out, so that all files of an archive have the same ones. */
  readonly receivedUntil: number;
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
/** Bodies have up to 2 MB as JSON. A wave has as many of them as the one before lets expect. */
const waveBytes = 4 * 1024 * 1024;
const [fewestAWave, firstWave, mostAWave] = [2, 10, 100];

const bytesOf = ({ bytes }: BodyRow): number => bytes;

const shareFor = (shards: number): number => Math.ceil(listedAtOnce / shards);

/** @param after the position of the last submission that was read */
export async function* pagesOfSubmissions(
  { tenant, formId, from, to, receivedUntil }: AskedSubmissions,
  after?: string,
): AsyncGenerator<SubmissionPage> {
  const { reference } = tenant;
  const shards = shardsOf(tenant);
  const bounded = from !== undefined || to !== undefined;
  const listed = pagesOfPartitions<ThinRow>(
    main,
    shards.map((shard) => submissionKeys.allOfForm(reference, formId, shard)),
    {
      after,
      pageSize: shareFor(shards.length),
      between: bounded ? positionsIn({ from: from ?? -Infinity, to: to ?? Infinity }) : undefined,
    },
  );
  let aWave = firstWave;
  for await (const { rows, upTo } of listed) {
    for (let i = 0; i < rows.length; ) {
      const wave = rows.slice(i, i + aWave);
      i += wave.length;
      const keys = wave.map(({ sk }) => submissionKeys.body(reference, idAt(sk)));
      const found = (await main.getMany<BodyRow>(keys)).filter((body) => body !== undefined);
      yield { bodies: found.filter(({ receivedAt }) => receivedAt <= receivedUntil), upTo: wave.at(-1)!.sk };
      const bytes = found.reduce((sum, body) => sum + bytesOf(body), 1);
      aWave = Math.max(fewestAWave, Math.min(mostAWave, Math.floor((waveBytes * wave.length) / bytes)));
    }
    yield { bodies: [], upTo };
  }
}

/** The data of a submission; undefined if it was removed meanwhile. */
export async function dataOf(tenant: TenantReference, body: BodyRow): Promise<FreeObject | undefined> {
  if (body.more === 0) return fromParts<FreeObject>([body.data]);
  const parts = await main.getMany<{ part: Uint8Array }>(partKeys(tenant, body));
  if (parts.includes(undefined)) return undefined;
  return fromParts<FreeObject>([body.data, ...parts.map((one) => one!.part)]);
}
