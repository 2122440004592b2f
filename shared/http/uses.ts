import { credentials } from '../auth/credentials.ts';
import type { Capabilities, Capability } from '../capability/capability.ts';
import { readSuspensions } from '../worker/suspension.ts';
import { idempotencyRecords } from './idempotency.ts';
import type { Route } from './route.ts';

/** Settings that the kernel itself reads for every route. */
const kernel: Capability<undefined> = {
  settings: ['ALLOWED_ORIGINS', 'ORIGIN_VERIFY', 'FRONT_DOOR_ONLY'],
  open: () => undefined,
};

/** All grants of an endpoint: its own `uses`, and those that authentication and idempotency need for it. */
export function usesOf(route: Route): readonly Capability<unknown>[] {
  return [
    kernel,
    ...(route.scope === 'public' ? [] : [credentials]),
    ...(route.idempotent ? [idempotencyRecords] : []),
    ...Object.values(route.uses),
  ];
}

interface WorkerUses {
  readonly uses: Capabilities;
  readonly source: { readonly kind: string };
}

/** All grants of a worker: its own `uses`, and for a queue the check whether a message should be processed. */
export function workerUses({ uses, source }: WorkerUses): readonly Capability<unknown>[] {
  return [...(source.kind === 'queue' ? [readSuspensions] : []), ...Object.values(uses)];
}
