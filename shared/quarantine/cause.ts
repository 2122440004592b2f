/** Why something is refused, as the quarantine names it. */
export const causes = [
  'MALFORMED_PAYLOAD',
  'POINT_INVALID',
  'CERTIFICATE_MISMATCH',
  'DEVICE_UNKNOWN',
  'UNKNOWN_SENSOR',
  'PROFILE_MISSING',
  'TYPE_MISMATCH',
  'OUT_OF_RANGE',
  'TIMESTAMP_IN_FUTURE',
] as const;

export type Cause = (typeof causes)[number];

/** A part of a message that is refused, or all of it. */
export interface Refusal {
  readonly cause: Cause;
  /** What is wrong, for people. */
  readonly message: string;
  /** The part as JSON; the whole message if absent. */
  readonly part?: string;
  /** The index of the part in its message; it distinguishes the refusals of one message. */
  readonly place?: number;
  /** Whether the part is the only one of its message, so that it may leave out its time. */
  readonly alone?: boolean;
  /** The component and the key that a reading names. */
  readonly component?: string | undefined;
  readonly key?: string | undefined;
}

/** @param wrong what is wrong with the payload, for people */
export const malformed = (wrong: string): Refusal => ({ cause: 'MALFORMED_PAYLOAD', message: wrong });

/** @param field the field with the time of the event */
export const tooFarAhead = (field: string): Refusal => malformed(`${field}: Should be at most 5 minutes in the future`);

export const foreign: Refusal = {
  cause: 'CERTIFICATE_MISMATCH',
  message: 'The certificate is not in force for the device of the topic',
};
export const inactive: Refusal = {
  cause: 'DEVICE_UNKNOWN',
  message: 'The device takes no points and no readings: it is not active',
};
