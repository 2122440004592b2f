import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { type Ack, CommandLoop, type Runner } from './command-loop.ts';
import type { SentPoint } from './drive.ts';
import type { DeviceFolder } from './folder.ts';
import { adviceOn, backoffMilliseconds, type Link, NoLink, openLink } from './link.ts';
import { PointSender } from './point-sender.ts';
import { ReadingSender, type SentReading } from './readings.ts';
import { Rotation } from './rotation.ts';

const firmwareVersion = '1.0.0';
const healthMilliseconds = 60_000;
/** An unanswered request for a certificate is repeated after this time. */
const certificateRetryMilliseconds = 30_000;
const steadyMilliseconds = 10_000;
const rebootMilliseconds = 1000;
/** How long a device that ends still sends points. The others are sent at the next start. */
const flushMilliseconds = 3000;

export interface DeviceOptions {
  readonly folder: DeviceFolder;
  /** Whether to ask for a new certificate. */
  readonly rotate: boolean;
  /** Sent once. */
  readonly readings?: readonly SentReading[];
  readonly tell: (line: string) => void;
}

/** A device: keeps a connection, sends its points and readings, and runs the commands that it receives. */
export class Device {
  readonly #options: DeviceOptions;
  readonly #points: PointSender;
  readonly #readings: ReadingSender;
  readonly #commands: CommandLoop;
  readonly #rotation: Rotation;
  #link: Link | undefined;
  #startedAt = Date.now();
  /** The wait before the next connection; set when the device itself ends one. */
  #pauseMilliseconds: number | undefined;

  constructor(options: DeviceOptions) {
    const { folder, rotate, readings = [], tell } = options;
    this.#options = options;
    this.#points = new PointSender(join(folder.path, 'unsent'), tell);
    this.#readings = new ReadingSender(readings, tell);
    this.#rotation = new Rotation(folder, rotate, () => this.#reconnect(0));
    this.#commands = new CommandLoop({
      journal: join(folder.path, 'commands.json'),
      runners: { ...this.#runners, ...this.#rotation.runners },
      ack: (ack: Ack) => this.#publish('commandsAck', ack),
      tell,
    });
  }

  /** Points that are still to be sent. */
  get unsent(): number {
    return this.#points.unsent;
  }

  get unsentReadings(): number {
    return this.#readings.unsent;
  }

  /** Whether everything is sent, and the requested certificate is in use. */
  get isDone(): boolean {
    if (this.#points.unsent + this.#readings.unsent > 0 || this.#rotation.isWanted) return false;
    return this.#options.folder.known?.former === undefined;
  }

  report(point: SentPoint): void {
    this.#points.report(point);
  }

  /** Why the request for a new certificate was refused, if it was. */
  get rotationFailure(): string | undefined {
    return this.#rotation.failure;
  }

  /** Reconnects until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let lastLine = '';
    while (!signal.aborted) {
      const begin = Date.now();
      const failure = await this.#session(failures, signal);
      if (signal.aborted) return;
      const line = failure ? adviceOn(failure, this.#options.folder) : 'The connection has ended; connecting again.';
      if (line !== lastLine || !failure) this.#options.tell(line);
      lastLine = line;
      const [pause, lasted] = [this.#pauseMilliseconds, Date.now() - begin];
      this.#pauseMilliseconds = undefined;
      // A connection that ends early counts as a failure: otherwise there would be no backoff.
      failures = !failure && (pause !== undefined || lasted >= steadyMilliseconds) ? 0 : failures + 1;
      const wait = failures === 0 ? (pause ?? 0) : backoffMilliseconds(failures);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns why the connection failed; undefined if it was open and has ended */
  async #session(failures: number, signal: AbortSignal): Promise<NoLink | undefined> {
    try {
      await this.#attend(await this.#open(failures, signal), signal);
      return undefined;
    } catch (error) {
      if (error instanceof NoLink) return error;
      throw error;
    }
  }

  /** Alternates between the current certificate and the former one, which may still be valid. */
  async #open(failures: number, signal: AbortSignal): Promise<Link> {
    const { folder, tell } = this.#options;
    const known = folder.known!;
    const credentials = folder.credentials();
    const chosen = credentials[failures % credentials.length]!;
    const link = await openLink(known, chosen, (payload) => void this.#commands.take(payload), signal);
    if (chosen.certificateId === known.current.certificateId) folder.confirm();
    tell(`Connected to ${known.mqttEndpoint}:${known.mqttPort} with certificate ${chosen.certificateId.slice(0, 16)}.`);
    return link;
  }

  async #attend(link: Link, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    this.#link = link;
    const left = signal.aborted ? undefined : once(signal, 'abort', { signal: ended.signal }).catch(() => undefined);
    const { topics } = this.#options.folder.known!;
    const work = Promise.all([
      link.subscribe(topics.commands),
      this.#points.send(link, topics.location, ended.signal),
      this.#readings.send(link, topics.readings, ended.signal),
      this.#every(healthMilliseconds, ended.signal, () => this.#publish('health', this.#health())),
      this.#every(certificateRetryMilliseconds, ended.signal, () => this.#askForCertificate()),
    ]).catch((error: unknown) => {
      if (!(error instanceof NoLink)) throw error;
    });
    await Promise.race([link.closed, left]);
    if (signal.aborted)
      await Promise.race([
        this.#points.drained(ended.signal),
        link.closed,
        sleep(flushMilliseconds, undefined, { ref: false }),
      ]);
    ended.abort();
    this.#link = undefined;
    await link.end();
    await work;
  }

  async #every(milliseconds: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await act();
      await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  async #askForCertificate(): Promise<void> {
    if (!this.#rotation.isWanted) return;
    await this.#publish('events', await this.#rotation.request());
    this.#options.tell('Asked for a new certificate.');
  }

  async #publish(topic: 'health' | 'events' | 'commandsAck', payload: object): Promise<void> {
    const { topics } = this.#options.folder.known!;
    if (!this.#link) throw new NoLink(new Error('there is no connection'));
    await this.#link.publish(topics[topic], payload);
  }

  #health() {
    return {
      uptimeSeconds: Math.max(0, Math.round((Date.now() - this.#startedAt) / 1000)),
      freeHeapBytes: getHeapStatistics().total_available_size,
      connectionType: 'OTHER',
      firmwareVersion,
      reportedAt: new Date().toISOString(),
    };
  }

  #reconnect(pauseMilliseconds: number): void {
    this.#pauseMilliseconds = pauseMilliseconds;
    void this.#link?.end();
  }

  /** This device has nothing to restart or to configure, so these commands are only simulated. */
  readonly #runners: Readonly<Record<string, Runner>> = {
    REBOOT: () => ({
      status: 'SUCCESS',
      message: 'Rebooted.',
      afterwards: () => {
        this.#startedAt = Date.now() + rebootMilliseconds;
        this.#reconnect(rebootMilliseconds);
      },
    }),
    UPDATE_CONFIG: (payload) => {
      this.#options.folder.write('config.json', `${JSON.stringify(payload, null, 2)}\n`);
      return { status: 'SUCCESS', message: 'The configuration is stored.' };
    },
  };
}
