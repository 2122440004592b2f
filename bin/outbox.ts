/**
 * Sends the events that were written to the outbox in a span of time to their workers again, in the local stack or in a
 * real account:
 *
 *     npm run outbox -- redrive --from 2026-03-22T00:00:00Z --to 2026-03-23T12:00:00Z [--stage prod]
 */
import { misused, readAction, readArguments } from '../lib/command/arguments.ts';
import { runCommand } from '../lib/command/run.ts';
import { connectToQueues } from '../lib/operator/connect.ts';
import { RelayAgainMessage } from '../shared/messages/relay-again.ts';
import { redriveOutbox } from '../shared/operator/redrive.ts';
import { readInstant } from '../shared/wire/time-span.ts';

const usage = `npm run outbox -- redrive --from <ISO 8601> --to <ISO 8601> [--stage local|dev|prod]
  Sends everything that was written to the outbox between two instants to its workers again.
  It is for an outage that was longer than the 24 hours for which the stream keeps its records. Webhooks get nothing
  twice; mails are sent again.`;

await runCommand(async () => {
  const text = { type: 'string' } as const;
  const { values, positionals } = readArguments(usage, { from: text, to: text, stage: text });
  readAction(usage, positionals, ['redrive']);
  const [from, to] = [readInstant(values.from ?? ''), readInstant(values.to ?? '')];
  if (!from || !to)
    throw misused(usage, '--from and --to are required, and both are instants such as 2026-03-22T10:00:00Z.');
  if (to.to < from.from) throw misused(usage, '--to is before --from.');
  await connectToQueues(values.stage, [RelayAgainMessage.worker]);
  const rows = await redriveOutbox(from.from, to.to, (sent) => console.log(`  ${sent} rows`));
  console.log(`${rows} rows of the outbox are handed on again.`);
});
