/**
 * Every problem with which the API can answer: one stable code each, with its status, its title and the type of its
 * `details`. A retired code moves to `retiredCodes` and is never used again.
 */

/** `'invalid'` and `'malformed'`: the status that the route gives to failed validations and to bodies that are not JSON. */
export type ProblemStatus = number | 'invalid' | 'malformed';

interface ProblemKind<Details> {
  readonly status: ProblemStatus;
  readonly title: string;
  /** Never set. It only carries the type of `details`. */
  readonly detailsType?: (details: Details) => void;
}

const kind = <Details = undefined>(status: ProblemStatus, title: string): ProblemKind<Details> => ({ status, title });

export const catalogue = {
  MALFORMED_JSON: kind('malformed', 'Malformed JSON'),
  VALIDATION_ERROR: kind<{ reason: string } | undefined>('invalid', 'Validation failed'),
  PASSWORD_INCORRECT: kind(400, 'Password incorrect'),
  ONE_TIME_TOKEN_INVALID: kind(400, 'One-time token invalid'),
  UNAUTHENTICATED: kind(401, 'Not authenticated'),
  INVALID_CREDENTIALS: kind(401, 'E-mail or password wrong'),
  CREDENTIALS_CONFLICT: kind(401, 'Credentials in conflict'),
  TOKEN_INVALID: kind(401, 'Token invalid'),
  TOKEN_EXPIRED: kind(401, 'Token expired'),
  TOKEN_REVOKED: kind(401, 'Token revoked'),
  REFRESH_TOKEN_REUSED: kind(401, 'Refresh token reused'),
  KEY_INVALID: kind(401, 'API key invalid'),
  KEY_EXPIRED: kind<{ expired_at: string }>(401, 'API key expired'),
  KEY_REVOKED: kind<{ revoked_at: string }>(401, 'API key revoked'),
  REGISTRATION_TOKEN_INVALID: kind(401, 'Registration token invalid'),
  PAIRING_TOKEN_INVALID: kind(401, 'Pairing token invalid'),
  SIGNATURE_INVALID: kind(401, 'Signature invalid'),
  SCOPE_MISSING: kind<{ required_scope: string }>(403, 'Scope missing'),
  FORBIDDEN: kind(403, 'Forbidden'),
  IP_NOT_ALLOWED: kind(403, 'Address not allowed'),
  FEATURE_NOT_ENABLED: kind<{ feature: string }>(403, 'Feature not enabled'),
  QUOTA_EXCEEDED: kind<{ resource: string; limit: number; used: number }>(403, 'Quota exceeded'),
  EMAIL_NOT_VERIFIED: kind(403, 'E-mail not verified'),
  USER_DISABLED: kind(403, 'User disabled'),
  SIGNUP_DISABLED: kind(403, 'Sign-up disabled'),
  NOT_FOUND: kind<{ resource: string }>(404, 'Not found'),
  ROUTE_NOT_FOUND: kind(404, 'Route not found'),
  METHOD_NOT_ALLOWED: kind(405, 'Method not allowed'),
  NOT_ACCEPTABLE: kind(406, 'Not acceptable'),
  CONFLICT: kind<{ field: string } | { conflicts: unknown[] } | undefined>(409, 'Conflict'),
  DUPLICATE_GEOFENCE: kind<{ results: unknown[] }>(409, 'Duplicate geofence'),
  EXTERNAL_ID_EXISTS: kind<{ id: string }>(409, 'External id exists'),
  EMAIL_TAKEN: kind(409, 'E-mail taken'),
  PROJECT_NOT_EMPTY: kind<{ form_count: number }>(409, 'Project not empty'),
  IN_USE: kind<{ references: unknown[] }>(409, 'In use'),
  INVALID_TRANSITION: kind<{ from: string; to: string }>(409, 'Invalid transition'),
  LOCAL_UUID_CONFLICT: kind<{ id: string }>(409, 'Local UUID in conflict'),
  NOTHING_TO_PUBLISH: kind(409, 'Nothing to publish'),
  VERSION_EXISTS: kind<{ version: string | number }>(409, 'Version exists'),
  REGISTRATION_TOKEN_USED: kind(409, 'Registration token used'),
  WORKSPACE_REQUIRED: kind<{ workspaces: { id: string; slug: string; name: string }[] }>(409, 'Workspace required'),
  LAST_OWNER: kind(409, 'Last owner'),
  SELF_DELETE: kind(409, 'Self delete'),
  SYNC_PLAN_STALE: kind<{ geofence_ids: string[] }>(409, 'Sync plan stale'),
  IDEMPOTENCY_IN_PROGRESS: kind(409, 'Request in progress'),
  SECRET_SHOWN_ONCE: kind<{ id: string }>(409, 'Secret shown once'),
  REGISTRATION_TOKEN_EXPIRED: kind(410, 'Registration token expired'),
  REGISTRATION_TOKEN_REVOKED: kind(410, 'Registration token revoked'),
  SYNC_PLAN_EXPIRED: kind(410, 'Sync plan expired'),
  DOWNLOAD_TOKEN_EXPIRED: kind(410, 'Download token expired'),
  UPLOAD_EXPIRED: kind(410, 'Upload expired'),
  PRECONDITION_FAILED: kind<{ current_version: number }>(412, 'Precondition failed'),
  BATCH_TOO_LARGE: kind<{ max_items: number; requested_items: number }>(413, 'Batch too large'),
  PAYLOAD_TOO_LARGE: kind<{ max_bytes: number }>(413, 'Payload too large'),
  FILE_TOO_LARGE: kind<{ max_bytes: number; upload_url_endpoint?: string }>(413, 'File too large'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, 'Unsupported media type'),
  SUBMISSION_INVALID: kind(422, 'Submission invalid'),
  SCHEMA_INVALID: kind(422, 'Schema invalid'),
  FORM_NOT_PUBLISHED: kind(422, 'Form not published'),
  CSR_INVALID: kind<{ reason: string }>(422, 'Certificate request invalid'),
  CURSOR_INVALID: kind('invalid', 'Cursor invalid'),
  OFFSET_TOO_LARGE: kind<{ max_offset: number }>('invalid', 'Offset too large'),
  IDEMPOTENCY_KEY_REUSED: kind(422, 'Idempotency key reused'),
  URL_FORBIDDEN: kind<{ reason: string }>(422, 'URL forbidden'),
  SCOPE_NOT_GRANTABLE: kind<{ scopes: string[] }>(422, 'Scope not grantable'),
  DELETE_GUARD: kind<{ deletes: number; allowed: number }>(422, 'Delete guard'),
  RATE_LIMIT_EXCEEDED: kind<{ limit: number; period_seconds: number; policy: string }>(429, 'Rate limit exceeded'),
  QUOTA_THROTTLED: kind<{ resource: string; usage_percent: number }>(429, 'Quota throttled'),
  INTERNAL_ERROR: kind(500, 'Internal error'),
  BILLING_PROVIDER_NOT_CONFIGURED: kind<{ provider: string }>(501, 'Billing provider not configured'),
  SERVICE_UNAVAILABLE: kind<{ dependency?: string; database?: string } | undefined>(503, 'Service unavailable'),
  GEOCODER_UNAVAILABLE: kind<{ dependency: string }>(503, 'Geocoder unavailable'),
  TIMEOUT: kind(504, 'Timed out'),
} as const;

export type ProblemCode = keyof typeof catalogue;

/** The type of a problem's `details`; `undefined` for a problem without details. */
export type ProblemDetails<C extends ProblemCode> =
  (typeof catalogue)[C] extends ProblemKind<infer Details> ? Details : never;

export const retiredCodes: readonly string[] = [];
