/** The outcome for one address. */
export type Geocode = Found | Missed | Postponed;

/** Degrees, and the confidence of the provider: 0 to 1. */
export interface Found {
  readonly kind: 'found';
  readonly latitude: number;
  readonly longitude: number;
  /** The name of the place as the provider writes it. */
  readonly label: string;
  readonly confidence: number;
}

/** No match that the workspace's settings accept; a retry has the same outcome. The message is for the caller. */
export interface Missed {
  readonly kind: 'failed';
  readonly message: string;
}

/**
 * No outcome before the deadline: the provider's limit was reached, or the provider was down, slow or gave unreadable
 * answers.
 */
export interface Postponed {
  readonly kind: 'throttled' | 'unavailable';
  readonly message: string;
}

const missedMessage = 'Could not geocode address';

/** @param reason what the caller can do about it; undefined if nothing was found */
export const missed = (reason?: string): Missed => ({
  kind: 'failed',
  message: reason ? `${missedMessage}: ${reason}` : missedMessage,
});

const postponedMessages: Readonly<Record<Postponed['kind'], string>> = {
  throttled: 'Retry in a minute: the geocoder takes no more addresses for the moment',
  unavailable: 'Retry in a minute: the geocoder did not answer',
};

export const postponed = (kind: Postponed['kind']): Postponed => ({ kind, message: postponedMessages[kind] });
