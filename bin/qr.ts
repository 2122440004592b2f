/** Draws a QR code in the terminal, as a phone scans it to be paired: `npm run qr -- '{ "server_url": …, "token": … }'`. */
import { renderUnicodeCompact } from 'uqr';
import { misused, readArguments } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';

const usage = `npm run qr -- <text>
  Draws a text as a QR code in the terminal.`;

await runCommand(async () => {
  const [text, ...others] = readArguments(usage, {}).positionals;
  if (!text || others.length > 0) throw misused(usage, 'Say one text, in quotes.');
  // The capacity of the largest QR code, in bytes.
  if (Buffer.byteLength(text) > 2953)
    throw new CommandProblem('The text is too long for a QR code: at most 2,953 bytes.');
  console.log(renderUnicodeCompact(text, { ecc: 'L' }));
});
