import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { StageName } from '../config.ts';
import { type RunbookTopic, runbookLink } from '../runbook.ts';

/** Alarms of a stage are named so; the topic takes messages of no others. */
export const alarmPrefix = (stage: StageName) => `hexfence-${stage}-`;

export interface HouseAlarmProps {
  /** What a person notices, in one sentence. */
  readonly impact: string;
  readonly topic: RunbookTopic;
  readonly alarmName: string;
  readonly metric: IMetric;
  /** Rings at this value. */
  readonly threshold: number;
  /** In a row, before it rings. */
  readonly periods: number;
  readonly action: IAlarmAction;
}

/** An alarm says whom it hurts and where the answer is; it rings and it stops ringing. No data is no trouble. */
export class HouseAlarm extends Alarm {
  constructor(scope: Construct, id: string, { impact, topic, periods, action, ...props }: HouseAlarmProps) {
    super(scope, id, {
      ...props,
      alarmDescription: `Impact: ${impact}\nRunbook: ${runbookLink(topic)}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}
