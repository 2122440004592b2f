import { geometryContains } from '../../../../shared/geo/contains.ts';
import { distanceMeters, roundDegrees } from '../../../../shared/geo/sphere.ts';
import type { Fence } from '../../../../shared/geofences/fence.ts';
import type { Match } from '../../../../shared/geofences/match.ts';
import { type BodyRow, readBody } from '../../../../shared/geofences/rows.ts';
import { SweepMessage } from '../../../../shared/messages/sweep-cells.ts';
import type { Watched } from '../../../support/dynamodb-fake.ts';

/** The versions of one fence, and when each began and ended to be valid; answers are compared with this naive truth. */

export interface Version {
  /** Undefined once the fence is deleted. */
  readonly fence: Fence | undefined;
  /** When its transaction was accepted, and when all of it was visible. */
  readonly accepted: number;
  visible: number;
}

export class History {
  readonly versions: Version[] = [];
  /** Clean-up messages that the outbox sent, oldest first. */
  readonly messages: unknown[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** For `DynamoDbFake.watch`. */
  watch({ changes, phase }: Watched): void {
    const body = changes.find(({ table, sk }) => table === 'main' && sk === 'body');
    if (body && phase === 'accepted') {
      const fence = body.after && readBody(body.after as BodyRow);
      this.versions.push({ fence, accepted: this.#now(), visible: Number.POSITIVE_INFINITY });
    }
    const last = this.versions.at(-1);
    if (body && phase === 'visible' && last) last.visible = this.#now();
    for (const { pk, after } of phase === 'visible' ? changes : []) {
      if (!pk.endsWith('#outbox')) continue;
      for (const { worker, message } of JSON.parse(String(after?.orders ?? '[]')))
        if (worker === SweepMessage.worker) this.messages.push(message);
    }
  }

  get present(): Fence | undefined {
    return this.versions.at(-1)?.fence;
  }

  /** Versions that were valid at some moment of a reading. */
  during(from: number, to: number): Version[] {
    return this.versions.filter(({ accepted }, i) => {
      const overAt = this.versions[i + 1]?.visible ?? Number.POSITIVE_INFINITY;
      return accepted <= to && overAt >= from;
    });
  }

  /** The fence after each change of its version; a clean-up changes no version. */
  changes(): (Fence | undefined)[] {
    return this.versions
      .map(({ fence }) => fence)
      .filter((fence, i, all) => i === 0 || fence?.version !== all[i - 1]?.version);
  }
}

/** What a check should answer about the fence, by brute force. */
export function naiveAnswer(fence: Fence | undefined, latitude: number, longitude: number): Match | undefined {
  if (fence?.status !== 'active') return undefined;
  const [y, x] = [roundDegrees(latitude), roundDegrees(longitude)];
  if (!geometryContains(fence.shape.geometry, y, x)) return undefined;
  return {
    geofenceId: fence.id,
    geofenceName: fence.name,
    distance: Math.floor(distanceMeters(fence.shape.latitude, fence.shape.longitude, y, x) + 0.5),
    radiusMeters: fence.shape.radiusMeters,
    action: fence.action,
    triggerOn: fence.triggerOn,
  };
}
