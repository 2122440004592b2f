/**
 * Imports addresses in two passes: the first creates new geofences and reports duplicates, the second creates the
 * duplicates as well. The client is generated from the API's own document; this file uses nothing else of the platform.
 * `npm run example:sync` generates it and runs this against the local stack; or, against any other:
 *
 *     HEXFENCE_URL=https://… HEXFENCE_API_KEY=hx_live_… node bin/examples/sync-customer-sites.ts
 */
import {
  ApiError,
  type BulkCreateRequest,
  type BulkCreateResponse,
  type BulkItemInput,
  type BulkResult,
  client,
  defaultRetryOn,
  type Error_2 as Refusal,
} from '../../.local/client/hexfence.ts';

interface CustomerSite {
  readonly address: string;
  readonly name?: string;
  readonly tags?: string[];
}

const customerSites: readonly CustomerSite[] = [
  { address: '123 Main St, San Francisco, CA', tags: ['customer:acme'] },
  { address: '456 Market St, San Francisco, CA', tags: ['customer:acme'] },
  { address: '789 Mission St, San Francisco, CA', tags: ['customer:acme'] },
];

/** Advice for a refusal, by its `error_code`. For other codes the API's `detail` is shown. */
const advice: Readonly<Record<string, string>> = {
  FEATURE_NOT_ENABLED: 'Ask your operator to set BULK_IMPORT for this workspace.',
  BATCH_TOO_LARGE: 'Send fewer addresses at a time.',
  RATE_LIMIT_EXCEEDED: 'Import again when the hour is over; what was created is reported as duplicate then.',
};

/** Seconds. A longer wait, as for an hourly limit, is reported instead. */
const longestWait = 60;

client.configure({
  serverUrl: process.env.HEXFENCE_URL ?? '',
  auth: { apiKey: { apiKey: process.env.HEXFENCE_API_KEY ?? '' } },
  // A retry carries the key of the first request, so that nothing is created twice.
  idempotencyKey: true,
  retry: {
    retries: 4,
    retryOn: (attempt) =>
      defaultRetryOn(attempt) && Number(attempt.response?.headers.get('Retry-After') ?? 0) <= longestWait,
  },
  clientHeader: false,
});

try {
  await syncCustomerSites(customerSites);
} catch (error) {
  console.error(error instanceof ApiError ? sentenceOf(error) : error);
  process.exitCode = 1;
}

async function syncCustomerSites(sites: readonly CustomerSite[]): Promise<void> {
  const items = sites.map(
    ({ address, name, tags }): BulkItemInput => ({ address, name: name ?? null, tags: tags ?? [] }),
  );

  const firstPass = await bulkCreate({ items, dedup_strategy: 'skip' });
  const created = having('created', firstPass);
  const duplicates = having('duplicate', firstPass);
  const errors = having('error', firstPass);
  console.log(`First pass: ${created.length} created, ${duplicates.length} duplicate, ${errors.length} error`);
  for (const { index, error } of errors) console.log(`  Error at index ${index}: ${error?.message} (${error?.code})`);

  if (duplicates.length > 0) {
    const toForce = duplicates.map(({ index }) => items[index]!);
    const forced = having('created', await bulkCreate({ items: toForce, dedup_strategy: 'override' }));
    console.log(`Override pass: ${forced.length} force-created`);
    created.push(...forced);
  }

  console.log(`Total geofences created: ${created.length}`);
}

async function bulkCreate(body: BulkCreateRequest): Promise<BulkResult[]> {
  const { results }: BulkCreateResponse = await client.bulk_create_geofences({ body });
  return results;
}

function having(status: BulkResult['status'], results: readonly BulkResult[]): BulkResult[] {
  return results.filter((result) => result.status === status);
}

function sentenceOf({ status, body }: ApiError): string {
  const { error_code: code, detail } = (body ?? {}) as Partial<Refusal>;
  if (code === undefined) return `The API answered ${status}.`;
  return `${code}: ${advice[code] ?? (typeof detail === 'string' ? detail : JSON.stringify(detail))}`;
}
