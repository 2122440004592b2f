import { defineCapability } from '../capability/capability.ts';
import { addressesOf } from './resolve.ts';
import { refuseTarget, targetOf } from './target.ts';

/**
 * Refuses a URL that may not be called, without calling it. Its addresses may change, so it is checked again when it is
 * called.
 *
 * @param ownHosts hosts of this deployment that its settings do not name
 * @throws URL_FORBIDDEN
 */
async function check(url: string, ownHosts: readonly string[]): Promise<void> {
  try {
    await addressesOf(targetOf(url, ownHosts));
  } catch (error) {
    refuseTarget(error);
  }
}

/** For endpoints that save addresses of customers. */
export const checkTargets = defineCapability({
  settings: ['OPEN_TARGETS', 'OWN_HOSTS'],
  raises: ['URL_FORBIDDEN'],
  open: () => ({ check }),
});
