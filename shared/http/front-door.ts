import { timingSafeEqual } from 'node:crypto';
import { environment } from '../capability/environment.ts';
import { type Problem, problem } from '../problems/problem.ts';

/**
 * The API knows its front door by a secret, which the front door sends with each request. Beside it the viewer headers
 * count; without it they are anyone's word, as `X-Forwarded-For` is, which is never read. While one secret replaces
 * another the front door sends both, with a comma between them.
 */
export function isFromFrontDoor(presented: string | undefined): boolean {
  const secret = environment.setting('ORIGIN_VERIFY');
  if (!secret || !presented) return false;
  return presented.split(',').some((one) => isSame(one, secret));
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Why a call to the address of execute-api is refused, past the front door and its limits, unless the deployment allows it. */
export function pastFrontDoor({ viaFrontDoor }: { readonly viaFrontDoor: boolean }): Problem | undefined {
  if (viaFrontDoor || environment.setting('FRONT_DOOR_ONLY') === undefined) return undefined;
  return problem(
    'FORBIDDEN',
    'The API is not called at this address; use the one that its documentation is served at.',
  );
}
