import { Stack } from 'aws-cdk-lib';
import { CfnPlaceIndex } from 'aws-cdk-lib/aws-location';
import type { Construct } from 'constructs';
import type { NamedWorker } from '../catalogue.ts';
import { DeviceRules } from '../constructs/device-rules.ts';
import { WorkerFunction } from '../constructs/worker-function.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

export interface WorkersStackProps {
  readonly deployment: Deployment;
  readonly workers: readonly NamedWorker[];
  readonly mainStreamArn: string;
}

/**
 * Everything asynchronous: each worker with its queue or stream, its dead-letter queue, and the resources that only
 * workers use.
 */
export class WorkersStack extends Stack {
  constructor(scope: Construct, { deployment, workers, mainStreamArn }: WorkersStackProps) {
    super(scope, deployment.names.stack('workers'), { terminationProtection: deployment.stage.deletionProtection });
    for (const worker of workers) {
      new WorkerFunction(this, pascal(worker.name), { deployment, worker, mainStreamArn });
    }
    new DeviceRules(this, 'DeviceRules', { deployment, workers });
    if (deployment.stage.placeIndex) this.placeIndex(deployment);
  }

  /**
   * The place index costs nothing until it is used. Results are stored in geofences and in the cache, which the
   * `Storage` licence permits.
   */
  private placeIndex({ names }: Deployment): void {
    new CfnPlaceIndex(this, 'PlaceIndex', {
      indexName: names.placeIndex,
      description: 'Where the addresses of geofences are.',
      dataSource: 'Esri',
      dataSourceConfiguration: { intendedUse: 'Storage' },
    });
  }
}
