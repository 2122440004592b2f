import type { FieldTexts } from './field-texts.ts';

/** Exports. */
export const exportFields: readonly FieldTexts[] = [
  {
    of: [
      'exportSubmissionsCsv',
      'exportSubmissionsGeoJson',
      'exportSubmissionsGpx',
      'exportSubmissionsMedia',
      'exportSubmissionsPackage',
    ],
    texts: { form_id: 'Id of the form.' },
  },
  {
    of: ['ExportRequest', 'ExportJob', 'listExports'],
    texts: {
      scopeType: 'The type of the object whose data is exported, with the data of all objects below it.',
      scopeId: 'Id of that object.',
      from: 'The first instant of the range; UTC. Required unless the object is a form: then it may also be a date.',
      to:
        'The end of the range, exclusive: after `from`, and at most 366 days later. UTC. For a form it is optional, ' +
        'may be a date, and is inclusive.',
      includes: 'What is exported, one file each. For a form, exactly one value that begins with `SUBMISSIONS`.',
      format:
        'The format of the files: `CSV` (RFC 4180), or `NDJSON`, one JSON object per line. `CSV` if absent; ignored for a form.',
      status: '`READY` for 24 hours, then `EXPIRED`. `FAILED` has an `errorCode`.',
      requestedBy: 'Who asked for it: `user_<id>` or `key_<id>`.',
      sizeBytes: 'Size of the archive in bytes; once it is `READY`.',
      readingCount: 'Rows of readings, once it is `READY`; absent if they are not included.',
      annotationCount: 'Rows of annotations, once it is `READY`; absent if they are not included.',
      locationCount: 'Rows of locations, once it is `READY`; absent if they are not included.',
      eventCount: 'Rows of events, once it is `READY`; absent if they are not included.',
      submissionCount: 'Submissions, once it is `READY`; absent if it is not of a form, or of media files only.',
      mediaCount: 'Media files, once it is `READY`; absent if they are not included.',
      completedAt: 'When the archive was complete; UTC.',
      expiresAt: 'Until when it can be downloaded: 24 hours after `completedAt`. UTC.',
      downloadUrl: 'A link to the archive, valid for 15 minutes; from `GET /exports/{id}` while it is `READY`.',
      errorCode:
        'Why it is `FAILED`. `EXPORT_TOO_LARGE`: ask for a shorter range. `SCOPE_GONE`: the object was deleted meanwhile.',
      errorMessage: 'The same as a sentence for people.',
    },
  },
];
