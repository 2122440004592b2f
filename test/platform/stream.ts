import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { handler } from '../../functions/outbox/relay.ts';
import { outboxSuffix } from '../../shared/table/keys/outbox.ts';
import { platform } from './in-process.ts';

/** Hands on what happened, as the stream of the deployed table does by itself, and waits for what follows from it. */
export async function handOn(): Promise<void> {
  const told = platform.database.rows('main').filter(({ pk }) => String(pk).endsWith(outboxSuffix));
  const records = told.map((row) => ({ eventName: 'INSERT', dynamodb: { NewImage: marshall(row) } }));
  await handler({ Records: records } as DynamoDBStreamEvent, {} as Context);
  await platform.queues.idle();
}
