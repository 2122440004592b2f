import { countMetric, log } from '../log/log.ts';

/** What is known about a refused message. */
interface Refused {
  readonly topic: string;
  readonly principal?: string | null | undefined;
  readonly payload: string;
}

const mostLogged = 1024;

/** Counts a refused message, and logs the reason with the beginning of its payload. */
export function refuseMessage({ topic, principal, payload }: Refused, reason: 'foreign' | 'malformed'): void {
  countMetric('DeviceMessageRefused');
  log().info('device message refused', {
    reason,
    topic,
    certificate: principal,
    payload: payload.slice(0, mostLogged),
  });
}
