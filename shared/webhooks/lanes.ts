import { countAgainst, unlessLimited } from '../limits/limiter.ts';
import type { OutboundResult } from '../outbound/connector.ts';
import { setAll } from '../table/expressions.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * A worker is occupied until the last call of its batch has ended. Targets that hang would soon have all workers, and
 * would delay everybody else's calls. So there are two queues with workers of their own: `webhooks/attempt` calls
 * targets that were quick lately, and `webhooks/attempt-slow` all others. For an unknown target, a few calls are made
 * in the first queue, to see whether it is quick.
 */

/** What is known of the target of a webhook. Instants are milliseconds since 1970. */
export interface PaceRow {
  readonly quickAt?: number;
  readonly slowAt?: number;
}

type Pace = 'quick' | 'slow' | 'unknown';

const main = new Table('main');

const quickMilliseconds = 2000;
const slowMilliseconds = 5000;
const rememberedMilliseconds = 10 * 60_000;
/** A target that hangs now and then is not quick in between. */
const doubtedMilliseconds = 60_000;
const keptSeconds = 3600;

function paceOf({ quickAt = 0, slowAt = 0 }: PaceRow, now: number): Pace {
  if (slowAt > now - doubtedMilliseconds) return 'slow';
  if (Math.max(quickAt, slowAt) <= now - rememberedMilliseconds) return 'unknown';
  return quickAt > slowAt ? 'quick' : 'slow';
}

/** Whether a call may be made among those of quick targets. */
export async function isForQuickLane(tenant: TenantReference, webhookId: string, row: PaceRow = {}): Promise<boolean> {
  const pace = paceOf(row, Date.now());
  return pace === 'quick' || (pace === 'unknown' && (await isProbe(tenant, webhookId)));
}

/** Takes one of the few calls that show how quick a target is. */
async function isProbe(tenant: TenantReference, webhookId: string): Promise<boolean> {
  const counted = await countAgainst(tenant, [{ policy: 'webhook-probe', subject: webhookId }]).catch(unlessLimited);
  return counted !== undefined;
}

/** Records whether a call was quick or slow, unless that is known. */
export async function recordPace(
  tenant: TenantReference,
  webhookId: string,
  row: PaceRow = {},
  { durationMilliseconds: took, ...result }: OutboundResult,
): Promise<void> {
  const now = Date.now();
  const { quickAt = 0, slowAt = 0 } = row;
  const isSlow = took >= slowMilliseconds || ('fault' in result && result.fault === 'timeout');
  const isQuick = !isSlow && took < quickMilliseconds;
  const isKnown = quickAt > Math.max(slowAt, now - rememberedMilliseconds / 2);
  const news = isSlow
    ? slowAt < now - doubtedMilliseconds / 2 && { slowAt: now }
    : isQuick && !isKnown && { quickAt: now };
  if (!news) return;
  await main.update(webhookKeys.pace(tenant, webhookId), setAll({ ...news, ttl: Math.ceil(now / 1000) + keptSeconds }));
}
