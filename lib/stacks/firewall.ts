import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { type FirewallConfig, firewallRegion } from '../config/firewall.ts';
import type { Names } from '../names.ts';

const outputName = 'WebAclArn';
const fiveMinutesInSeconds = 300;

/** The ARN of the web ACL for a stack in any region. CloudFormation reads it when it deploys that stack. */
export function firewallArn(names: Names): string {
  return Fn.getStackOutput(names.stack('firewall'), outputName, firewallRegion);
}

const visible = (metricName: string) => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName,
});

/** The body in the format of the API's own problems, as far as a fixed text allows. */
const tooMany = JSON.stringify({
  detail: 'Too many requests from this address. Try again in 5 minutes.',
  error_code: 'RATE_LIMIT_EXCEEDED',
  request_id: 'req_ANSWEREDBYFIREWALL',
});

/**
 * The web ACL before the front door. It limits the requests of each address, and blocks addresses that AWS lists as
 * malicious. AWS's common rules are not used, because they would block ordinary calls of this API: bodies over 8 kB,
 * addresses of webhooks in a body, devices that send no `User-Agent`.
 */
export class FirewallStack extends Stack {
  constructor(scope: Construct, { names, firewall }: { readonly names: Names; readonly firewall: FirewallConfig }) {
    super(scope, names.stack('firewall'), { env: { region: firewallRegion } });
    const acl = new CfnWebACL(this, 'WebAcl', {
      name: `hexfence-${names.stage}`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Firewall'),
      customResponseBodies: { TooMany: { content: tooMany, contentType: 'APPLICATION_JSON' } },
      rules: [addressRate(firewall), badSources],
    });
    new CfnOutput(this, outputName, { value: acl.attrArn });
  }
}

function addressRate({ requestsPerAddress: limit }: FirewallConfig): CfnWebACL.RuleProperty {
  return {
    name: 'AddressRate',
    priority: 0,
    statement: {
      rateBasedStatement: { limit, evaluationWindowSec: fiveMinutesInSeconds, aggregateKeyType: 'IP' },
    },
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: 'TooMany',
          responseHeaders: [{ name: 'Retry-After', value: String(fiveMinutesInSeconds) }],
        },
      },
    },
    visibilityConfig: visible('AddressRate'),
  };
}

const badSources: CfnWebACL.RuleProperty = {
  name: 'BadSources',
  priority: 1,
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesAmazonIpReputationList' } },
  overrideAction: { none: {} },
  visibilityConfig: visible('BadSources'),
};
