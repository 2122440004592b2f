import { timingSafeEqual } from 'node:crypto';
import { environment } from '../capability/environment.ts';
import { type Problem, problem } from '../problems/problem.ts';

/**
 * The front door proves itself by a secret that it sends with each request. The viewer headers are trusted only with
 * the secret, since anybody can set them. `X-Forwarded-For` is never read for that reason. While one secret replaces
 * another, the front door sends both, separated by a comma.
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

/**
 * Why a call that bypasses the front door and its limits is refused. Undefined when the deployment allows such calls.
 */
export function bypassRefusal({ viaFrontDoor }: { readonly viaFrontDoor: boolean }): Problem | undefined {
  if (viaFrontDoor || environment.setting('FRONT_DOOR_ONLY') === undefined) return undefined;
  return problem(
    'FORBIDDEN',
    'The API is not called at this address; use the one that its documentation is served at.',
  );
}
