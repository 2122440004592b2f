/** Draws a QR code in the terminal, as a phone scans it to be paired: `npm run qr -- '{ "server_url": …, "token": … }'`. */
import { renderUnicodeCompact } from 'uqr';
import { misused, readArguments } from '../lib/command/arguments.ts';
import { runCommand } from '../lib/command/run.ts';

const usage = `npm run qr -- <text>
  Draws a text as a QR code in the terminal.`;

await runCommand(async () => {
  const [text, ...others] = readArguments(usage, {}).positionals;
  if (!text || others.length > 0) throw misused(usage, 'Say one text, in quotes.');
  console.log(renderUnicodeCompact(text));
});
