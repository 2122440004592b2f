import { actionGuide } from './action-guide.ts';
import { deviceGuide } from './device-guide.ts';
import { fieldGuide } from './field-guide.ts';
import { workflowGuide } from './workflow-guide.ts';

/** A section of the document's description. Its heading is an entry of the navigation of `/docs`. */
export interface Guide {
  readonly title: string;
  readonly text: string;
}

/** What concerns more than one operation, in the order of the navigation. */
export const guides: readonly Guide[] = [
  {
    title: 'Overview',
    text: `
Hexfence is a location platform that you run in your own AWS account: geofences, the devices that move through them,
the data that people and sensors collect in the field, and the events that follow. All addresses are below
\`/api/v1\`. Requests and answers are JSON in UTF-8; instants are ISO 8601 in UTC.`,
  },
  {
    title: 'Sign-in and tokens',
    text: `
\`POST /auth/login\` takes an e-mail address and a password, and returns two tokens. Send the \`access_token\` as
\`Authorization: Bearer <access_token>\`. It is valid for \`expires_in\` seconds, 24 hours by default
(\`access_token_ttl_seconds\` of the workspace). When it has expired (\`TOKEN_EXPIRED\`), \`POST /auth/refresh\` takes the
\`refresh_token\` and returns two new tokens. A refresh token can be used once: a later use ends the session
(\`REFRESH_TOKEN_REUSED\`), except that a retry within 30 seconds gets the same answer again. A session lasts 7 days from
sign-in. Signing out, a new password and the removal of a user take effect with the next request.

A phone gets a device token by scanning a QR code (\`POST /mobile/pair\`), and sends it in the same way. It acts for its
user within the user's role: forms, submissions, files, its own position. It does not expire; the phone loses it when it
is revoked, and when its user is disabled or deleted (\`TOKEN_REVOKED\`).

Others can verify access tokens (ES256) with the keys at \`/.well-known/jwks.json\`.`,
  },
  {
    title: 'Keys and scopes',
    text: `
Programs use API keys, \`hx_live_…\`. Send one as \`X-API-Key\` or as \`Authorization: Bearer\`; two different credentials
in one request are refused. A key is shown once, when it is made (\`POST /account/api-keys\`); only its hash is stored.
Rotate it with \`POST /account/api-keys/{key_id}/rotate\`: the old key works for 24 more hours, or as long as you say.

Each operation names the scope that it needs. A key has the scopes that it lists, and never more than its creator had. A
user has the scopes of a role: \`owner\`, \`admin\`, \`manager\`, \`editor\`, \`field_worker\` or \`viewer\`. A call without the
scope is refused with \`SCOPE_MISSING\`, which names it. A credential belongs to one workspace; objects of others are
unknown (\`NOT_FOUND\`).`,
  },
  fieldGuide,
  {
    title: 'Pagination',
    text: `
Lists return \`limit\` items, 50 by default and 200 at most, newest first unless the operation says otherwise. The answer
names the cursor of the next page (\`nextCursor\` or \`next_cursor\`; for bare arrays the header \`X-Next-Cursor\`), and the
header \`Link\` its address. Send it as \`cursor\` with the same filters; it is valid for 24 hours. The last page has none.

\`offset\` skips up to 10,000 items and excludes \`cursor\`. Pages that are not read by cursor have a \`total\`; where
counting stops before the end, the header \`X-Total-Capped\` is sent. A page that would exceed 4 MiB is cut
(\`X-Page-Cut\`); its cursor continues after the last item that was sent.

Lists without \`limit\` are sent as a whole. Above 4 MiB the answer is 303, with a link to a copy in \`Location\`. The link
is valid for 15 minutes and needs no credential; clients that follow redirects get the list.`,
  },
  {
    title: 'Limits',
    text: `
An API key has 100, 1,000 or 5,000 requests an hour with the plans \`free\`, \`pro\` and \`business\`, or its own lower
limit; a user has 3,600, a phone 1,000. Some operations have a limit of their own, which they name. The header \`RateLimit-Policy\` lists
the limits (\`"tier";q=1000;w=3600\`: 1,000 in 3,600 seconds), and \`RateLimit\` what is left (\`"tier";r=987;t=2412\`: 987
in the next 2,412 seconds). Beyond a limit the answer is 429 \`RATE_LIMIT_EXCEEDED\`; wait as long as \`Retry-After\` says.

A JSON body has at most 4 MiB. The plan limits how many objects there are (\`QUOTA_EXCEEDED\`).
\`GET /subscriptions/limits\` and \`GET /subscriptions/usage\` show all limits and what is used of them.`,
  },
  {
    title: 'Idempotency',
    text: `
Operations that create something take the header \`Idempotency-Key\`: 1 to 255 printable ASCII characters of your
choice, new for each request. A retry with the same key within 24 hours gets the first answer again, with
\`Idempotency-Replayed: true\`, and nothing is created twice, whatever failed in between. The same key with another body is
refused (\`IDEMPOTENCY_KEY_REUSED\`; bodies are compared as JSON). While the first request runs, the answer is 409
\`IDEMPOTENCY_IN_PROGRESS\`. An answer that showed a secret is not kept: the retry is refused with \`SECRET_SHOWN_ONCE\`,
which names the object.`,
  },
  {
    title: 'Concurrency',
    text: `
Objects have a \`version\`, which rises by 1 with each change, and answers name it as \`ETag: "v3"\`. Send it as
\`If-Match: "v3"\` when you change or delete the object: if somebody else has changed it before, nothing happens and the
answer is 412 \`PRECONDITION_FAILED\`. Without \`If-Match\`, the last write wins. With \`If-None-Match\`, a version that you
already have is not sent again: the answer is 304.`,
  },
  {
    title: 'Asynchronous work',
    text: `
Work that takes longer than 20 seconds answers 202. \`Location\` leads to its state; read it again after \`Retry-After\`
seconds until its \`status\` is final. Results are kept for 7 days, those of replays for 30. With \`Prefer: respond-async\` bulk creation and sync
plans answer 202 at once. \`POST /geofences/bulk\` without it always answers 201, and reports items that took too long as
errors of single items, which can be sent again.

Exports are always jobs: \`POST /exports\` answers 201 with one that is \`PENDING\`. Read it every few seconds
until it is \`READY\`, then open its \`downloadUrl\`, without the credential. A link is valid for 15 minutes; the next read
makes another. Files are kept for 24 hours.`,
  },
  {
    title: 'Webhooks',
    text: `
A webhook is a URL of yours that is called when something happens (\`POST /webhooks\`; \`GET /webhooks/event-types\` lists
what). Each call is a \`POST\` with \`{ id, type, workspace_id, occurred_at, data }\`. Answer with 2xx within
\`timeout_seconds\`, and process the event afterwards. Anything else is tried again after 30 seconds, 2 and 10 minutes, 1, 4 and 12 hours
(\`Retry-After\` is respected, up to an hour), except for redirects and other 4xx than 408, 425 and 429, which are final; 410
switches the webhook off. After \`max_attempts\` a delivery is a dead letter: \`GET /webhooks/dead-letters\` lists it, and
\`retry\` and \`replay\` send it again. Calls may arrive twice and in any order: \`webhook-id\` is the same on every attempt,
and \`occurred_at\` gives the order.

A webhook of a form (\`POST /forms/{form_id}/webhooks\`) gets each new submission, without an envelope: the body is the
submission as \`GET /submissions/{submission_id}\` shows it. Its calls are signed only if you gave it a secret. Otherwise it
works like other webhooks; \`GET /webhooks\` lists it with \`kind=form\`. Geofences, workflows and notification channels cannot
name it.

Calls are signed as [Standard Webhooks](https://www.standardwebhooks.com) defines it. Verify the raw bytes of the
body, before you parse it. In JavaScript (npm \`standardwebhooks\`):

\`\`\`js
import { Webhook } from 'standardwebhooks';
const event = new Webhook(secret).verify(body, request.headers); // throws if it is not genuine
\`\`\`

In Python (PyPI \`standardwebhooks\`):

\`\`\`python
from standardwebhooks.webhooks import Webhook
event = Webhook(secret).verify(body, headers)  # raises if it is not genuine
\`\`\`

A secret of your own without \`whsec_\` signs with its UTF-8 bytes. During a rotation, \`webhook-signature\` has a signature
of each secret, and the libraries accept any of them. The list of addresses from which calls come is not fixed.`,
  },
  {
    title: 'Geometry',
    text: `
Coordinates are degrees, WGS 84. GeoJSON and \`bbox\` put the longitude first; named fields are \`latitude\` and
\`longitude\`. Distances are metres on a sphere with a radius of 6,371,008.7714 m. A geofence is a circle of 1 to 100,000
metres, or a GeoJSON Polygon or MultiPolygon with holes: up to 10,000 positions, 1,000 polygons and 1,000 holes, and a
bounding radius of 2,000,000 m. Rings are closed and their edges are straight in longitude and latitude; an edge that
spans more than 180° of longitude crosses ±180. Only a circle may contain a pole. A point on an edge is inside. A
geometry that cannot be used is refused with \`details.reason\`.`,
  },
  {
    title: 'Sensors and profiles',
    text: `
A device has components, and a component has sensors. A sensor profile defines what a component measures: the keys, types,
units and plausible bounds of its sensors. A device profile lists the components of a device. Profiles have versions that
never change: \`POST /sensor-profiles\` with the name of a profile adds a version to it.

Components and devices stay at the version that they were given, whatever is added later; without a version they get the
newest one. A device that gets another version of its profile gets missing components, and present ones are moved to the
versions that it names; none is removed. Sensors of a component that is moved get its units and bounds. Both happen within
moments, usually within a second. A sensor that a profile defines need not be created: its first reading creates
it.`,
  },
  deviceGuide,
  {
    title: 'Errors',
    text: `
Every refusal is \`{ detail, error_code, details?, request_id }\`; with \`Accept: application/problem+json\` it is a problem
of RFC 9457. Branch on \`error_code\`, which is stable, never on \`detail\`. All codes are explained at
[/docs/errors](/docs/errors). A failed validation lists up to 100 fields in \`detail\`, each with \`type\`, \`loc\` and
\`msg\`. Batches answer item by item: read the outcome of each.

Requests are read strictly. Fields and query parameters that an operation does not know are refused by name, except for
parameters that begin with \`_\` or \`utm_\`. When you create something, \`null\` means the same as an absent field; in a
\`PATCH\` it resets the field to its default. Free objects (\`metadata\`, \`action\`) come back as sent, numbers with all of their digits. Ids
may be in any letter case. Answers may grow: fields and enum values can be added at any time.

Retry 429 and 503 after \`Retry-After\` seconds, 500 and 504 once. Quote \`request_id\` when you report a problem.`,
  },
  workflowGuide,
  actionGuide,
];
