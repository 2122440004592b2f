/** What concerns projects, forms, submissions and phones. */
export const fieldGuide = {
  title: 'Field data',
  text: `
A project holds forms. A form has a draft schema until it is published (\`POST /forms/{form_id}/publish\`), which freezes
the draft as a version that never changes. A later edit opens a new draft, and the published version stays in force. Once
published, a field keeps its kind of values and stays inside or outside of its repeat, so that exports stay one table.

A schema is \`{ "title", "fields" }\`. A field has an \`id\`, a \`type\` and a \`label\`, and may have \`required\`, \`hint\`,
\`default\`, \`visible_if\`, \`required_if\` and \`validation\`. These are the types, and the values that \`data\` holds for
them:

| type | value |
| --- | --- |
| \`text\`, \`textarea\`, \`email\`, \`phone\`, \`barcode\` | text |
| \`number\`, \`integer\` | number |
| \`date\`, \`time\`, \`datetime\` | \`2026-03-17\`, \`14:35\` or \`14:35:09\`, an instant of ISO 8601 |
| \`boolean\` | true or false |
| \`select_one\` | the \`value\` of one of its \`options\`: \`[{ "value", "label" }]\` |
| \`select_one_other\` | the same, or \`{ "other": "text" }\` |
| \`select_multiple\` | a list of values of its \`options\` |
| \`geopoint\` | \`{ "latitude", "longitude" }\`, and if known \`altitude\` and \`accuracy\` in metres |
| \`geotrace\` | \`{ "points": [ … ] }\` with at least two points, which may have a \`timestamp\` |
| \`route\` | \`{ "points": [ { "latitude", "longitude", "timestamp", … } ] }\`, and if known \`pauses\`, \`started_at\`, \`ended_at\`, \`distance_meters\` and \`duration_seconds\`. GPX exports hold routes. |
| \`photo\`, \`audio\`, \`video\`, \`signature\`, \`file\` | the name of the file on the phone; once it is uploaded, its \`media_file_id\` |
| \`group\` | an object with the values of its \`fields\` |
| \`repeat\` | a list of such objects, at most 1,000 |
| \`calculated\` | the result of \`calculate\`; a value that is sent is replaced |
| \`hidden\` | a text, a number or a boolean |
| \`note\`, \`divider\` | none |

\`validation\` has \`min\` and \`max\` for numbers, dates and times, \`min_length\`, \`max_length\` and \`pattern\` for texts,
\`min_selected\` and \`max_selected\`, \`min_items\` and \`max_items\`, \`max_accuracy\`, and \`message\`, which replaces ours. A
pattern is RE2 syntax, and may match any part of the text unless it has anchors. With \`max_accuracy\`, a point without an
accuracy is refused.

A condition is \`{ "field", "op", "value" }\` with \`eq\`, \`ne\`, \`gt\`, \`gte\`, \`lt\`, \`lte\`, \`in\`, \`contains\` or \`answered\`, or
\`all\`, \`any\`, \`not\`. A hidden field is not checked, and its value is not stored. A field of the type \`calculated\` has
\`calculate\`: \`{ "op", "args" }\` with \`add\`, \`sub\`, \`mul\`, \`div\`, \`round\`, \`sum\`, \`count\`, \`concat\`, \`if\` or \`today\`;
\`sum\` and \`count\` look at all rows of a repeat. A missing operand gives null.

\`within_geofence\` requires a place to be inside a geofence (\`geofence_id\`, \`tag\` or \`group_name\`), as the geofence is when
the data arrives. Otherwise the submission is rejected, or with \`"mode": "flag"\` only marked in \`flags\`.

Give each submission a \`local_uuid\` and retry until it is accepted: a submission that was stored before is ignored. Machines use
\`/headless\` with a headless key, which may read the structure of forms and submit, and nothing else.

To pair a phone, make a token (\`POST /settings/mobile/pairing-token\`) and show it as a QR code, as the JSON
\`{ "server_url", "token" }\` with the address of \`GET /settings/mobile/server-url\`. The phone sends the token to
\`POST /mobile/pair\`, and from then on synchronises with \`GET /mobile/forms\` and \`POST /submissions/bulk\`.`,
};
