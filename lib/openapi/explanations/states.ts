import type { ProblemCode } from '../../../shared/problems/catalogue.ts';
import type { Explanations } from './explanation.ts';

const id = '550e8400-e29b-41d4-a716-446655440000';

/** Requests that the present state does not allow: 409, 410 and 412. */
export const states = {
  CONFLICT: {
    when: 'A value that must be unique is taken, or the request contradicts the present state.',
    remedy: 'Choose another value, or read the object again.',
    detail: 'The name is taken.',
    details: { field: 'name' },
  },
  DUPLICATE_GEOFENCE: {
    when: 'A bulk request with `dedup_strategy: "fail"` met a geofence that exists.',
    remedy: 'Leave the item out, or choose another strategy.',
    detail: '1 item exists already.',
    details: { results: [] },
  },
  EXTERNAL_ID_EXISTS: {
    when: 'Another object of the workspace has the external id.',
    remedy: 'Change that object, whose id is in `details.id`, or use another external id.',
    detail: 'The external id "store-17" is in use.',
    details: { id },
  },
  EMAIL_TAKEN: {
    when: 'Another user of the workspace has the e-mail address.',
    remedy: 'Use another address, or sign in with this one.',
    detail: 'The e-mail address is taken.',
  },
  PROJECT_NOT_EMPTY: {
    when: 'The project still holds forms.',
    remedy: 'Delete its forms first.',
    detail: 'The project holds 3 forms.',
    details: { form_count: 3 },
  },
  IN_USE: {
    when: 'Other objects refer to this one.',
    remedy: 'Change those objects first; `details.references` names them.',
    detail: 'The object is in use.',
    details: { references: [{ type: 'workflow', id }] },
  },
  INVALID_TRANSITION: {
    when: 'The state of the object does not allow the step.',
    remedy: 'Read the object to see its present state.',
    detail: 'A draft cannot be archived.',
    details: { from: 'draft', to: 'archived' },
  },
  LOCAL_UUID_CONFLICT: {
    when: 'The `local_uuid` was used for a submission to another form.',
    remedy: 'Make a new UUID for each submission.',
    detail: 'The local_uuid is in use for another form.',
    details: { id },
  },
  NOTHING_TO_PUBLISH: {
    when: 'The form has no open draft.',
    remedy: 'Change the form first.',
    detail: 'There is no draft to publish.',
  },
  VERSION_EXISTS: {
    when: 'The version exists already, and versions cannot be changed.',
    remedy: 'Raise the version.',
    detail: 'Version 1.2.0 exists.',
    details: { version: '1.2.0' },
  },
  REGISTRATION_TOKEN_USED: {
    when: 'The registration token was exchanged with another certificate request.',
    remedy: 'Create a new registration token for the device.',
    detail: 'The registration token was used.',
  },
  WORKSPACE_REQUIRED: {
    when: 'The sign-in matches users of several workspaces.',
    remedy: 'Send the `workspace` as well.',
    detail: 'Choose a workspace.',
    details: { workspaces: [{ id, slug: 'acme', name: 'Acme' }] },
  },
  LAST_OWNER: {
    when: 'The workspace would be left without an owner.',
    remedy: 'Make somebody else an owner first.',
    detail: 'A workspace needs an owner.',
  },
  SELF_DELETE: {
    when: 'A user tries to delete their own account in the list of users.',
    remedy: 'Delete your account with `DELETE /api/v1/account/me`, or ask an administrator.',
    detail: 'You cannot delete yourself here.',
  },
  SYNC_PLAN_STALE: {
    when: 'A geofence of the sync plan changed after the plan was made.',
    remedy: 'Make a new sync plan.',
    detail: '1 geofence changed since the sync plan was made.',
    details: { geofence_ids: [id] },
  },
  IDEMPOTENCY_IN_PROGRESS: {
    when: 'The first request with this `Idempotency-Key` is still running.',
    remedy: 'Wait as long as `Retry-After` says and try again.',
    detail: 'The first request with this Idempotency-Key is still running.',
  },
  SECRET_SHOWN_ONCE: {
    when: 'The answer of the first request with this `Idempotency-Key` showed a secret, which is not stored.',
    remedy: 'Rotate the secret of the object in `details.id` to get a new one.',
    detail: 'The secret was shown once and is not kept.',
    details: { id },
  },
  REGISTRATION_TOKEN_EXPIRED: {
    when: 'The registration token has expired.',
    remedy: 'Create a new one for the device.',
    detail: 'The registration token has expired.',
  },
  REGISTRATION_TOKEN_REVOKED: {
    when: 'The registration token was revoked.',
    remedy: 'Create a new one for the device.',
    detail: 'The registration token was revoked.',
  },
  SYNC_PLAN_EXPIRED: {
    when: 'The sync plan is too old to be applied.',
    remedy: 'Make a new sync plan.',
    detail: 'The sync plan has expired.',
  },
  DOWNLOAD_TOKEN_EXPIRED: {
    when: 'The download address has expired.',
    remedy: 'Read the job again to get a new address.',
    detail: 'The download has expired.',
  },
  UPLOAD_EXPIRED: {
    when: 'The upload was not completed in time.',
    remedy: 'Begin a new upload.',
    detail: 'The upload has expired.',
  },
  PRECONDITION_FAILED: {
    when: 'The object does not have the version that `If-Match` names: somebody changed it.',
    remedy: 'Read the object again, and apply your change to its current state.',
    detail:
      'The object is at version 4, which If-Match does not name; read it again, and send If-Match: "v4" if you still mean it.',
    details: { current_version: 4 },
  },
} satisfies Partial<Explanations<ProblemCode>>;
