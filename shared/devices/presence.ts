/** What the broker said last of a device's connection. */
export interface PresenceRow {
  /** Counts sessions of a client; from 0 again where the client was away for an hour. */
  readonly session: number;
  readonly connected: boolean;
  /** What the session was opened with. */
  readonly certificateId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}
