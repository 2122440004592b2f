import { countType, type Templates } from './templates.ts';

/** The monthly cost of a resource without any traffic. */
export interface IdleCost {
  readonly what: string;
  readonly count: number;
  readonly dollars: number;
}

/**
 * Lambda keeps five connections that long-poll an idle queue for 20 seconds each: 648,000 requests in 30 days, at 0.40
 * USD per million. An account's first million requests per month are free, which is not counted here.
 */
const pollingDollars = (5 * 3 * 60 * 24 * 30 * 0.4) / 1_000_000;

/**
 * USD per month for one resource, at AWS list prices in us-east-1. Everything else in the templates costs nothing until
 * it is used.
 */
const prices: readonly { readonly what: string; readonly type: string; readonly dollars: number }[] = [
  { what: 'CloudWatch alarms', type: 'AWS::CloudWatch::Alarm', dollars: 0.1 },
  { what: 'Secrets', type: 'AWS::SecretsManager::Secret', dollars: 0.4 },
  { what: 'KMS keys', type: 'AWS::KMS::Key', dollars: 1 },
  { what: 'Web ACLs', type: 'AWS::WAFv2::WebACL', dollars: 5 },
];

const webAclRuleDollars = 1;

/** The idle cost of a deployment, computed from its templates. */
export function idleCosts(templates: Templates): readonly IdleCost[] {
  const resources = [...templates.values()].flat();
  const polled = resources.filter(
    ({ Type, Properties }) => Type === 'AWS::Lambda::EventSourceMapping' && !Properties?.StartingPosition,
  ).length;
  const priced = prices.map(({ what, type, dollars }) => {
    const count = countType(resources, type);
    return { what, count, dollars: count * dollars };
  });
  const rules = resources
    .filter(({ Type }) => Type === 'AWS::WAFv2::WebACL')
    .flatMap(({ Properties }) => (Properties?.Rules as readonly unknown[] | undefined) ?? []).length;
  const webAclRules = { what: 'Rules of web ACLs', count: rules, dollars: rules * webAclRuleDollars };
  const polling = { what: 'Queues that Lambda polls', count: polled, dollars: polled * pollingDollars };
  return [...priced, webAclRules, polling].filter(({ count }) => count > 0);
}

/** The costs as lines for a terminal, with the total. */
export function describeIdleCosts(costs: readonly IdleCost[]): string {
  const total = costs.reduce((sum, { dollars }) => sum + dollars, 0);
  const line = (what: string, dollars: number) => `  ${what.padEnd(36)} ${dollars.toFixed(2).padStart(7)} USD`;
  return [
    'A month without traffic costs about, at list prices in us-east-1 and before any free tier:',
    ...costs.map(({ what, count, dollars }) => line(`${what} (${count})`, dollars)),
    line('in all', total),
    'Storage costs extra, for each gigabyte: tables 0.25 USD a month, their recovery copies 0.20, files 0.023, logs 0.50 once. So does each request.',
  ].join('\n');
}
