/**
 * The example of a receiver of webhooks, `npm run example:receiver -- --secret whsec_…`: verifies each call as
 * receivers should, prints it, and can be made to fail.
 */
import { readArguments, readPort } from '../lib/command/arguments.ts';
import { runCommand } from '../lib/command/run.ts';
import { startReceiver } from './examples/receiver.ts';

const usage = `npm run example:receiver -- --secret <secret of the webhook> [--port 9400]
  Receives the calls of a webhook at http://localhost:9400/ and verifies them. Tell it what to answer with
  curl -X PUT http://localhost:9400/answer -d 500 (or 410, 301, slow, reset; 200 again).`;

await runCommand(async () => {
  const text = { type: 'string' } as const;
  const { values } = readArguments(usage, { secret: text, port: text });
  const port = readPort(values.port ?? '9400', { usual: 9400 });
  const { url } = await startReceiver({ secret: values.secret, port, print: console.log });
  console.log(`Receiving at ${url}. ${values.secret ? '' : 'Without --secret, nothing is verified. '}End with Ctrl+C.`);
  await new Promise<void>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
  });
  process.exit();
});
