import type * as z from 'zod';
import type { Capabilities } from '../capability/capability.ts';
import type { MessageDefinition } from '../queue/message.ts';

/**
 * Messages from the worker's own queue. The queue, its dead-letter queue, its alarm and the handling of partial batches
 * are derived from this.
 */
export interface QueueSource {
  readonly kind: 'queue';
  /** Seconds before a message is first visible; 0 to 900. */
  readonly delaySeconds?: number;
  /** Deliveries before a message goes to the dead-letter queue; at least 5. */
  readonly maxReceives?: number;
  /** Messages handled together; always one in a FIFO queue. */
  readonly batchSize?: number;
  /**
   * The queue is FIFO: messages of one group are handled one after the other, in the order in which they were sent;
   * senders name the group.
   */
  readonly ordered?: true;
  /**
   * Topics of the broker, as its filters have them: what devices send there comes into the queue too, in the form of
   * `shared/messages/device-message.ts`. Not for an ordered queue, which the broker cannot send to.
   */
  readonly topics?: readonly string[];
  /** The most functions that run at once, 2 to 1000. */
  readonly maxConcurrency?: number;
}

/** New rows of the Main table whose partition key has the given end; see `shared/table/keys`. */
export interface StreamSource {
  readonly kind: 'stream';
  readonly table: 'main';
  readonly partitionSuffix: `#${string}`;
  readonly batchSize?: number;
  /** An attribute with a text: rows with the same text are handed on one after the other, others in parallel. */
  readonly inLine: string;
  /** The queue worker that retries rows that could not be handed on; see `set-aside.ts`. */
  readonly setAsideFor: MessageDefinition<z.ZodType<{ pk: string; sk: string }>>;
}

/** A schedule. */
export interface ScheduleSource {
  readonly kind: 'schedule';
  readonly everyMinutes: number;
}

/** CloudFormation, while it creates, updates or deletes a resource of ours; see `at-deployment.ts`. */
export interface DeploymentSource {
  readonly kind: 'deployment';
}

interface Work {
  /** What it does, in one line. */
  readonly summary: string;
  readonly uses: Capabilities;
  readonly memoryMegabytes?: number;
  readonly timeoutSeconds?: number;
}

/** A worker that takes messages, declared in the file that does its work. */
export interface QueueWorker extends Work {
  readonly source: QueueSource;
  /**
   * The definition of its message, which names this file. A message that does not parse ends in the dead-letter queue.
   */
  readonly message: MessageDefinition;
  /** What a person notices when it fails: the text of its alarm. */
  readonly impact: string;
}

/** A worker that reads new rows. */
export interface StreamWorker extends Work {
  readonly source: StreamSource;
  /** The shape of one row. */
  readonly message: z.ZodType;
  /** What a person notices when it fails: the text of its alarm. */
  readonly impact: string;
}

export type Worker = QueueWorker | StreamWorker;

/** A worker that runs at fixed intervals, declared in the file that does its work. */
export interface ScheduledWorker extends Work {
  readonly source: ScheduleSource;
  /** What a person notices when it fails: the text of its alarm. */
  readonly impact: string;
}

/** A task of a deployment that only code can do. If it fails, the deployment fails, so it has no alarm of its own. */
export interface DeploymentWorker extends Work {
  readonly source: DeploymentSource;
  /** The shape of the resource's properties; CloudFormation passes primitive values as text. */
  readonly message: z.ZodType;
}

export function defineWorker<const W extends Worker | ScheduledWorker | DeploymentWorker>(worker: W): W {
  return worker;
}
