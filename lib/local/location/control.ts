import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type * as z from 'zod';
import { createFaults, FaultSettings, type Faults } from './faults.ts';
import { countTraffic, type Traffic } from './traffic.ts';

export const controlPath = '/_hexfence/location';

/** The faults that one running gateway applies to searches, and its counters. */
export interface Switchboard {
  faults: Faults;
  readonly traffic: Traffic;
}

export function openSwitchboard(): Switchboard {
  return { faults: createFaults(FaultSettings.parse({})), traffic: countTraffic() };
}

/**
 * The switches by which a test makes the search of places misbehave, at `{awsUrl}/_hexfence/location`.
 *
 * `PUT` takes these settings as JSON. An omitted setting is off; an unknown one, or one out of range, is answered 400:
 * - `latencyMilliseconds`: how long each answer takes, except for throttled calls.
 * - `callsPerSecond`: the quota. Each further call within a second is answered `ThrottlingException` at once.
 * - `throttleShare`, `failShare`, `hangShare`: from 0 to 1, together at most 1. This share of the calls is answered
 *   `ThrottlingException` (429) or `InternalServerException` (500), or never. They are evenly spread: with 0.25 it is
 *   one of every four, counted from the `PUT`.
 * - `garbage`: the remaining calls are answered 200 with `not-json`, with a result without a point (`wrong-shape`) or
 *   with a point that is not on Earth (`out-of-range`).
 * - `only`: the settings apply only to calls whose text contains this; quota and shares count only these calls.
 *
 * `DELETE` switches everything off and sets the counters to zero. Every method answers the resulting state, as `GET`
 * does: `{ settings, counters }`. The counters, see `./traffic.ts`, count all calls, also those that `only` excludes.
 */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  board: Switchboard,
): Promise<void> {
  const body = await text(request);
  if (request.method === 'PUT') {
    const settings = readSettings(body);
    if (typeof settings === 'string') return send(response, 400, { message: settings });
    board.faults = createFaults(settings);
  } else if (request.method === 'DELETE') {
    board.faults = createFaults(FaultSettings.parse({}));
    board.traffic.reset();
  } else if (request.method !== 'GET') {
    return send(response, 405, { message: 'Only GET, PUT and DELETE are accepted here.' });
  }
  send(response, 200, { settings: board.faults.settings, counters: board.traffic.read() });
}

/** The settings; otherwise a sentence that says what is wrong with them. */
function readSettings(body: string): FaultSettings | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'The settings are not JSON.';
  }
  const { success, data, error } = FaultSettings.safeParse(json);
  return success ? data : sentenceOf(error);
}

function sentenceOf({ issues }: z.ZodError): string {
  const problems = issues.map(({ path, message }) => [...path, message].join(': '));
  return `The settings are wrong: ${problems.join('; ')}.`;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
