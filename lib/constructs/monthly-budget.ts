import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { StageName } from '../config.ts';
import type { AlarmTopic } from './alarm-topic.ts';

export interface MonthlyBudgetProps {
  readonly stage: StageName;
  readonly dollars: number;
  readonly topic: AlarmTopic;
}

/**
 * Notifies when the month costs more than it should: at four fifths of the budget, at all of it, and when the forecast
 * exceeds it. The budget covers the whole account, because AWS reports the cost of a tag only after its owner has
 * activated the tag for billing.
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { stage, dollars, topic }: MonthlyBudgetProps) {
    super(scope, id);
    const allowed = topic.allowBudgets();
    const subscribers = [{ subscriptionType: 'SNS', address: topic.topicArn }];
    const notified = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
      subscribers,
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        // Budgets belong to an account, and their names must be unique over all regions.
        budgetName: `hexfence-${stage}-${Stack.of(this).region}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: dollars, unit: 'USD' },
      },
      notificationsWithSubscribers: [notified('ACTUAL', 80), notified('ACTUAL', 100), notified('FORECASTED', 100)],
    });
    budget.node.addDependency(allowed);
  }
}
