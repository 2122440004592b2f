import type { ProblemCode } from '../../../shared/problems/catalogue.ts';
import type { Explanations } from './explanation.ts';

/** Problems with the caller and their rights: 401 and 403. */
export const access = {
  PASSWORD_INCORRECT: {
    when: 'The `current_password` of a change is wrong.',
    remedy: 'Ask the user for the password again.',
    detail: 'The current password is wrong.',
  },
  ONE_TIME_TOKEN_INVALID: {
    when:
      'A token for a password reset, a verification or an invitation is unknown, used or expired. The token of an invitation ' +
      'is also invalid when its sender may no longer give the role.',
    remedy: 'Request a new mail.',
    detail: 'The token is unknown, used or expired.',
  },
  UNAUTHENTICATED: {
    when: 'The request carries no credential.',
    remedy: 'Send an API key or an access token as `X-API-Key` or as `Authorization: Bearer`.',
    detail: 'Send a credential in X-API-Key or Authorization.',
  },
  INVALID_CREDENTIALS: {
    when: 'The e-mail address or the password is wrong; the answer does not say which.',
    remedy: 'Try again, or reset the password.',
    detail: 'E-mail or password is wrong.',
  },
  CREDENTIALS_CONFLICT: {
    when: '`X-API-Key` and `Authorization` are both sent and differ.',
    remedy: 'Send one of them.',
    detail: 'X-API-Key and Authorization carry different credentials; send one.',
  },
  TOKEN_INVALID: {
    when: 'The token is unreadable, wrongly signed, of another kind, or its session is unknown.',
    remedy: 'Sign in again.',
    detail: 'The token is not valid.',
  },
  TOKEN_EXPIRED: {
    when: 'The access token has expired.',
    remedy: 'Refresh it at `/api/v1/auth/refresh`, or sign in again.',
    detail: 'The token has expired.',
  },
  TOKEN_REVOKED: {
    when: 'The session or device of the token has ended, or the workspace is suspended; `detail` says which.',
    remedy: 'Sign in or pair again. If the workspace is suspended, ask the operator of the platform.',
    detail: 'The session has ended.',
  },
  REFRESH_TOKEN_REUSED: {
    when: 'A refresh token was used a second time, so somebody may have copied it. The session has ended.',
    remedy: 'Sign in again.',
    detail: 'The refresh token was used before; the session has ended.',
  },
  KEY_INVALID: {
    when: 'The API key is malformed or unknown, or its secret is wrong.',
    remedy: 'Check that the whole key was copied, and that it belongs to this deployment.',
    detail: 'The API key is not valid.',
  },
  KEY_EXPIRED: {
    when: 'The API key is right, but has expired.',
    remedy: 'Create a new one.',
    detail: 'The API key expired at 2026-03-01T00:00:00Z.',
    details: { expired_at: '2026-03-01T00:00:00Z' },
  },
  KEY_REVOKED: {
    when: 'The API key is right, but it was revoked or its workspace is suspended; `detail` says which.',
    remedy: 'Create a new one. If the workspace is suspended, ask the operator of the platform.',
    detail: 'The API key was revoked at 2026-03-01T00:00:00Z.',
    details: { revoked_at: '2026-03-01T00:00:00Z' },
  },
  REGISTRATION_TOKEN_INVALID: {
    when: "A device's registration token is unknown, or its secret is wrong.",
    remedy: 'Create a new registration token for the device.',
    detail: 'The registration token is not valid.',
  },
  PAIRING_TOKEN_INVALID: {
    when: 'A pairing token is unknown, used or expired.',
    remedy: 'Show a new pairing code and scan it again.',
    detail: 'The pairing token is unknown, used or expired.',
  },
  SIGNATURE_INVALID: {
    when: "The signature of a provider's callback is wrong.",
    remedy: 'Check the shared secret on both sides.',
    detail: 'The signature does not match.',
  },
  SCOPE_MISSING: {
    when: 'The credential lacks the scope that the operation needs.',
    remedy: 'Use a key with the scope, or ask for another role.',
    detail: 'This needs the scope "geofences:write".',
    details: { required_scope: 'geofences:write' },
  },
  FORBIDDEN: {
    when: 'Your role or ownership does not allow it, whatever the scopes say.',
    remedy: 'Ask somebody whose role allows it.',
    detail: 'Only the owner of a workspace may do this.',
  },
  IP_NOT_ALLOWED: {
    when: "The caller's address is outside of the key's list.",
    remedy: 'Call from an address of the list, or extend it.',
    detail: 'The address 203.0.113.7 is not allowed for this key.',
  },
  FEATURE_NOT_ENABLED: {
    when: 'The workspace does not have the feature.',
    remedy: 'Ask the operator of the deployment to enable it.',
    detail: 'The feature "BULK_IMPORT" is not enabled for this workspace.',
    details: { feature: 'BULK_IMPORT' },
  },
  QUOTA_EXCEEDED: {
    when: "The plan's limit is reached.",
    remedy: 'Delete what you no longer need, or change the plan.',
    detail: 'The plan "free" holds 100 geofences, and 100 are used.',
    details: { resource: 'geofences', limit: 100, used: 100 },
  },
  EMAIL_NOT_VERIFIED: {
    when: 'The password is right, but the e-mail address was never verified.',
    remedy: 'Follow the link in the e-mail, or have it sent again.',
    detail: 'Verify your e-mail address first.',
  },
  USER_DISABLED: {
    when: 'The password is right, but an administrator disabled the user, or the workspace is suspended.',
    remedy: 'Ask an administrator of the workspace; if it is suspended, the operator of the platform.',
    detail: 'This user is disabled.',
  },
  SIGNUP_DISABLED: {
    when: 'The deployment does not let people sign up by themselves.',
    remedy: 'Ask for an invitation.',
    detail: 'Sign-up is disabled here; ask for an invitation.',
  },
} satisfies Partial<Explanations<ProblemCode>>;
