import { describe, expect, test } from 'vitest';
import { fakeCatalogue, synthesise } from '../fixture.ts';

const context = { stage: 'prod', firewallRequestsPerAddress: '3000' };

describe('the firewall', () => {
  const template = synthesise(fakeCatalogue, context);

  test('is not there until it is asked for, since it costs money', () => {
    const without = synthesise(fakeCatalogue, { stage: 'prod' });
    expect(without.stacks).not.toContain('Hexfence-prod-Firewall');
    const { DistributionConfig } = without.of('CloudFront::Distribution')[0]!.Properties;
    expect(DistributionConfig.WebACLId).toBeUndefined();
  });

  test('is a stack in us-east-1, before the front door', () => {
    const { artifacts } = template;
    const [firewall, frontDoor] = ['Firewall', 'FrontDoor'].map(
      (name) => artifacts.find(({ stackName }) => stackName === `Hexfence-prod-${name}`)!,
    );
    expect(firewall?.environment.region).toBe('us-east-1');
    expect(frontDoor?.dependencies.map(({ id }) => id)).toContain('Hexfence-prod-Firewall');
    expect(artifacts.filter(({ environment }) => environment.region === 'us-east-1')).toEqual([firewall]);
  });

  test('is found by the front door in whatever region that is', () => {
    const { DistributionConfig } = template.of('CloudFront::Distribution')[0]!.Properties;
    const output = { StackName: 'Hexfence-prod-Firewall', OutputName: 'WebAclArn', Region: 'us-east-1' };
    expect(DistributionConfig.WebACLId).toEqual({ 'Fn::GetStackOutput': output });
    expect(template.outputs.WebAclArn).toEqual({ Value: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } });
  });

  test('stops an address that asks too often with a problem of the API’s form', () => {
    const [acl, ...more] = template.of('WAFv2::WebACL').map(({ Properties }) => Properties);
    expect(more).toEqual([]);
    expect(acl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    const [rate] = acl.Rules;
    expect(rate.Statement).toEqual({
      RateBasedStatement: { Limit: 3000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' },
    });
    expect(rate.Action.Block.CustomResponse).toMatchObject({
      ResponseCode: 429,
      ResponseHeaders: [{ Name: 'Retry-After', Value: '300' }],
    });
    const body = JSON.parse(acl.CustomResponseBodies.TooMany.Content);
    expect(body).toEqual({
      detail: expect.any(String),
      error_code: 'RATE_LIMIT_EXCEEDED',
      request_id: expect.stringMatching(/^req_[0-9A-Z]{12,26}$/),
    });
  });

  test('has no rule that takes bodies of this API for attacks', () => {
    const names = template.of('WAFv2::WebACL')[0]!.Properties.Rules.map(
      // biome-ignore lint/suspicious/noExplicitAny: a template
      ({ Statement }: any) => Statement.ManagedRuleGroupStatement?.Name,
    );
    expect(names).toEqual([undefined, 'AWSManagedRulesAmazonIpReputationList']);
  });
});
