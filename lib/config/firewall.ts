import { type ContextReader, wholeNumber } from './context.ts';

/** The web ACL before the front door. */
export interface FirewallConfig {
  /** What one address may ask for in five minutes. */
  readonly requestsPerAddress: number;
}

/** Web ACLs for CloudFront live here, wherever the stage itself is. */
export const firewallRegion = 'us-east-1';

export function firewallOf(context: ContextReader): FirewallConfig | undefined {
  const requestsPerAddress = wholeNumber(context, 'firewallRequestsPerAddress', { least: 100, most: 1_000_000 });
  return requestsPerAddress === undefined ? undefined : { requestsPerAddress };
}
