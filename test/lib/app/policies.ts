import type { Resource, Synthesised } from '../fixture.ts';

/**
 * Resource policies: the permissions of callers other than the account's own roles. The permissions that a service
 * needs follow from the wiring of a template (an alarm publishes to its topic, a route calls its function). Each Allow
 * statement is written as one line of text, and so is each need; the two lists must be equal.
 */

const own = 'if aws:SourceAccount = <AWS::AccountId>';

interface Statement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** A value of a template as text; references are written `<id>`. */
export function printed(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Ref) return `<${Ref}>`;
  if (attribute) return `<${(attribute as string[]).join('.').replace(/\.Arn$/, '')}>`;
  if (join) return (join as [string, unknown[]])[1].map(printed).join((join as [string])[0]);
  return JSON.stringify(value);
}

function conditionsOf({ Condition = {} }: Statement): string[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => {
      const sign = operator.endsWith('Like') ? 'like' : '=';
      return `${key} ${sign} ${printed(wanted)}`;
    }),
  );
}

function lineOf(statement: Statement): string {
  const [who] = Object.values(statement.Principal as object).map(printed);
  const what = `${who} may ${list(statement.Action).join(', ')} on ${list(statement.Resource).map(printed).join(', ')}`;
  const conditions = conditionsOf(statement).sort();
  return conditions.length > 0 ? `${what} if ${conditions.join(' and ')}` : what;
}

/** Policies of Lambda functions are separate resources. */
function permissionLine({
  Properties: { Principal, Action, FunctionName, SourceArn, SourceAccount },
}: Resource): string {
  const conditions = [
    ...(SourceAccount ? [`aws:SourceAccount = ${printed(SourceAccount)}`] : []),
    ...(SourceArn ? [`aws:SourceArn like ${printed(SourceArn)}`] : []),
  ];
  return `${Principal} may ${Action} on ${printed(FunctionName)} if ${conditions.join(' and ') || 'anything'}`;
}

const documents: Readonly<Record<string, string>> = {
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::IAM::Role': 'AssumeRolePolicyDocument',
};

/** What devices may do; `broker.suite.ts` reads it. */
const ofDevices = 'AWS::IoT::Policy';

const isPolicy = /PolicyDocument$|^(Key|Resource|Access)Policy$/;

function statementsOf(resource: Resource): readonly Statement[] {
  const property = documents[resource.Type];
  if (property) return resource.Properties[property].Statement;
  const unknown = Object.keys(resource.Properties ?? {}).filter((name) => isPolicy.test(name));
  if (unknown.length === 0 || resource.Type === ofDevices) return [];
  throw new Error(`${resource.stack} ${resource.id} (${resource.Type}) has a policy of a kind that no test reads.`);
}

/** The permissions that the template grants, one line each, with the resource that grants it. */
export function allowed({ resources }: Synthesised): readonly { readonly by: string; readonly line: string }[] {
  return resources.flatMap((resource) => {
    const by = `${resource.stack} ${resource.id}`;
    if (resource.Type === 'AWS::Lambda::Permission')
      return [{ by, line: `${resource.stack}: ${permissionLine(resource)}` }];
    return statementsOf(resource)
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => {
        const itself = {
          ...statement,
          Resource: statement.Resource === '*' || !statement.Resource ? { Ref: resource.id } : statement.Resource,
        };
        return { by, line: `${resource.stack}: ${lineOf(itself)}` };
      });
  });
}

const account = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root';

function neededByAlarm(
  { stack, Properties: { AlarmActions = [], OKActions = [] } }: Resource,
  stage: string,
): string[] {
  const alarms = `arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:hexfence-${stage}-*`;
  return [...AlarmActions, ...OKActions].map(
    (topic) =>
      `${stack}: cloudwatch.amazonaws.com may sns:Publish on ${printed(topic)} ${own} and aws:SourceArn like ${alarms}`,
  );
}

