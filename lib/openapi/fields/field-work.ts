import type { FieldTexts } from './field-texts.ts';

/** Projects, forms, submissions and the headless surface. */
export const fieldWorkFields: readonly FieldTexts[] = [
  {
    of: ['Project', 'ProjectDraft', 'HeadlessProject'],
    texts: {
      name: 'Name for people, 1 to 255 characters.',
      description: 'Up to 2,000 characters; empty if absent.',
      form_count: 'How many forms the project contains.',
    },
  },
  {
    of: [
      'Form',
      'FormDraft',
      'FormChange',
      'FormListItem',
      'HeadlessForm',
      'HeadlessSchema',
      'listForms',
      'listHeadlessForms',
    ],
    texts: {
      name: 'Name for people, 1 to 255 characters. It is not part of a version.',
      project_id: 'Id of the project.',
      schema: 'Title, fields, rules and conditions of the form, up to 1 MB; see the guide to field data.',
      published: 'Whether the form has a published version.',
      has_draft: 'Whether there is a draft that was not published. Visible only to those who may change forms.',
      form_version_id: 'Id of the newest published version; null: never published.',
      version_num: 'Number of the newest published version; null: never published.',
      status: '`published`: with at least one published version; `draft`: never published.',
    },
  },
  {
    of: ['FormVersion', 'FormVersionWithSchema'],
    texts: {
      form_id: 'Id of the form.',
      version_num: 'Begins at 1 and rises by 1 with each version.',
      published_at: 'When it was published; UTC.',
      published_by: 'Who published it: `user_<id>` or `key_<id>`.',
      schema: 'The schema of this version, which never changes.',
    },
  },
  {
    of: ['FormAssignments', 'FormAssignmentsDraft'],
    texts: {
      user_ids: 'Users to whom the form is assigned, up to 1,000; empty if absent.',
      roles: 'Roles whose users the form is assigned to; empty if absent.',
    },
  },
  {
    of: ['Submission', 'SubmissionDraft', 'HeadlessSubmission', 'listSubmissions'],
    texts: {
      form_id: 'Id of the form.',
      form_version_id: 'The published version that the data was made for; the newest if absent.',
      version_num: 'Number of that version.',
      project_id: 'Id of the project of the form.',
      local_uuid: 'Your own id, 1 to 128 characters. It is unique in the workspace for as long as the form exists.',
      data: 'The answers by the ids of the fields, up to 1 MB.',
      data_json: 'The answers by the ids of the fields, up to 1 MB.',
      device_id:
        'Id of the phone. For a paired phone it is always its own id; otherwise it is stored as sent; null: none.',
      submitted_by: 'Who submitted it: `user_<id>` or `key_<id>`.',
      source: 'How it was submitted: `web` by a user, `mobile` by a phone, `headless` by a key.',
      collected_at: 'When the data was collected, as the phone reports it; now if absent. UTC.',
      received_at: 'When the server received it; UTC.',
      flags: 'Rules that only flag, and that the data did not keep; the first 100.',
      media: 'Files of the submission.',
    },
  },
  {
    of: ['MobileForm'],
    texts: {
      name: 'Name for people.',
      project_id: 'Id of the project.',
      form_version_id: 'Id of the newest published version, for `form_version_id` of submissions.',
      version_num: 'Number of that version.',
      schema: 'The schema of that version.',
      geofences:
        'The active geofences that its `within_geofence` rules name; null: more than 500, which only the service checks.',
    },
  },
  {
    of: ['MobileGeofence'],
    texts: {
      name: 'Name of the geofence.',
      version: 'Rises by 1 with each change of the geofence.',
    },
  },
  {
    of: ['PairingToken', 'PairRequest', 'PairResult', 'PairedDevice'],
    texts: {
      token: 'The pairing token, 43 characters; it can be used once.',
      expires_at: 'When the token expires: 10 minutes after it was made; UTC.',
      user_id: 'The user whose phone it is, or will be.',
      user_email: 'E-mail address of that user.',
      device_label: 'Name of the phone, 1 to 255 characters. It is the `name` of the device.',
      device_token: 'The credential of the phone, a JWT; shown only here. It is valid until the phone is revoked.',
      device_id: 'Id of the phone among the devices.',
      id: 'Id of the phone among the devices.',
      paired_at: 'When it was paired; UTC.',
      last_seen_at: 'When it last made a request; null: never. UTC.',
    },
  },
  {
    of: ['ServerUrl', 'ServerUrlDraft'],
    texts: {
      server_url:
        'Address that phones call, https, up to 2,048 characters; unless it was set, the address of this API.',
    },
  },
  {
    of: ['SubmissionFlag'],
    texts: {
      type: 'The rule.',
      field: 'The field; in a repeat with its row, such as `members[2].gps`.',
      distance_meters: 'Distance in metres to the nearest geofence that the rule names; null: none within 10 km.',
      geofence_id: 'Id of that geofence; null: none within 10 km.',
    },
  },
  {
    of: ['SubmissionMedia'],
    texts: {
      media_file_id: 'Id of the file.',
      field_id: 'The field; in a repeat with its row, such as `members[2].photo`.',
      filename: 'Name of the file, as the phone gave it.',
      content_type: 'Media type, detected from the content.',
      size_bytes: 'Size in bytes.',
      url: 'Where the file can be read, with a credential.',
    },
  },
  {
    of: ['MediaForm', 'UploadDraft'],
    texts: {
      file: 'The file, 1 byte to 4 MiB, with its name.',
      filename: 'Name of the file, up to 255 characters in any script; folders before it are left out.',
      content_type: 'Media type of the file, such as `image/jpeg`. The stored type is the one that the content shows.',
      size_bytes: 'Size of the file in bytes, from 1 to `media_max_bytes` of the workspace.',
      submission_local_uuid: '`local_uuid` of the submission, which may be stored later: 1 to 128 characters.',
      field_id: 'Id of the media field; in a repeat with the row, from 0: `members[2].photo`. Groups are not named.',
    },
  },
  {
    of: ['MediaResult', 'UploadAddress'],
    texts: {
      media_file_id: 'Id of the file. In the data of its submission it is the value of the field.',
      filename: 'Name of the file.',
      size_bytes: 'Size in bytes.',
      url: 'Where to send the file: an address of the file store. Send no credential to it.',
      method: 'Always `PUT`.',
      headers: 'The headers that the request must have. Many HTTP clients set `Content-Length` by themselves.',
      expires_at: 'When the address expires: 15 minutes after it was made; UTC.',
    },
  },
  {
    of: [
      'SubmissionAccepted',
      'SubmissionIgnored',
      'HeadlessAccepted',
      'HeadlessIgnored',
      'BulkSyncAccepted',
      'BulkSyncIgnored',
      'BulkSyncError',
    ],
    texts: {
      status: '`accepted`: it was stored; `ignored`: the `local_uuid` was stored before.',
      id: 'Id of the submission; if it was ignored, that of the stored one.',
      index: 'Place of the item in the request, from 0.',
      local_uuid: 'As it was sent; null: it could not be read.',
      flags: 'Rules that only flag, and that the data did not keep; the first 100.',
      reason: '`DUPLICATE`: stored before for the same form; `LOCAL_UUID_CONFLICT`: for another one.',
      error_code: 'Why the item was refused.',
      error: 'The same as a sentence.',
      detail: 'The failed fields, up to 100; absent if the refusal is about no field.',
    },
  },
  {
    of: ['BulkSyncResult'],
    texts: {
      accepted: 'Items that were stored.',
      ignored: 'Items that had been stored before. They count as success.',
      errors: 'Items that were refused, and not stored.',
    },
  },
];
