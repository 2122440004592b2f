import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import type * as z from 'zod';
import { type Opened, openAll } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import type { DeploymentWorker } from './worker.ts';

/** The attributes that the template can read with `Fn::GetAtt`; CloudFormation accepts 4 KB of them. */
export type Attributes = Readonly<Record<string, string>>;

type Input<W extends DeploymentWorker> = Opened<W['uses']> & { readonly message: z.output<W['message']> };
type DeploymentHandler = (event: CloudFormationCustomResourceEvent, context: Context) => Promise<void>;

const attempts = 3;
const longestReason = 1000;

/**
 * Turns a worker into the Lambda behind a custom resource. The job runs when the resource is created and when its
 * properties change; it creates nothing that would have to be deleted. CloudFormation always gets a response, with the
 * reason of a failure: without one, the deployment waits until its timeout, and nobody learns the reason.
 */
export function atDeployment<W extends DeploymentWorker>(
  worker: W,
  job: (input: Input<W>) => Promise<Attributes>,
): DeploymentHandler {
  const run = async (event: CloudFormationCustomResourceEvent): Promise<Attributes> => {
    if (event.RequestType === 'Delete') return {};
    const message = worker.message.parse(event.ResourceProperties);
    return job({ ...openAll(worker.uses), message } as Input<W>);
  };
  return async (event, context) => {
    const facts = { type: event.ResourceType, request: event.RequestType };
    const outcome = await run(event).then(
      (Data) => ({ Status: 'SUCCESS', Data }),
      (error: Error) => {
        log().error('deployment', { ...facts, error });
        return { Status: 'FAILED', Reason: `${reasonOf(error)} (log group ${context.logGroupName})` };
      },
    );
    await answer(event, outcome);
    log().info('deployment', { ...facts, status: outcome.Status });
  };
}

const reasonOf = ({ name, message }: Error) => `${name}: ${message}`.slice(0, longestReason);

/** Throws if CloudFormation cannot be reached; Lambda then repeats the invocation. */
async function answer(event: CloudFormationCustomResourceEvent, outcome: object): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  // The id never changes, so CloudFormation never takes a change for a replacement.
  const PhysicalResourceId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId;
  const body = JSON.stringify({ StackId, RequestId, LogicalResourceId, PhysicalResourceId, ...outcome });
  for (let attempt = 1; ; attempt++) {
    try {
      return await put(event.ResponseURL, body);
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(attempt * 200);
    }
  }
}

async function put(url: string, body: string): Promise<void> {
  // The body is sent as bytes, so that it has no content type: the signature of the URL allows none.
  const response = await fetch(url, {
    method: 'PUT',
    body: Buffer.from(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`CloudFormation refused the response: ${response.status} ${await response.text()}`);
}
