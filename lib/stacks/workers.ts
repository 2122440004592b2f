import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { NamedWorker } from '../catalogue.ts';
import { WorkerFunction } from '../constructs/worker-function.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

export interface WorkersStackProps {
  readonly deployment: Deployment;
  readonly workers: readonly NamedWorker[];
  readonly mainStreamArn: string;
}

/** Everything asynchronous: each worker with its queue or stream, and where its failures rest. */
export class WorkersStack extends Stack {
  constructor(scope: Construct, { deployment, workers, mainStreamArn }: WorkersStackProps) {
    super(scope, deployment.names.stack('workers'), { terminationProtection: deployment.stage.deletionProtection });
    for (const worker of workers) {
      new WorkerFunction(this, pascal(worker.name), { deployment, worker, mainStreamArn });
    }
  }
}
