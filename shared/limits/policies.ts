/** Limits of single endpoints, beside the rate of each credential. */

/** The kind of owner of a credential. */
export type CallerKind = 'key' | 'user';

export interface Policy {
  readonly periodSeconds: number;
  /** Requests per window. Each kind of caller with its own limit is counted separately. */
  readonly limit: number | Readonly<Record<CallerKind, number>>;
  /** The subject that has a window of its own. */
  readonly subject: 'credential' | 'workspace' | 'address' | 'email' | 'session' | 'sender';
  /** Whether requests also count toward the credential's rate. */
  readonly countsTowardTier: boolean;
}

const minute = 60;
const hour = 3600;
const day = 86_400;
const [counts, aside] = [{ countsTowardTier: true }, { countsTowardTier: false }];

/** Policies by name, as `RateLimit` headers print it. Several may apply to one endpoint. */
export const policies = {
  /** `POST /auth/login` */
  login: { limit: 60, periodSeconds: minute, subject: 'address', ...aside },
  'login-email': { limit: 15, periodSeconds: minute, subject: 'email', ...aside },
  /** Sign-ins to one address from one network: attempts from elsewhere do not use up its limit. */
  'login-network': { limit: 15, periodSeconds: minute, subject: 'email', ...aside },
  /** `POST /auth/refresh` */
  refresh: { limit: 30, periodSeconds: minute, subject: 'session', ...aside },
  /**
   * Mails on request: `POST /auth/password-reset`, `/auth/resend-verification`. For one e-mail address, sign-ups and
   * invitations count too.
   */
  mail: { limit: 30, periodSeconds: hour, subject: 'address', ...aside },
  'mail-email': { limit: 5, periodSeconds: hour, subject: 'email', ...aside },
  /** Mails that one workspace sends to people of its choice: `POST /workspaces/invitations` */
  invitation: { limit: 100, periodSeconds: hour, subject: 'sender', ...counts },
  /** Addressees of mails whose text and addressees a workspace chooses: steps of workflows, notification channels. */
  'mail-addressees': { limit: 1000, periodSeconds: day, subject: 'sender', ...aside },
  /** Messages to one notification channel. */
  channel: { limit: 60, periodSeconds: hour, subject: 'sender', ...aside },
  /** Calls of one webhook that show how quick its target is. */
  'webhook-probe': { limit: 8, periodSeconds: 30, subject: 'sender', ...aside },
  /** `POST /auth/signup` */
  signup: { limit: 10, periodSeconds: hour, subject: 'address', ...aside },
  /** `POST /mobile/pair`, `/devices/provision` */
  provision: { limit: 30, periodSeconds: minute, subject: 'address', ...aside },
  /** `POST /devices/{id}/locations`, `/devices/locations/batch`, `/readings` */
  ingest: { limit: 1000, periodSeconds: minute, subject: 'credential', ...counts },
  /** Points and events of one device or credential, once a workspace has used 120 % of its events of the month. */
  'over-quota': { limit: 6, periodSeconds: minute, subject: 'sender', ...aside },
  /** Refused messages of one device that are kept. */
  quarantine: { limit: 1000, periodSeconds: hour, subject: 'sender', ...aside },
  /** `POST /geofences/bulk` */
  bulk: { limit: { key: 60, user: 10 }, periodSeconds: hour, subject: 'workspace', ...aside },
  /** `POST /geofences/preview` */
  preview: { limit: { key: 60, user: 60 }, periodSeconds: hour, subject: 'workspace', ...aside },
  /**
   * Addresses to look up, counted together for `POST /geofences/bulk`, `/geofences/preview` and
   * `/geofences/sync/plans`.
   */
  addresses: { limit: 36_000, periodSeconds: hour, subject: 'workspace', ...aside },
  /** `POST /geofences/simulate`, `/alert-rules/simulate` */
  simulate: { limit: 60, periodSeconds: hour, subject: 'workspace', ...counts },
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;
