import { describe, expect, test } from 'vitest';
import { orderedWorkers } from '../../../lib/catalogue.ts';
import { namesOf } from '../../../lib/names.ts';
import { type FilePrefix, filePrefixes, tableNames } from '../../../shared/capability/capability.ts';
import { environmentNames } from '../../../shared/capability/environment.ts';
import { usesOf, workerUses } from '../../../shared/http/uses.ts';
import {
  fakeCatalogue,
  fakeRoutes,
  realCatalogue,
  realStage,
  type Synthesised,
  stages,
  synthesise,
} from '../fixture.ts';

interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function statements(template: Synthesised): readonly Statement[] {
  return template.of('IAM::Role').flatMap(({ Properties }) =>
    // biome-ignore lint/suspicious/noExplicitAny: a template
    Properties.Policies.flatMap((policy: any) => policy.PolicyDocument.Statement),
  );
}

/** `hexfence-dev-main` in an ARN that is joined from parts. */
const lastPart = (resource: unknown) => JSON.stringify(resource).match(/hexfence-[a-z0-9.-]+/)?.[0];

function functionOf(template: Synthesised, name: string) {
  const fn = template.of('Lambda::Function').find(({ Properties }) => Properties.FunctionName === name)!;
  const role = fn.Properties.Role['Fn::GetAtt'][0];
  const { Policies } = template.of('IAM::Role').find(({ id, stack }) => id === role && stack === fn.stack)!.Properties;
  return { variables: fn.Properties.Environment.Variables, policies: Policies };
}

const declared = [
  ...realCatalogue.endpoints.map(({ name, route }) => ({ name, uses: usesOf(route) })),
  ...[...realCatalogue.workers, ...realCatalogue.atDeployment].map(({ name, worker }) => ({
    name,
    uses: workerUses(worker),
  })),
];

