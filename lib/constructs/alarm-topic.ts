import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IDependable } from 'constructs';
import type { StageName } from '../config.ts';
import { alarmPrefix } from './house-alarm.ts';

/**
 * Where alarms go. A policy of our own, which `enforceSSL` makes, replaces the one that SNS gives a topic, so every
 * service that publishes here is named. The topic is not encrypted with a key: CloudWatch cannot publish through the one
 * that AWS manages, and the text of an alarm is no secret.
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

  /** Lets the budgets of this account publish here; what is answered is there once they may. */
  allowBudgets(): IDependable {
    const everywhere = { region: '', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME };
    return this.allow('budgets.amazonaws.com', Stack.of(this).formatArn({ service: 'budgets', ...everywhere }));
  }

  /** On behalf of this account only: the service acts for other accounts too, and one of them might name our topic. */
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
