import type { Caller } from '../auth/caller.ts';
import type { Scope } from '../auth/scopes.ts';
import type { Target } from '../entity/target.ts';
import { geofenceTarget } from '../geofences/target.ts';
import { checkTargets } from '../outbound/check.ts';
import { invalidFields, noneHasId, problem } from '../problems/problem.ts';
import type { Key } from '../table/key.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { webhookTarget } from '../webhooks/target.ts';
import type { Step } from './steps.ts';
import { hasTemplate } from './template.ts';

/** The effects of the steps of a workflow: who may save them, and whether the objects that they name exist. */

const main = new Table('main');

function scopeOf(step: Step): Scope | undefined {
  switch (step.type) {
    case 'command':
      return 'devices:command';
    case 'update_geofence':
      return 'geofences:write';
    case 'create_event':
      return 'events:write';
    case 'webhook':
      return step.config.url === undefined ? undefined : 'webhooks:write';
    default:
      return undefined;
  }
}

/**
 * Refuses steps with an effect that the caller could not have otherwise.
 *
 * @throws SCOPE_MISSING
 */
export function requireScopes({ scopes }: Pick<Caller, 'scopes'>, steps: readonly Step[]): void {
  for (const step of steps) {
    const scope = scopeOf(step);
    if (!scope || scopes.has(scope)) continue;
    const detail = `Saving a step of type "${step.type}" needs the scope "${scope}".`;
    throw problem('SCOPE_MISSING', detail, { required_scope: scope });
  }
}

/** Something that a step names. */
interface Named {
  readonly target: Target;
  readonly key: Key;
  readonly at: readonly (string | number)[];
}

/** Ids that templates give are known only when the step runs. */
function namedIn(tenant: TenantReference, step: Step, i: number): Named[] {
  const entity = (target: Target, id: string | undefined, field: string): Named[] => {
    if (id === undefined || hasTemplate(id)) return [];
    return [{ target, key: target.key(tenant, id), at: ['steps', i, 'config', field] }];
  };
  switch (step.type) {
    case 'webhook':
      return entity(webhookTarget, step.config.webhook_id, 'webhook_id');
    case 'command':
      return entity(deviceTarget, step.config.device_id, 'device_id');
    case 'update_geofence':
      return entity(geofenceTarget, step.config.geofence_id, 'geofence_id');
    default:
      return [];
  }
}

const mostFailures = 100;

/**
 * Refuses steps that could not run: what they name does not exist, or their URL may not be called.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
 * @throws VALIDATION_ERROR, URL_FORBIDDEN
 */
export async function requireUsable(tenant: TenantReference, steps: readonly Step[], ownHost: string): Promise<void> {
  const named = steps.flatMap((step, i) => namedIn(tenant, step, i));
  const nameOf = ({ key: { pk, sk } }: Named) => `${pk}\n${sk}`;
  const once = [...new Map(named.map((one) => [nameOf(one), one])).values()];
  const rows = await main.getMany(once.map(({ key }) => key));
  const there = new Set(once.filter(({ target }, i) => rows[i] && target.fits?.(rows[i]) !== false).map(nameOf));
  const unknown = named.filter((one) => !there.has(nameOf(one))).slice(0, mostFailures);
  if (unknown.length > 0) {
    throw invalidFields(
      unknown.map(({ target, at }) => ({
        type: 'unknown_reference',
        loc: ['body', ...at],
        msg: noneHasId(target.kind),
      })),
    );
  }
  const urls = new Set(steps.flatMap((step) => (step.type === 'webhook' ? (step.config.url ?? []) : [])));
  await Promise.all([...urls].map((url) => checkTargets.open().check(url, [ownHost])));
}
