import type { z } from 'zod';
import { inOrder } from '../transitions/transition.ts';
import { printInstant } from '../wire/schema.ts';
import type { Outcome } from './run.ts';
import { mostEvents, type Simulation } from './wire.ts';

type Shown = z.input<typeof Simulation>;

interface Taken {
  readonly outcome: Outcome;
  readonly deviceId: string | null;
}

/** The response of a simulation while it runs: it counts all events, and keeps those that are shown. */
export class Report {
  points = 0;
  readonly #geofenceIds: readonly (string | null)[];
  readonly #summary = { enter: 0, exit: 0, dwell: 0, cross: 0, actionsFired: 0 };
  #kept: Taken[] = [];
  #counted = 0;

  /** @param geofenceIds the ids to show, by the place of a geofence in the request */
  constructor(geofenceIds: readonly (string | null)[]) {
    this.#geofenceIds = geofenceIds;
  }

  take(outcome: Outcome, deviceId: string | null): void {
    this.#counted += 1;
    this.#summary[outcome.transition.type] += 1;
    if (outcome.actionFired) this.#summary.actionsFired += 1;
    this.#kept.push({ outcome, deviceId });
    // Events of the next device may come before those of this one.
    if (this.#kept.length >= 8 * mostEvents) this.#cut();
  }

  shown(): Shown {
    this.#cut();
    return {
      pointsEvaluated: this.points,
      summary: this.#summary,
      events: this.#kept.map(({ outcome: { transition, actionFired, suppressedBy }, deviceId }) => ({
        type: transition.type,
        geofenceId: this.#geofenceIds[Number(transition.geofenceId)] ?? null,
        deviceId,
        occurredAt: printInstant(transition.occurredAt),
        actionFired,
        suppressedBy,
      })),
      truncated: this.#counted > mostEvents,
    };
  }

  #cut(): void {
    this.#kept = this.#kept.sort(first).slice(0, mostEvents);
  }
}

const first = (a: Taken, b: Taken): number => inOrder(a.outcome.transition, b.outcome.transition);
