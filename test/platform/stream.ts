import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { handler } from '../../functions/outbox/relay.ts';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { workerUses } from '../../shared/http/uses.ts';
import { outboxSuffix } from '../../shared/table/keys/outbox.ts';
import { actingAs } from '../support/grants.ts';
import { platform } from './in-process.ts';

/**
 * Hands on the new events, as the stream of the deployed table does automatically, and waits for everything that
 * follows from them.
 */
export async function handOn(): Promise<void> {
  const told = platform.database.rows('main').filter(({ pk }) => String(pk).endsWith(outboxSuffix));
  const records = told.map((row) => ({
    eventName: 'INSERT',
    dynamodb: { Keys: marshall({ pk: row.pk, sk: row.sk }), NewImage: marshall(row) },
  }));
  const context = { getRemainingTimeInMillis: () => 30_000 } as Context;
  const { worker } = catalogueOf(routes, workers).workers.find(({ name }) => name === 'outbox/relay')!;
  await actingAs('outbox/relay', workerUses(worker), () =>
    handler({ Records: records } as DynamoDBStreamEvent, context),
  );
  await platform.queues.idle();
}
