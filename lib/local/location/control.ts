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
 * `PUT` takes these settings as JSON; what is left out is off, and what is unknown or out of range is answered 400:
 * - `latencyMilliseconds`: how long each answer takes, but for throttled calls.
 * - `callsPerSecond`: the quota. A call that would be one more within a second is a `ThrottlingException` at once.
 * - `throttleShare`, `failShare`, `hangShare`: from 0 to 1, together at most 1. This share of the calls is answered
 *   `ThrottlingException` (429) or `InternalServerException` (500), or never. They are evenly spread: with 0.25 it is
 *   one of every four, counted from the `PUT`.
 * - `garbage`: what is left is answered 200 with `not-json`, with a result without a point (`wrong-shape`) or with one
 *   that is not on Earth (`out-of-range`).
 * - `only`: concerns just the calls whose text has this in it; quota and shares count these alone.
 *
 * `DELETE` switches everything off and sets the counters to zero. Every method answers what then is, as `GET` does:
 * `{ settings, counters }`, of which `./traffic.ts` has the counters. They count all calls, concerned or not.
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
