import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IDependable } from 'constructs';
import type { StageName } from '../config.ts';
import { alarmPrefix } from './house-alarm.ts';

/**
 * The topic for alarms. `enforceSSL` creates a policy that replaces the default policy of SNS, so every service that
 * publishes here must be named. The topic is not encrypted with a key: CloudWatch cannot publish to a topic with the
 * key that AWS manages, and the text of an alarm is not secret.
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, stage: StageName) {
    super(scope, id, { topicName: `hexfence-${stage}-alarms`, enforceSSL: true });
    const alarms = {
      resource: 'alarm',
      resourceName: `${alarmPrefix(stage)}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    };
    this.allow('cloudwatch.amazonaws.com', Stack.of(this).formatArn({ service: 'cloudwatch', ...alarms }));
  }

  /** Lets the budgets of this account publish here. A budget must depend on the returned policy. */
  allowBudgets(): IDependable {
    const everywhere = { region: '', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME };
    return this.allow('budgets.amazonaws.com', Stack.of(this).formatArn({ service: 'budgets', ...everywhere }));
  }

  /**
   * Allows a service on behalf of this account only. The service acts for other accounts too, and one of them might
   * name this topic.
   */
  private allow(service: string, sources: string): IDependable {
    const { policyDependable } = this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': sources },
        },
      }),
    );
    return policyDependable!;
  }
}
