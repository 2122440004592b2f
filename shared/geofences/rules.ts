import { reachOf } from '../geo/bounding.ts';
import type { ActionRules } from '../transitions/action.ts';
import type { FenceRules, NoiseRules } from '../transitions/fence.ts';
import { noiseDefaults } from './defaults.ts';
import type { Fence } from './fence.ts';

/** The rules of a geofence in the form of the transition machine. */

const millisecondsPerMinute = 60_000;

export const noiseOf = ({ noise }: Pick<Fence, 'noise'>): NoiseRules => ({
  ...noiseDefaults,
  ...(noise as Partial<NoiseRules> | null),
});

export function rulesOf(fence: Fence): FenceRules {
  const { geometry, latitude, longitude } = fence.shape;
  return {
    geofenceId: fence.id,
    geometry,
    disc: { latitude, longitude, radiusMeters: reachOf(geometry, fence.shape) },
    activatedAt: fence.activatedAt,
    dwellMilliseconds: fence.dwellMinutes === null ? undefined : fence.dwellMinutes * millisecondsPerMinute,
    detectCrossing: fence.detectCrossing,
    noise: noiseOf(fence),
  };
}

export function actionRulesOf(fence: Fence): ActionRules {
  const { triggerOn, cooldownMs } = fence;
  return { triggerOn, cooldownMs, lateActionMaxAgeMinutes: noiseOf(fence).lateActionMaxAgeMinutes };
}
