import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { anchorOf, runbookHeadings } from '../../../lib/runbook.ts';
import { fakeCatalogue, realCatalogue, realStage, stages, synthesise } from '../fixture.ts';

const headings = readFileSync('lib/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('#'))
  .map((line) => line.replace(/^#+ /, ''));

describe.each(stages)('stage %s', (stage) => {
  const template = realStage(stage);
  const alarms = template.of('CloudWatch::Alarm').map(({ Properties }) => Properties);

  test('every alarm says whom it hurts and where the answer is, rings, and stops ringing', () => {
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions, TreatMissingData } of alarms) {
      const [impact, runbook] = AlarmDescription.split('\n');
      expect(impact, AlarmName).toMatch(/^Impact: .{20,}\.$/);
      expect(headings.map(anchorOf), AlarmName).toContain(runbook.replace('Runbook: lib/README.md#', ''));
      expect(AlarmActions, AlarmName).toEqual(OKActions);
      expect(TreatMissingData, AlarmName).toBe('notBreaching');
    }
  });

  test('plain metrics only', () => {
    for (const { MetricName, Metrics } of alarms) {
      expect(MetricName).toBeTypeOf('string');
      expect(Metrics).toBeUndefined();
    }
  });

  test('three an API, three a queue or a stream, two a schedule, two for the kernel, one for rules, none for each function', () => {
    const apis = template.of('ApiGatewayV2::Api').length;
    const alarmsOf = { queue: 3, stream: 3, schedule: 2 };
    const ofWorkers = realCatalogue.workers.map(({ worker }) => alarmsOf[worker.source.kind]);
    expect(alarms).toHaveLength(3 * apis + ofWorkers.reduce((sum, one) => sum + one, 0) + 3);
  });

  test('a rule that cannot call its function rings', () => {
    const watched = alarms.filter(({ MetricName }) => MetricName === 'FailedInvocations');
    const rules = template.of('Events::Rule').map(({ Properties }) => Properties.Name);
    expect(watched.map(({ Dimensions }) => Dimensions[0].Value).sort()).toEqual(rules.sort());
    expect(rules.length).toBeGreaterThan(0);
  });

  test('a counter of our own is watched where every function writes it', () => {
    // AWS's own log reports calls that it refuses.
    const counters = alarms.filter(
      ({ Namespace, MetricName }) => Namespace?.startsWith('Hexfence/') && !MetricName.endsWith('Throttled'),
    );
    expect(counters.map(({ MetricName }) => MetricName).sort()).toEqual([
      'RateCounterUnavailable',
      'UndeclaredProblem',
    ]);
    const namespaces = template
      .of('Lambda::Function')
      .map(({ Properties }) => Properties.Environment?.Variables.METRICS_NAMESPACE)
      .filter(Boolean);
    expect(new Set([...counters.map(({ Namespace }) => Namespace), ...namespaces]).size).toBe(1);
    for (const { Dimensions } of counters) expect(Dimensions).toBeUndefined();
  });

  test('no queue where messages rest without an alarm', () => {
    const dead = template.of('SQS::Queue').map(({ Properties }) => Properties.QueueName);
    const watched = alarms
      .filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(({ Dimensions }) => Dimensions[0].Value);
    expect(watched.sort()).toEqual(dead.filter((name: string) => /-dead(\.fifo)?$|-undelivered$/.test(name)).sort());
  });
});

test('records that a stream set aside have an alarm and a runbook section of their own', () => {
  const [alarm, ...others] = realStage('prod')
    .of('CloudWatch::Alarm')
    .filter(({ Properties }) => Properties.AlarmDescription.includes('#alarm-a-record-was-not-handed-on'));
  expect(others).toEqual([]);
  expect(alarm?.Properties).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Value: 'hexfence-prod-outbox-relay-again-dead' }],
  });
});

test('the runbook has no heading that no alarm leads to', () => {
  const alarmHeadings = headings.filter((heading) => heading.startsWith('Alarm: '));
  expect(alarmHeadings.sort()).toEqual(Object.values(runbookHeadings).sort());
});

test('an address for alarms is subscribed', () => {
  const [subscription] = synthesise(fakeCatalogue, { stage: 'dev', alarmEmail: 'ops@a.example' }).of(
    'SNS::Subscription',
  );
  expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@a.example' });
});
