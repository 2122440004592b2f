import { defineCapability } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import { log } from '../log/log.ts';
import type { GeocodingSettings } from '../tenancy/geocoding-settings.ts';
import { searchPlaces } from './amazon-location.ts';
import { type Answer, isRefusal, type Refusal, type Search } from './answer.ts';
import { keepCached, readCached } from './cache.ts';
import { decisiveCandidates, judge } from './gate.ts';
import { type Geocode, missed, postponed } from './geocode.ts';
import { geocodeWorkers } from './pace.ts';
import { Pacer } from './pacer.ts';
import { isTooLong, mostCharacters, type PlaceQuery, queryOf } from './query.ts';

const mostInFlight = 16;

/** A call with less time than this before the deadline would be aborted before an answer could arrive. */
const shortestCallMs = 250;

/** When the provider says that calls are too fast, the whole process pauses for this time. */
const throttledPauseMs = 1000;

const retryBaseMs = 200;
const retryCeilingMs = 5000;

/** Full jitter: a random wait, whose ceiling doubles with each attempt. */
const retryDelayMs = (attempt: number): number => Math.random() * Math.min(retryCeilingMs, retryBaseMs * 2 ** attempt);

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Deadline {
  readonly latestStart: number;
  readonly signal: AbortSignal;
}

/** The refusal if the pacer left no time for even one call. */
const notCalled: Refusal = { kind: 'throttled', cause: 'OutOfTime' };

/**
 * Looks up the places of addresses, within the account's quota and a deadline. There is one for each process, so that
 * its pace applies to all.
 */
export class Geocoder {
  readonly #search: Search;
  readonly #pacer: Pacer;

  constructor(search: Search, callsPerSecond: number) {
    this.#search = search;
    this.#pacer = new Pacer(callsPerSecond / geocodeWorkers, mostInFlight);
  }

  /**
   * Looks up equal addresses once, and addresses in the cache not at all.
   *
   * @param until milliseconds since 1970: a call that is in flight then is aborted
   * @returns one outcome for each address, in the given order; never throws because of an address or the provider
   */
  async geocodeAll(addresses: readonly string[], settings: GeocodingSettings, until: number): Promise<Geocode[]> {
    const asked = addresses.map((address) => queryOf(address, settings));
    const queries = [...new Map(asked.map((query) => [query.normal, query])).values()];
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), until - Date.now());
    try {
      const answers = await this.#answerAll(queries, { latestStart: until - shortestCallMs, signal: abort.signal });
      logRefusals([...answers.values()]);
      return asked.map((query) => outcomeOf(query, answers.get(query.normal), settings));
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answers by the normal form of the query; queries that are empty or too long are left out. */
  async #answerAll(queries: readonly PlaceQuery[], deadline: Deadline): Promise<ReadonlyMap<string, Answer>> {
    const real = queries.filter((query) => query.text !== '' && !isTooLong(query));
    if (real.length === 0) return new Map();
    const known = await readCached(real, deadline.signal);
    const answers = await Promise.all(real.map(async (query, i) => known[i] ?? (await this.#lookUp(query, deadline))));
    return new Map(real.map(({ normal }, i) => [normal, answers[i]!]));
  }

  async #lookUp(query: PlaceQuery, deadline: Deadline): Promise<Answer> {
    const answer = await this.#ask(query, deadline);
    if (isRefusal(answer)) return answer;
    const candidates = decisiveCandidates(answer);
    await keepCached(query, candidates, deadline.signal);
    return candidates;
  }

  /** Asks until there is an answer, or until there is no time for another call. */
  async #ask(query: PlaceQuery, { latestStart, signal }: Deadline): Promise<Answer> {
    let last = notCalled;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#pacer.run(() => this.#search(query, signal), latestStart);
      if (answer === undefined) return last;
      if (!isRefusal(answer) || answer.kind === 'refused') return answer;
      last = answer;
      if (last.kind === 'throttled') this.#pacer.pause(throttledPauseMs);
      const delay = retryDelayMs(attempt);
      if (Date.now() + delay > latestStart) return last;
      await sleep(delay);
    }
  }
}

function outcomeOf(query: PlaceQuery, answer: Answer | undefined, settings: GeocodingSettings): Geocode {
  if (isTooLong(query)) return missed(`it has more than the ${mostCharacters} characters that the geocoder takes`);
  if (!answer) return missed();
  if (!isRefusal(answer)) return judge(answer, settings);
  if (answer.kind === 'refused') return missed('the geocoder does not take it with these geocoding settings');
  return postponed(answer.kind);
}

/** Logs one line for all refusals. */
function logRefusals(answers: readonly Answer[]): void {
  const refusals = answers.filter(isRefusal);
  if (refusals.length === 0) return;
  const counts = Map.groupBy(refusals, ({ kind, cause }) => `${kind}: ${cause}`);
  const causes = Object.fromEntries([...counts].map(([cause, { length }]) => [cause, length]));
  log().warn('addresses not geocoded', { addresses: answers.length, causes });
}

export const geocodeAddresses = defineCapability({
  tables: { access: ['BatchGetItem', 'PutItem'] },
  geocodes: true,
  open: () => new Geocoder(searchPlaces, Number(environment.requiredSetting('GEOCODES_PER_SECOND'))),
});
