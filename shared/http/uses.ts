import { credentials } from '../auth/credentials.ts';
import type { Addressee, Capabilities, Capability } from '../capability/capability.ts';
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
  readonly source: { readonly kind: string; readonly setAsideFor?: Addressee };
}

/**
 * All grants of a worker: its own `uses`, for a queue the check whether a message should be processed, and for a stream the
 * queue of the rows that it sets aside.
 */
export function workerUses({ uses, source }: WorkerUses): readonly Capability<unknown>[] {
  const { kind, setAsideFor } = source;
  const aside: Capability<undefined>[] = setAsideFor ? [{ sendsTo: [setAsideFor], open: () => undefined }] : [];
  return [...(kind === 'queue' ? [readSuspensions] : []), ...aside, ...Object.values(uses)];
}
