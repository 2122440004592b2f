import type { Addressee, Capabilities, Capability } from '../shared/capability/capability.ts';
import type { Route } from '../shared/http/route.ts';
import { workerUses } from '../shared/http/uses.ts';
import type { MessageDefinition } from '../shared/queue/message.ts';
import type { DeploymentWorker, ScheduledWorker, Worker } from '../shared/worker/worker.ts';

export interface Endpoint {
  /** The file under `functions/` without extension: `geofences/create`. */
  readonly name: string;
  readonly route: Route;
}

export interface NamedWorker {
  readonly name: string;
  readonly worker: Worker | ScheduledWorker;
}

export interface NamedDeploymentWorker {
  readonly name: string;
  readonly worker: DeploymentWorker;
}

/**
 * Answers requests that match no route, and every `OPTIONS` request. It is the target of `$default` of each API and has
 * no path.
 */
export const fallbackName = 'service/fallback';

/** Everything that infrastructure is derived from. */
export interface Catalogue {
  readonly endpoints: readonly Endpoint[];
  readonly fallback: Endpoint;
  readonly workers: readonly NamedWorker[];
  /** The workers of `functions/workers.ts` that CloudFormation calls. */
  readonly atDeployment: readonly NamedDeploymentWorker[];
}

/** Sorted by name, so that the order of lines in `functions/routes.ts` never changes a template. */
function byName<T>(entries: Readonly<Record<string, T>>): readonly (T & { readonly name: string })[] {
  return Object.entries(entries)
    .map(([name, entry]) => ({ ...entry, name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Timeout in seconds of a route that declares none. */
export const defaultTimeoutSeconds = 10;

/** Whether calls may hold a function for long, or contain a batch. Such a route has a separate throttle. */
export function isCostly({ timeoutSeconds = defaultTimeoutSeconds, batch }: Route): boolean {
  return timeoutSeconds > defaultTimeoutSeconds || batch !== undefined;
}

function refuseTwins(endpoints: readonly Endpoint[]): void {
  const seen = new Map<string, string>();
  for (const { name, route } of endpoints) {
    const key = `${route.method} ${route.path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const twin = seen.get(key);
    if (twin) throw new Error(`${name} and ${twin} both serve ${key}.`);
    seen.set(key, name);
  }
}

/** Workers that retry the rows that a stream set aside. */
export function workersOfSetAside(workers: readonly NamedWorker[]): ReadonlySet<string> {
  return new Set(
    workers.flatMap(({ worker: { source } }) => (source.kind === 'stream' ? [source.setAsideFor.worker] : [])),
  );
}

function refuseUnknownQueues(catalogue: Catalogue): void {
  const queues = new Set(
    catalogue.workers.filter(({ worker }) => worker.source.kind === 'queue').map(({ name }) => name),
  );
  const users = [...catalogue.endpoints, catalogue.fallback].map(({ name, route }) => ({ name, uses: route.uses }));
  const working = [...catalogue.workers, ...catalogue.atDeployment];
  for (const { name, uses } of [...users, ...working.map((w) => ({ name: w.name, uses: workerUses(w.worker) }))]) {
    for (const { worker } of Object.values(uses).flatMap(addresseesOf)) {
      if (!queues.has(worker))
        throw new Error(`${name} sends to "${worker}", which is no queue worker in functions/workers.ts.`);
    }
  }
}

const addresseesOf = ({ sendsTo = [], handsTo = [], defersTo = [] }: Capability<unknown>): readonly Addressee[] => [
  ...sendsTo,
  ...handsTo,
  ...defersTo,
];

/** A message names the file of its worker, and so also the queue. */
function refuseForeignMessages({ workers }: Catalogue): void {
  for (const { name, worker } of workers) {
    if (worker.source.kind !== 'queue' || !('message' in worker)) continue;
    const { worker: named } = worker.message as MessageDefinition;
    if (named !== name) throw new Error(`${name} takes the messages of "${named}".`);
  }
}

type Declared = Pick<Catalogue, 'endpoints' | 'fallback' | 'workers' | 'atDeployment'>;

/** Relays may send to all workers that any capability declares, and to no others. */
function withRelays({ endpoints, fallback, workers, atDeployment }: Declared): readonly NamedWorker[] {
  const all = [
    ...[...endpoints, fallback].map(({ route }) => route.uses),
    ...[...workers, ...atDeployment].map(({ worker }) => worker.uses),
  ].flatMap((uses) => Object.values(uses));
  const declared = (way: 'handsTo' | 'defersTo') => [...new Set(all.flatMap((capability) => capability[way] ?? []))];
  const resolved = (uses: Capabilities): Capabilities =>
    Object.fromEntries(
      Object.entries(uses).map(([name, capability]) => [
        name,
        capability.relays ? { ...capability, sendsTo: declared(capability.relays) } : capability,
      ]),
    );
  return workers.map(({ name, worker }) => ({ name, worker: { ...worker, uses: resolved(worker.uses) } }));
}

/** Workers whose queue keeps the order of each group of messages. */
export function orderedWorkers({ workers }: Pick<Catalogue, 'workers'>): ReadonlySet<string> {
  const ordered = workers.filter(({ worker: { source } }) => source.kind === 'queue' && source.ordered);
  return new Set(ordered.map(({ name }) => name));
}

/**
 * Builds the catalogue from the namespaces of `functions/routes.ts` and `functions/workers.ts`; refuses what cannot be
 * deployed.
 */
export function catalogueOf(
  routes: Readonly<Record<string, { readonly route: Route }>>,
  workers: Readonly<Record<string, { readonly worker: NamedWorker['worker'] | DeploymentWorker }>>,
): Catalogue {
  const all = byName(routes).map(({ name, route }): Endpoint => ({ name, route }));
  const fallback = all.find(({ name }) => name === fallbackName);
  if (!fallback) throw new Error(`functions/routes.ts has no "${fallbackName}", which serves what no route matches.`);
  const endpoints = all.filter((endpoint) => endpoint !== fallback);
  refuseTwins(endpoints);
  const named = byName(workers).map(({ name, worker }) => ({ name, worker }));
  const catalogue = {
    endpoints,
    fallback,
    workers: named.filter((one): one is NamedWorker => one.worker.source.kind !== 'deployment'),
    atDeployment: named.filter((one): one is NamedDeploymentWorker => one.worker.source.kind === 'deployment'),
  };
  refuseForeignMessages(catalogue);
  refuseUnknownQueues(catalogue);
  return { ...catalogue, workers: withRelays(catalogue) };
}
