import { CommandProblem } from '../command/problem.ts';
import type { Link } from './link.ts';

/** Readings of sensors from a file, and their messages. */

/** A reading as it is sent. Only the platform validates it. */
export type SentReading = Readonly<Record<string, unknown>>;

/** The most readings of a message. */
const mostReadings = 500;
/** Less than the limit of a message, 128 KB, because its envelope needs some bytes too. */
const mostBytes = 120_000;

/**
 * Reads a file with one reading per line, as JSON. A reading without `recordedAt` gets the present time, each a different
 * millisecond. The time is set here and not when the reading is sent, so that a retry sends the same reading.
 *
 * @param now in milliseconds since 1970
 * @throws CommandProblem, a sentence with the name of the file and the line
 */
export function readReadings(text: string, file: string, now = Date.now()): SentReading[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const reading = parsed(line);
    if (reading) return [{ recordedAt: new Date(now - lines.length + i).toISOString(), ...reading }];
    const example = '{"component":"boiler-1","key":"temperature","value":71.4}';
    throw new CommandProblem(`Line ${i + 1} of ${file} is no reading: write one a line, such as ${example}.`);
  });
}

function parsed(line: string): SentReading | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SentReading) : undefined;
  } catch {
    return undefined;
  }
}

/** The readings of each message. */
export function messagesOf(readings: readonly SentReading[]): SentReading[][] {
  const messages: SentReading[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const reading of readings) {
    const more = Buffer.byteLength(JSON.stringify(reading)) + 1;
    if (bytes + more > mostBytes || messages.at(-1)!.length === mostReadings) {
      messages.push([]);
      bytes = 0;
    }
    messages.at(-1)!.push(reading);
    bytes += more;
  }
  return messages;
}

/** Sends each reading once, over the current connection. An unconfirmed message is sent again. */
export class ReadingSender {
  readonly #messages: SentReading[][];
  readonly #tell: (line: string) => void;

  constructor(readings: readonly SentReading[], tell: (line: string) => void) {
    this.#messages = messagesOf(readings);
    this.#tell = tell;
  }

  /** Readings that are still to be sent. */
  get unsent(): number {
    return this.#messages.reduce((sum, { length }) => sum + length, 0);
  }

  async send(link: Pick<Link, 'publish'>, topic: string, signal: AbortSignal): Promise<void> {
    for (let [next] = this.#messages; next && !signal.aborted; [next] = this.#messages) {
      await link.publish(topic, { readings: next });
      this.#messages.shift();
      this.#tell(`Sent ${next.length} ${next.length === 1 ? 'reading' : 'readings'}.`);
    }
  }
}
