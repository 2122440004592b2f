import type { OutboundRequest } from '../outbound/connector.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { headersOf } from './auth.ts';
import type { Webhook } from './kind.ts';
import { openKept } from './sealed.ts';
import { signed } from './signature.ts';

/** What a call sends. */
export interface Sent {
  /** `evt_…` */
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** The request of one attempt, with the present settings of the webhook. */
export async function callOf(
  tenant: TenantReference,
  webhook: Webhook,
  { id, type, body }: Sent,
  attempt: number,
  mostSeconds = Number.POSITIVE_INFINITY,
): Promise<OutboundRequest> {
  const { url, headers, timeout_seconds, own_host } = webhook.values;
  const { secrets, auth } = await openKept(tenant, webhook);
  return {
    url,
    method: 'POST',
    headers: {
      ...headers,
      ...headersOf(auth),
      'Content-Type': 'application/json',
      'User-Agent': 'Hexfence-Webhooks/1',
      ...signed(secrets, id, body, Date.now()),
      'X-Hexfence-Event': type,
      'X-Hexfence-Attempt': String(attempt),
    },
    body,
    timeoutMilliseconds: Math.min(timeout_seconds, mostSeconds) * 1000,
    ownHosts: own_host === '' ? [] : [own_host],
  };
}
