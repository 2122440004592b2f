/** The last state of a device's connection that the broker reported. */
export interface PresenceRow {
  /** Counts the sessions of a client; starts at 0 again after the client was away for an hour. */
  readonly session: number;
  readonly connected: boolean;
  /** The certificate with which the session was opened. */
  readonly certificateId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}
