import type * as z from 'zod';
import type { Capabilities } from '../capability/capability.ts';
import type { MessageDefinition } from '../queue/message.ts';

/** Messages from the worker's own queue; queue, dead-letter queue, alarm and partial batches derive from it. */
export interface QueueSource {
  readonly kind: 'queue';
  /** Wait before a message is first seen; 0 to 900. */
  readonly delaySeconds?: number;
  /** Deliveries before a message rests in the dead-letter queue; at least 5. */
  readonly maxReceives?: number;
  /** Messages handled together; in an ordered queue always one. */
  readonly batchSize?: number;
  /** Messages of one group come one after the other, in the order in which they were sent; senders name the group. */
  readonly ordered?: true;
  /**
   * Topics of the broker, as its filters have them: what devices send there comes into the queue too, in the form of
   * `shared/messages/device-message.ts`. Not for an ordered queue, which the broker cannot send to.
   */
  readonly topics?: readonly string[];
  /** Functions at work at once, 2 to 1000. */
  readonly maxConcurrency?: number;
}

/** New rows of the Main table whose partition key ends as given; see `shared/table/keys`. */
export interface StreamSource {
  readonly kind: 'stream';
  readonly table: 'main';
  readonly partitionSuffix: `#${string}`;
  readonly batchSize?: number;
  /** The queue worker that tries again with rows that could not be handed on; see `set-aside.ts`. */
  readonly setAsideFor: MessageDefinition<z.ZodType<{ pk: string; sk: string }>>;
}

/** The clock. */
export interface ScheduleSource {
  readonly kind: 'schedule';
  readonly everyMinutes: number;
}

/** CloudFormation, while it makes, changes or removes a resource of ours; see `at-deployment.ts`. */
export interface DeploymentSource {
  readonly kind: 'deployment';
}

interface Work {
  /** One line: what it does. */
  readonly summary: string;
  readonly uses: Capabilities;
  readonly memoryMegabytes?: number;
  readonly timeoutSeconds?: number;
}

/** A worker that takes messages, declared in the file that does its work. */
export interface QueueWorker extends Work {
  readonly source: QueueSource;
  /** What it is asked to do, which names this file. A message that does not parse ends in the dead-letter queue. */
  readonly message: MessageDefinition;
  /** What a person notices when it stops: the text of its alarm. */
  readonly impact: string;
}

/** A worker that reads new rows. */
export interface StreamWorker extends Work {
  readonly source: StreamSource;
  /** Shape of one row. */
  readonly message: z.ZodType;
  /** What a person notices when it stops: the text of its alarm. */
  readonly impact: string;
}

export type Worker = QueueWorker | StreamWorker;

/** What happens again and again by the clock, declared in the file that does it. */
export interface ScheduledWorker extends Work {
  readonly source: ScheduleSource;
  /** What a person notices when it stops: the text of its alarm. */
  readonly impact: string;
}

/** One thing that only code can do at a deployment. It fails with the deployment, so it has no alarm of its own. */
export interface DeploymentWorker extends Work {
  readonly source: DeploymentSource;
  /** Shape of the resource's properties, whose primitive values CloudFormation hands over as text. */
  readonly message: z.ZodType;
}

export function defineWorker<const W extends Worker | ScheduledWorker | DeploymentWorker>(worker: W): W {
  return worker;
}
