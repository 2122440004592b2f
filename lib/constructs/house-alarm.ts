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

/** The prefix of all alarm names of a stage; the topic accepts no other alarms. */
export const alarmPrefix = (stage: StageName) => `hexfence-${stage}-`;

export interface HouseAlarmProps {
  /** The impact on people, in one sentence. */
  readonly impact: string;
  readonly topic: RunbookTopic;
  readonly alarmName: string;
  readonly metric: IMetric;
  /** The alarm rings at this value. */
  readonly threshold: number;
  /** The number of consecutive periods before it rings. */
  readonly periods: number;
  readonly action: IAlarmAction;
}

/**
 * An alarm names the people it affects and the section of the runbook. It also reports when the trouble is over.
 * Missing data counts as good.
 */
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
