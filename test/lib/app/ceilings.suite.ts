import { describe, expect, test } from 'vitest';
import { isCostly } from '../../../lib/catalogue.ts';
import { appOf, fakeCatalogue, realCatalogue, realStage, stages, synthesise } from '../fixture.ts';

const inStages = (context: Readonly<Record<string, string>>, catalogue = fakeCatalogue) =>
  synthesise(catalogue, context)
    .of('ApiGatewayV2::Stage')
    .map(({ Properties }) => Properties);

describe('throttles', () => {
  test('costly routes are those that may hold a function for long, or carry a batch', () => {
    expect(realCatalogue.endpoints.filter(({ route }) => isCostly(route)).map(({ name }) => name)).toEqual([
      'account/read-all-notifications',
      'devices/provision',
      'devices/report-location-batch',
      'devices/report-locations',
      'devices/revoke-certificates',
      'devices/rotate-certificate',
      'geofences/bulk-create',
      'geofences/check-batch',
      'geofences/preview',
      'geofences/simulate',
      'geofences/sync-plan-apply',
      'geofences/sync-plan-create',
      'media/complete-upload',
      'notification-channels/test',
      'readings/batch',
      'readings/report',
      'submissions/create-bulk',
      'submissions/export-csv',
      'submissions/export-geojson',
      'submissions/export-gpx',
      'submissions/export-media',
      'submissions/export-package',
      'webhooks/replay',
      'webhooks/test',
    ]);
  });

  test.each(stages)('each costly route, and no other, has a lower one of its own at stage %s', (stage) => {
    const settings = realStage(stage)
      .of('ApiGatewayV2::Stage')
      .map(({ Properties }) => Properties);
    const costly = realCatalogue.endpoints.filter(({ route }) => isCostly(route));
    const routes = settings.flatMap(({ RouteSettings = {} }) => Object.keys(RouteSettings));
    expect(routes.sort()).toEqual(costly.map(({ route }) => `${route.method} ${route.path}`).sort());
    for (const { DefaultRouteSettings, RouteSettings = {} } of settings)
      for (const one of Object.values<typeof DefaultRouteSettings>(RouteSettings)) {
        expect(one.ThrottlingRateLimit).toBeLessThan(DefaultRouteSettings.ThrottlingRateLimit);
        expect(one.ThrottlingBurstLimit).toBeLessThan(DefaultRouteSettings.ThrottlingBurstLimit);
      }
  });

  test('the rate can be named, a burst is five times the rate', () => {
    const [core, platform] = inStages({ stage: 'dev', costlyRequestsPerSecond: '3' });
    expect(core.RouteSettings).toEqual({
      'POST /api/v1/geofences': { ThrottlingRateLimit: 3, ThrottlingBurstLimit: 15 },
    });
    expect(platform.RouteSettings).toBeUndefined();
  });

  test('they come after the routes, which API Gateway must know first', () => {
    const { artifacts } = synthesise(fakeCatalogue, { stage: 'dev' });
    const served = artifacts.find(({ stackName }) => stackName === 'Hexfence-dev-CoreApiStage')!;
    const before = served.dependencies.map(({ id }) => id);
    for (const group of ['Geofences', 'Service', 'Identity']) expect(before).toContain(`Hexfence-dev-${group}`);
  });
});

describe('reserved concurrency', () => {
  const reserved = (context: Readonly<Record<string, string>>) =>
    synthesise(fakeCatalogue, context)
      .of('Lambda::Function')
      .filter(({ Properties }) => Properties.ReservedConcurrentExecutions !== undefined)
      .map(({ Properties }) => [Properties.FunctionName, Properties.ReservedConcurrentExecutions]);

  test('is nobody’s until somebody is named', () => {
    expect(reserved({ stage: 'prod' })).toEqual([]);
  });

  test('belongs to the endpoints and workers that are named', () => {
    expect(reserved({ stage: 'prod', reservedConcurrency: 'rings/create=40, rings/sweep=5' }).sort()).toEqual([
      ['hexfence-prod-rings-create', 40],
      ['hexfence-prod-rings-sweep', 5],
    ]);
  });

  test('is refused for an unknown name', () => {
    expect(() => appOf(fakeCatalogue, { stage: 'prod', reservedConcurrency: 'rings/craete=40' })).toThrow(
      'Context "reservedConcurrency": There is no endpoint or worker "rings/craete"; did you mean "rings/create"?',
    );
  });
});

describe('tables', () => {
  const throughputs = (context: Readonly<Record<string, string>>) =>
    synthesise(fakeCatalogue, context)
      .of('DynamoDB::Table')
      .flatMap(({ Properties: { OnDemandThroughput, GlobalSecondaryIndexes = [] } }) => [
        OnDemandThroughput,
        ...GlobalSecondaryIndexes.map((index: { OnDemandThroughput: unknown }) => index.OnDemandThroughput),
      ]);
  const all = (reads: number, writes: number) =>
    Array.from({ length: 6 }, () => ({ MaxReadRequestUnits: reads, MaxWriteRequestUnits: writes }));

  test('each, and each index, has a ceiling in AWS', () => {
    expect(throughputs({ stage: 'dev' })).toEqual(all(2000, 1000));
    expect(throughputs({ stage: 'prod' })).toEqual(all(12_000, 6000));
  });

  test('it can be named, and taken away', () => {
    expect(throughputs({ stage: 'prod', tableReadUnits: '40', tableWriteUnits: '30' })).toEqual(all(40, 30));
    const without = throughputs({ stage: 'prod', tableReadUnits: '0', tableWriteUnits: '0' });
    expect(new Set(without)).toEqual(new Set([undefined]));
  });
});

describe('the budget of a month', () => {
  const budgets = (context: Readonly<Record<string, string>>) =>
    synthesise(fakeCatalogue, context).of('Budgets::Budget');

  test('notifies the alarm topic at four fifths, at all of it, and when it will be exceeded', () => {
    const [budget, ...more] = budgets({ stage: 'prod', monthlyBudgetDollars: '700' });
    expect(more).toEqual([]);
    expect(budget?.Properties.Budget).toMatchObject({
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 700, Unit: 'USD' },
    });
    const subscriptions = budget?.Properties.NotificationsWithSubscribers;
    const notices = subscriptions.map(
      ({ Notification }: { Notification: { NotificationType: string; Threshold: number } }) => [
        Notification.NotificationType,
        Notification.Threshold,
      ],
    );
    expect(notices).toEqual([
      ['ACTUAL', 80],
      ['ACTUAL', 100],
      ['FORECASTED', 100],
    ]);
    for (const { Subscribers } of subscriptions)
      expect(Subscribers).toEqual([{ SubscriptionType: 'SNS', Address: { Ref: expect.stringContaining('Alarms') } }]);
  });

  test('is there in AWS until it is taken away, and never locally', () => {
    const amounts = ['local', 'dev', 'prod'].map((stage) =>
      budgets({ stage }).map(({ Properties }) => Properties.Budget.BudgetLimit.Amount),
    );
    expect(amounts).toEqual([[], [50], [300]]);
    expect(budgets({ stage: 'prod', monthlyBudgetDollars: '0' })).toEqual([]);
  });
});
