import { countMetric, log } from '../log/log.ts';

/** What is known about a refused message. */
interface Refused {
  readonly topic: string;
  readonly principal?: string | null | undefined;
  readonly payload: string;
}

/**
 * Nobody's who may send it; not of the form; of a device whose points are refused; too many of a workspace.
 */
type Reason = 'foreign' | 'malformed' | 'inactive' | 'over quota';

const mostLogged = 1024;

/** Counts a refused message, and logs the reason with the beginning of its payload. */
export function refuseMessage({ topic, principal, payload }: Refused, reason: Reason): void {
  countMetric('DeviceMessageRefused');
  log().info('device message refused', {
    reason,
    topic,
    certificate: principal,
    payload: payload.slice(0, mostLogged),
  });
}