function neededByBudget({ stack, Properties: { NotificationsWithSubscribers } }: Resource): string[] {
  const budgets = 'arn:<AWS::Partition>:budgets::<AWS::AccountId>:*';
  const topics = NotificationsWithSubscribers.flatMap(({ Subscribers }: { Subscribers: { Address: unknown }[] }) =>
    Subscribers.map(({ Address }) => printed(Address)),
  );
  return topics.map(
    (topic: string) =>
      `${stack}: budgets.amazonaws.com may sns:Publish on ${topic} ${own} and aws:SourceArn like ${budgets}`,
  );
}

function neededByRule({ stack, id, Properties: { Targets } }: Resource): string[] {
  return Targets.map(
    ({ Arn }: { Arn: unknown }) =>
      `${stack}: events.amazonaws.com may lambda:InvokeFunction on ${printed(Arn)} if aws:SourceArn like <${id}>`,
  );
}

/** The role by which a rule sends, on and when it cannot. */
const roleOf = ({ Properties: { TopicRulePayload: rule } }: Resource): string => {
  const [one, ...others] = [rule.Actions[0].Sqs.RoleArn, rule.ErrorAction.Sqs.RoleArn].map(printed);
  if (others.some((other) => other !== one)) throw new Error('A rule has two roles');
  return one!;
};

const isOfRules = ({ stack, id }: Resource, resources: readonly Resource[]): boolean =>
  resources.some((one) => one.stack === stack && one.Type === 'AWS::IoT::TopicRule' && roleOf(one).includes(id));

function neededByDeviceRule(rule: Resource): string {
  return `${rule.stack}: iot.amazonaws.com may sts:AssumeRole on ${roleOf(rule).replace(/^<(\w+)\.Arn>$/, '<$1>')} ${own}`;
}

function neededByRoute(
  { stack, Properties: { RouteKey, ApiId, Target } }: Resource,
  resources: readonly Resource[],
): string {
  const id = printed(Target).replace(/^integrations\/<(.+)>$/, '$1');
  const integration = resources.find((one) => one.stack === stack && one.id === id)!;
  const path = RouteKey === '$default' ? '' : RouteKey.split(' ')[1];
  const source = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${printed(ApiId)}/*/*${path}`;
  const fn = printed(integration.Properties.IntegrationUri);
  return `${stack}: apigateway.amazonaws.com may lambda:InvokeFunction on ${fn} if aws:SourceArn like ${source}`;
}

/** The permissions that follow from the wiring; an unknown kind of wiring is an error. */
export function needed({ resources }: Synthesised, stage: string): readonly string[] {
  return resources.flatMap((resource) => {
    const { stack, id, Type } = resource;
    if (Type === 'AWS::CloudWatch::Alarm') return neededByAlarm(resource, stage);
    if (Type === 'AWS::Budgets::Budget') return neededByBudget(resource);
    if (Type === 'AWS::Events::Rule') return neededByRule(resource);
    if (Type === 'AWS::ApiGatewayV2::Route') return neededByRoute(resource, resources);
    if (Type === 'AWS::KMS::Key') return `${stack}: ${account} may kms:* on <${id}>`;
    if (Type === 'AWS::IoT::TopicRule') return neededByDeviceRule(resource);
    if (Type === 'AWS::IAM::Role' && isOfRules(resource, resources)) return [];
    if (Type === 'AWS::IAM::Role') return `${stack}: lambda.amazonaws.com may sts:AssumeRole on <${id}>`;
    const wired = ['AWS::Scheduler::Schedule', 'AWS::Pipes::Pipe', 'AWS::Lambda::Url'];
    const delivers = Type === 'AWS::SNS::Subscription' && resource.Properties.Protocol !== 'email';
    if (delivers || wired.includes(Type)) throw new Error(`${stack} ${id} (${Type}): say in this test what it needs.`);
    return [];
  });
}

/** Sentences about policies that lack something or allow more than is needed, with the name of the resource. */
export function policyComplaints(template: Synthesised, stage: string): readonly string[] {
  const found = allowed(template);
  const wanted = new Set(needed(template, stage));
  const lacking = [...wanted].filter((line) => !found.some((one) => one.line === line));
  return [
    ...found.filter(({ line }) => !wanted.has(line)).map(({ by, line }) => `${by} allows more than is needed: ${line}`),
    ...lacking.map((line) => `No policy says: ${line}`),
  ];
}
