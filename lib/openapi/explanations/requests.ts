import type { ProblemCode } from '../../../shared/problems/catalogue.ts';
import type { Explanations } from './explanation.ts';

/** Problems with the request itself, or with the objects that it names. */
export const requests = {
  MALFORMED_JSON: {
    when: 'The body is empty, not JSON, not UTF-8, nested more than 128 levels deep, or an object in it has the same key twice.',
    remedy:
      'Send a JSON object in UTF-8, without a byte order mark and not compressed. A number may have any number of digits.',
    detail: 'The body is empty; send a JSON object.',
  },
  VALIDATION_ERROR: {
    when: 'Fields or query parameters are missing, unknown or invalid: `detail` lists up to 100 of them. For a geometry, `details.reason` says more. In a batch, one invalid item is enough, and then no item was processed.',
    remedy: 'Correct the fields that `loc` names. Query parameters that begin with `_` or `utm_` are ignored.',
    detail: '1 field is invalid',
  },
  NOT_FOUND: {
    when: 'No object of this workspace has the id. It is unknown, deleted, or belongs to another workspace.',
    remedy: 'Check the id, and that the credential belongs to the right workspace.',
    detail: 'No geofence has this id.',
    details: { resource: 'geofence' },
  },
  ROUTE_NOT_FOUND: {
    when: 'There is nothing at this path, or the deployment does not expose it.',
    remedy: 'Compare the path with the documentation.',
    detail: 'There is nothing at /api/v1/geofence; see /docs for what there is.',
  },
  METHOD_NOT_ALLOWED: {
    when: 'The path exists, but not with this method.',
    remedy: 'Use one of the methods that the header `Allow` lists.',
    detail: 'PUT is not allowed here; GET, OPTIONS are.',
  },
  NOT_ACCEPTABLE: {
    when: '`Accept` names no media type in which the answer is available.',
    remedy: 'Send `Accept: application/json`, or omit the header.',
    detail: 'This answer is available as application/json only.',
  },
  BATCH_TOO_LARGE: {
    when: 'The request holds more items than allowed.',
    remedy: 'Split it.',
    detail: 'Batch too large: 501 > 500',
    details: { max_items: 500, requested_items: 501 },
  },
  PAYLOAD_TOO_LARGE: {
    when: 'The body is larger than the endpoint accepts: 4 MiB unless its description says less.',
    remedy: 'Divide the request into smaller ones.',
    detail: 'The body has 5000000 bytes; at most 4194304 are accepted.',
    details: { max_bytes: 4_194_304 },
  },
  FILE_TOO_LARGE: {
    when: 'The file is larger than this endpoint accepts.',
    remedy: 'If `upload_url_endpoint` is given, request an upload address there and send the file to that address.',
    detail: 'The file has 9000000 bytes; at most 4194304 are accepted here.',
    details: { max_bytes: 4_194_304, upload_url_endpoint: '/api/v1/media/uploads' },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    when: 'The body, or a file in it, is of a media type, a charset or a content encoding that the endpoint does not take.',
    remedy:
      'Send JSON in UTF-8 with `Content-Type: application/json`, and not compressed; a file of a type that is accepted.',
    detail: 'Send JSON with "Content-Type: application/json", not "text/plain".',
  },
  SUBMISSION_INVALID: {
    when: "The data does not fit the schema of the form's version: `detail` lists the fields.",
    remedy: 'Correct the fields that `loc` names.',
    detail: '1 field is invalid',
  },
  SCHEMA_INVALID: {
    when: 'The definition of a form, profile, pack or dashboard is wrong: `detail` lists where.',
    remedy: 'Correct the places that `loc` names.',
    detail: '1 field is invalid',
  },
  FORM_NOT_PUBLISHED: {
    when: 'A submission names a form that has no published version.',
    remedy: 'Publish the form first.',
    detail: 'The form has no published version.',
  },
  CSR_INVALID: {
    when: 'The certificate request is not PKCS#10 in PEM, its signature is wrong, or its key is weak.',
    remedy: 'Create a new one, with a kind of key that the documentation of provisioning names.',
    detail: 'The certificate request cannot be used.',
    details: { reason: 'weak_key' },
  },
  CURSOR_INVALID: {
    when: 'The cursor is unknown, older than 24 hours, or belongs to a query with other filters.',
    remedy: 'Start again without a cursor.',
    detail: 'The cursor is unknown, expired or of another query; begin again without it.',
  },
  OFFSET_TOO_LARGE: {
    when: '`offset` is larger than allowed.',
    remedy: 'Use `cursor` for further pages.',
    detail: 'offset may be at most 10000; continue with "cursor".',
    details: { max_offset: 10_000 },
  },
  IDEMPOTENCY_KEY_REUSED: {
    when: 'The `Idempotency-Key` was used for a request with another body. Bodies are compared as JSON: white space and the order of keys do not matter, numbers are compared as they are written.',
    remedy: 'Use a new key for a new request.',
    detail: 'This Idempotency-Key was used for another request.',
  },
  URL_FORBIDDEN: {
    when: 'The target of a webhook may not be called: not HTTPS, or an address that is not public.',
    remedy: 'Use a public HTTPS address.',
    detail: 'This address may not be called.',
    details: { reason: 'private_address' },
  },
  SCOPE_NOT_GRANTABLE: {
    when: 'A key was requested with scopes that no key may have, or that you do not have.',
    remedy: 'Leave out the scopes that `details.scopes` lists.',
    detail: 'These scopes cannot be granted: workspace:owner.',
    details: { scopes: ['workspace:owner'] },
  },
  DELETE_GUARD: {
    when: 'A synchronisation would delete more than allowed.',
    remedy: 'Check the source; allow more deletions if they are intended.',
    detail: 'The plan deletes 120 geofences; at most 50 are allowed.',
    details: { deletes: 120, allowed: 50 },
  },
} satisfies Partial<Explanations<ProblemCode>>;
