import { type ContextReader, wholeNumber } from './context.ts';

/** The web ACL before the front door. */
export interface FirewallConfig {
  /** The most requests of one address in five minutes. */
  readonly requestsPerAddress: number;
}

/** Web ACLs for CloudFront must be in this region, whatever the region of the stage is. */
export const firewallRegion = 'us-east-1';

export function firewallOf(context: ContextReader): FirewallConfig | undefined {
  const requestsPerAddress = wholeNumber(context, 'firewallRequestsPerAddress', { least: 100, most: 1_000_000 });
  return requestsPerAddress === undefined ? undefined : { requestsPerAddress };
}
