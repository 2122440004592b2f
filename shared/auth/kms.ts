import { isUnavailable } from '../aws/faults.ts';
import { JsonService } from '../aws/json-service.ts';
import { problem } from '../problems/problem.ts';

/** The client of KMS, one per process. */
export const kms: JsonService = /* @__PURE__ */ new JsonService({
  name: 'kms',
  target: 'TrentService',
  jsonVersion: '1.1',
});

/** For `catch`: an outage of KMS becomes a `SERVICE_UNAVAILABLE`; anything else is thrown as it is. */
export function refuseOutage(error: unknown): never {
  if (!isUnavailable(error)) throw error;
  const detail = 'The key service did not answer in time. Try again.';
  const options = { retryAfterSeconds: 1, cause: error };
  throw problem('SERVICE_UNAVAILABLE', detail, { dependency: 'kms' }, options);
}
