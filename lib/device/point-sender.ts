import { setTimeout as sleep } from 'node:timers/promises';
import type { SentPoint } from './drive.ts';
import type { Link } from './link.ts';
import { PointBuffer } from './point-buffer.ts';

/** Sends points over the current connection, and keeps them until the broker has confirmed them. */
export class PointSender {
  readonly #points: PointBuffer;
  readonly #tell: (line: string) => void;
  #wake: () => void = () => undefined;

  /** @param directory where unsent points are stored */
  constructor(directory: string, tell: (line: string) => void) {
    this.#points = new PointBuffer(directory);
    this.#tell = tell;
  }

  /** Points that are still to be sent. */
  get unsent(): number {
    return this.#points.size;
  }

  report(point: SentPoint): void {
    this.#points.add(point);
    this.#wake();
  }

  /** Sends one message at a time, the oldest points first, until the signal. An unconfirmed message is sent again. */
  async send(link: Link, topic: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const batch = this.#points.oldest();
      if (!batch) {
        await this.#woken(signal);
        continue;
      }
      const [first, ...others] = batch.points as [SentPoint, ...SentPoint[]];
      await link.publish(topic, others.length > 0 ? { points: batch.points } : first);
      this.#points.drop(batch);
      this.#tell(
        others.length > 0 ? `Sent ${batch.points.length} points.` : `Sent ${first.latitude}, ${first.longitude}.`,
      );
    }
  }

  /** Settles when all points are sent, or with the signal. */
  async drained(signal: AbortSignal): Promise<void> {
    while (this.#points.size > 0 && !signal.aborted) await sleep(50);
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
