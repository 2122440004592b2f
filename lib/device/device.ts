import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { type Ack, CommandLoop, type Runner } from './command-loop.ts';
import type { SentPoint } from './drive.ts';
import type { DeviceFolder } from './folder.ts';
import { type Link, NoLink, openLink } from './link.ts';
import { PointBuffer } from './point-buffer.ts';
import { Rotation } from './rotation.ts';

const firmwareVersion = '1.0.0';
const healthMilliseconds = 60_000;
/** A request for a certificate that nobody has answered is sent again. */
const askAgainMilliseconds = 30_000;
const longestWaitMilliseconds = 30_000;
const rebootMilliseconds = 1000;
/** What is left is sent at the next start. */
const partingMilliseconds = 3000;

export interface DeviceOptions {
  readonly folder: DeviceFolder;
  /** Whether to ask for a new certificate. */
  readonly rotate: boolean;
  readonly tell: (line: string) => void;
}

/** A device: keeps a connection, sends what it has, and does what it is told. */
export class Device {
  readonly #options: DeviceOptions;
  readonly #points: PointBuffer;
  readonly #commands: CommandLoop;
  readonly #rotation: Rotation;
  #link: Link | undefined;
  #startedAt = Date.now();
  #pauseMilliseconds = 0;
  #wake: () => void = () => undefined;

  constructor(options: DeviceOptions) {
    const { folder, rotate, tell } = options;
    this.#options = options;
    this.#points = new PointBuffer(join(folder.path, 'unsent'));
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
    return this.#points.size;
  }

  /** Whether all is sent, and the certificate that was asked for is in use. */
  get isDone(): boolean {
    if (this.#points.size > 0 || this.#rotation.isWanted) return false;
    return this.#options.folder.known?.former === undefined;
  }

  report(point: SentPoint): void {
    this.#points.add(point);
    this.#wake();
  }

  /** Connects again and again, until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let reason = '';
    while (!signal.aborted) {
      try {
        const link = await this.#open(failures, signal);
        [failures, reason] = [0, ''];
        await this.#attend(link, signal);
      } catch (error) {
        if (!(error instanceof NoLink)) throw error;
        if (signal.aborted) return;
        failures += 1;
        if (error.message !== reason) this.#options.tell(adviceOn(error, this.#options.folder));
        reason = error.message;
      }
      const wait = failures === 0 ? this.#pauseMilliseconds : backoffMilliseconds(failures);
      this.#pauseMilliseconds = 0;
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The present certificate first; where it is refused, the one before, which may still be in force. */
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
    const work = Promise.all([
      this.#send(link, ended.signal),
      this.#every(healthMilliseconds, ended.signal, () => this.#publish('health', this.#health())),
      this.#every(askAgainMilliseconds, ended.signal, () => this.#askForCertificate()),
    ]).catch((error: unknown) => {
      if (!(error instanceof NoLink)) throw error;
    });
    await Promise.race([link.closed, left]);
    if (signal.aborted) await Promise.race([this.#emptied(ended.signal), link.closed, sleep(partingMilliseconds)]);
    ended.abort();
    this.#wake();
    this.#link = undefined;
    await link.end();
    await work;
    if (!signal.aborted) this.#options.tell('The connection has ended; connecting again.');
  }

  /** One message at a time, the oldest points first; a message that did not arrive is sent again. */
  async #send(link: Link, signal: AbortSignal): Promise<void> {
    const { topics } = this.#options.folder.known!;
    while (!signal.aborted) {
      const batch = this.#points.oldest();
      if (!batch) {
        await this.#woken();
        continue;
      }
      const [first] = batch.points as [SentPoint];
      await link.publish(topics.location, batch.points.length === 1 ? first : { points: batch.points });
      this.#points.drop(batch);
      this.#options.tell(sentence(batch.points));
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #emptied(signal: AbortSignal): Promise<void> {
    while (this.#points.size > 0 && !signal.aborted) await sleep(50);
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

  /** There is nothing to restart or to configure here, so these only look like it. */
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

/** With jitter, so that many devices do not come back at once. */
const backoffMilliseconds = (failures: number): number =>
  Math.min(longestWaitMilliseconds, 500 * 2 ** failures) * (0.5 + Math.random() / 2);

function adviceOn({ message, isRefusal }: NoLink, { path, known }: DeviceFolder): string {
  const where = `${known!.mqttEndpoint}:${known!.mqttPort}`;
  if (!isRefusal) return `${where} cannot be reached (${message}); points wait in ${join(path, 'unsent')}.`;
  return `${where} does not let this device in (${message}). If its certificate is revoked, or the local stack began anew, register it with a new token.`;
}

function sentence(points: readonly SentPoint[]): string {
  const [first, ...others] = points as [SentPoint];
  return others.length > 0 ? `Sent ${points.length} points.` : `Sent ${first.latitude}, ${first.longitude}.`;
}
