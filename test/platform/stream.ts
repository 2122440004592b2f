import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { handler } from '../../functions/outbox/relay.ts';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { workerUses } from '../../shared/http/uses.ts';
import { outboxSuffix } from '../../shared/table/keys/outbox.ts';
import type { Row } from '../../shared/table/table.ts';
import type { DynamoDbFake } from '../support/dynamodb-fake.ts';
import { actingAs } from '../support/grants.ts';
import { platform } from './in-process.ts';

/** The rows that were relayed, by database. */
const handedOn = new WeakMap<DynamoDbFake, Set<string>>();

/**
 * Relays the new events, as the stream of the deployed table does automatically, and waits for everything that follows
 * from them.
 */
export async function relayEvents(): Promise<void> {
  const known = handedOn.get(platform.database) ?? new Set();
  handedOn.set(platform.database, known);
  const nameOf = ({ pk, sk }: Row) => `${pk} ${sk}`;
  const isNew = (row: Row) => String(row.pk).endsWith(outboxSuffix) && !known.has(nameOf(row));
  const rows = platform.database.rows('main', isNew);
  const records = rows.map((row) => ({
    eventName: 'INSERT',
    dynamodb: { Keys: marshall({ pk: row.pk, sk: row.sk }), NewImage: marshall(row) },
  }));
  const context = { getRemainingTimeInMillis: () => 30_000 } as Context;
  const { worker } = catalogueOf(routes, workers).workers.find(({ name }) => name === 'outbox/relay')!;
  const { batchItemFailures } = await actingAs('outbox/relay', workerUses(worker), () =>
    handler({ Records: records } as DynamoDBStreamEvent, context),
  );
  // A batch in which a row failed is delivered again.
  if (batchItemFailures.length === 0) for (const row of rows) known.add(nameOf(row));
  await platform.queues.idle();
}
