/** What concerns projects, forms, submissions and phones. */
export const fieldGuide = {
  title: 'Field data',
  text: `
A project holds forms. A form has a draft schema until it is published (\`POST /forms/{form_id}/publish\`), which freezes
the draft as a version that never changes. A later edit opens a new draft, and the published version stays in force. A
published field keeps its kind of value and its repeat.

A schema is \`{ "title", "fields" }\`. A field has an \`id\`, a \`type\`, a \`label\`, and may have \`required\`,
\`validation\` (\`min\`, \`max\`, \`min_length\`, \`max_length\`, \`pattern\`, \`min_selected\`, \`max_selected\`, \`min_items\`,
\`max_items\`, \`max_accuracy\`, \`message\`), \`visible_if\` and \`required_if\`. A pattern is RE2 syntax, and may match any part
of the text unless it has anchors. A point without an accuracy does not keep \`max_accuracy\`.

A condition is \`{ "field", "op", "value" }\` with \`eq\`, \`ne\`, \`gt\`, \`gte\`, \`lt\`, \`lte\`, \`in\`, \`contains\` or \`answered\`, or
\`all\`, \`any\`, \`not\`. A hidden field is not checked, and its value is not stored. A field of the type \`calculated\` has
\`calculate\`: \`{ "op", "args" }\` with \`add\`, \`sub\`, \`mul\`, \`div\`, \`round\`, \`sum\`, \`count\`, \`concat\`, \`if\` or \`today\`;
\`sum\` and \`count\` look at all rows of a repeat. A missing operand gives null.

\`within_geofence\` holds a place to a geofence (\`geofence_id\`, \`tag\` or \`group_name\`), as it is when the data arrives.
It rejects, or with \`"mode": "flag"\` marks the submission in \`flags\`.

Give each submission a \`local_uuid\` and send it until it is accepted: what was stored before is ignored. Machines use
\`/headless\` with a key without scopes.

To pair a phone, make a token (\`POST /settings/mobile/pairing-token\`) and show it as a QR code, as the JSON
\`{ "server_url", "token" }\` with the address of \`GET /settings/mobile/server-url\`. The phone sends the token to
\`POST /mobile/pair\`, and from then on synchronises with \`GET /mobile/forms\` and \`POST /submissions/bulk\`.`,
};