/** Devices are created and deleted while the stack runs, so their resources have no fixed names. */
const ofBroker = ['*', 'cert/*', 'thing/*', 'client/*', 'topic/hexfence/*'];
const lastOf = (resource: unknown): string =>
  String(JSON.stringify(resource).replaceAll(/["\]}]/g, ''))
    .split(':')
    .at(-1)!;

describe.each(stages)('stage %s', (stage) => {
  const template = realStage(stage);
  const names = namesOf(stage, orderedWorkers(realCatalogue));

  test('no role but the functions’ own, and no policy beside it', () => {
    // All rules of the broker share one.
    const ofRules = template.of('IoT::TopicRule').length > 0 ? 1 : 0;
    expect(template.of('IAM::Role')).toHaveLength(template.of('Lambda::Function').length + ofRules);
    for (const { Properties } of template.of('IAM::Role')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.Policies).toHaveLength(1);
    }
    expect(template.of('IAM::Policy')).toEqual([]);
    expect(template.of('IAM::ManagedPolicy')).toEqual([]);
  });

  test('no wildcard but where AWS knows no resource', () => {
    for (const { Action, Resource } of statements(template)) {
      const actions = list(Action);
      expect(actions.filter((action) => String(action).includes('*'))).toEqual([]);
      const wide = list(Resource).filter((resource) => JSON.stringify(resource).includes('*'));
      if (wide.length === 0) continue;
      const streams = actions.length === 1 && actions[0] === 'dynamodb:ListStreams';
      // MiniStack checks the permission for all senders; AWS checks it for the given sender.
      if (stage === 'local' && actions.join() === 'ses:SendEmail') continue;
      if (actions.every((action) => String(action).startsWith('iot:'))) {
        expect(ofBroker).toContain(lastOf(wide[0]));
        continue;
      }
      if (actions.every((action) => String(action).startsWith('s3:'))) {
        expect(JSON.stringify(wide)).toMatch(/:s3:::hexfence-\w+-files-.*"\/(answers|exports|media|pending)\/\*"/);
        continue;
      }
      if (streams) expect(JSON.stringify(wide)).toContain(`table/${names.table('main')}/stream/*`);
      else expect(actions).toEqual(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);
    }
  });

  test.each(realCatalogue.workers.filter(({ worker }) => worker.source.kind === 'queue'))(
    '$name may change how long messages of its own queue are hidden, and of no other',
    ({ name }) => {
      const held: readonly Statement[] = functionOf(template, names.fn(name)).policies[0].PolicyDocument.Statement;
      const grants = held.filter(({ Action }) => list(Action).includes('sqs:ChangeMessageVisibility'));
      const queue = template.of('SQS::Queue').find(({ Properties }) => Properties.QueueName === names.queue(name));
      expect(grants.map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [queue?.id, 'Arn'] }]);
    },
  );

  test.each(declared)('$name has exactly the rights on files that it declares', ({ name, uses }) => {
    const { policies, variables } = functionOf(template, names.fn(name));
    const held: readonly Statement[] = policies[0].PolicyDocument.Statement;
    const wanted = (prefix: FilePrefix) => {
      const rights = new Set(uses.flatMap(({ files }) => files?.[prefix] ?? []));
      return [
        ...(rights.has('read') ? ['s3:GetObject'] : []),
        ...(rights.has('write') ? ['s3:PutObject', 's3:AbortMultipartUpload'] : []),
        ...(rights.has('delete') ? ['s3:DeleteObject'] : []),
      ];
    };
    const ofStore = held.filter(({ Action }) => String(list(Action)[0]).startsWith('s3:'));
    for (const prefix of filePrefixes) {
      const found = ofStore.filter(({ Resource }) => JSON.stringify(Resource).includes(`/${prefix}/*"`));
      expect(found.flatMap(({ Action }) => list(Action)).sort(), prefix).toEqual(wanted(prefix).sort());
    }
    const all = filePrefixes.flatMap(wanted);
    expect(ofStore.flatMap(({ Action }) => list(Action))).toHaveLength(all.length);
    expect('FILES_BUCKET' in variables).toBe(all.length > 0);
  });

  test.each(declared)('$name holds exactly the actions it declares', ({ name, uses }) => {
    const { policies, variables } = functionOf(template, names.fn(name));
    const held: readonly Statement[] = policies[0].PolicyDocument.Statement;
    for (const table of tableNames) {
      const wanted = [...new Set(uses.flatMap((use) => use.tables?.[table] ?? []))].map(
        (action) => `dynamodb:${action}`,
      );
      const found = held.filter(
        ({ Action, Resource }) =>
          String(list(Action)[0]).startsWith('dynamodb:') &&
          JSON.stringify(Resource).includes(`:table/${names.table(table)}"`),
      );
      expect(found.flatMap(({ Action }) => list(Action)).sort(), table).toEqual(wanted.sort());
      expect(variables[environmentNames.table(table)]).toBe(wanted.length > 0 ? names.table(table) : undefined);
    }
    const queues = [...new Set(uses.flatMap(({ sendsTo = [] }) => sendsTo.map(({ worker }) => worker)))];
    const sends = held.filter(({ Action }) => list(Action).includes('sqs:SendMessage'));
    const targets = sends.flatMap(({ Resource }) => list(Resource)).map(lastPart);
    expect(targets.filter(Boolean).sort()).toEqual(queues.map((queue) => names.queue(queue)).sort());
    for (const queue of queues) {
      expect(JSON.stringify(variables[environmentNames.queueUrl(queue)])).toContain(`/${names.queue(queue)}"`);
    }
  });
});

describe('settings', () => {
  test('the secret is a reference in AWS and the given value locally, never text in a template', () => {
    const health = (stage: string) => functionOf(realStage(stage), `hexfence-${stage}-service-health`).variables;
    expect(health('prod').ORIGIN_VERIFY).toBe(
      '{{resolve:secretsmanager:hexfence/prod/origin-verify-1:SecretString:::}}',
    );
    expect(health('local').ORIGIN_VERIFY).toBeUndefined();
  });

  test('every function asks for the origin secret, unless it is said that direct calls are fine', () => {
    const frontDoorOnly = (context: Readonly<Record<string, string>>) =>
      synthesise(fakeCatalogue, context)
        .of('Lambda::Function')
        .filter(({ Properties }) => 'ORIGIN_VERIFY' in Properties.Environment.Variables)
        .map(({ Properties }) => Properties.Environment.Variables.FRONT_DOOR_ONLY);
    const strict = frontDoorOnly({ stage: 'dev' });
    expect(strict.length).toBeGreaterThan(Object.keys(fakeRoutes).length - 1);
    expect(new Set(strict)).toEqual(new Set(['true']));
    expect(new Set(frontDoorOnly({ stage: 'dev', refuseDirectCalls: 'false' }))).toEqual(new Set([undefined]));
  });

  test('an empty setting is not set', () => {
    expect(functionOf(realStage('prod'), 'hexfence-prod-service-health').variables.ALLOWED_ORIGINS).toBeUndefined();
    expect(functionOf(realStage('dev'), 'hexfence-dev-service-health').variables.ALLOWED_ORIGINS).toBe('*');
  });
});
