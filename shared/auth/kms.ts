import { KMSClient } from '@aws-sdk/client-kms';
import { problem } from '../problems/problem.ts';
import { isUnavailable } from '../table/faults.ts';

let client: KMSClient | undefined;

/** The one KMS client of a process, built on first use, with the short timeouts of the database client. */
export function kmsClient(): KMSClient {
  client ??= new KMSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  });
  return client;
}

const outages = ['KMSInternalException', 'DependencyTimeoutException', 'KeyUnavailableException'];

/** For `catch`: an outage of KMS becomes a `SERVICE_UNAVAILABLE`; anything else is thrown as it is. */
export function refuseOutage(error: unknown): never {
  if (!isUnavailable(error) && !outages.includes((error as Error | undefined)?.name ?? '')) throw error;
  const detail = 'The key service that signs tokens did not answer in time. Try again.';
  const options = { retryAfterSeconds: 1, cause: error };
  throw problem('SERVICE_UNAVAILABLE', detail, { dependency: 'kms' }, options);
}
