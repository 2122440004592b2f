import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
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
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisStage',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': this.alarmArns(stage) },
        },
      }),
    );
  }

  private alarmArns(stage: StageName): string {
    const resourceName = `${alarmPrefix(stage)}*`;
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName, arnFormat });
  }
}
