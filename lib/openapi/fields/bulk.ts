import type { FieldTexts } from './field-texts.ts';

export const bulkFields: readonly FieldTexts[] = [
  {
    of: ['BulkAccepted', 'BulkStatus', 'BulkError', 'BulkResult', 'BulkCreateRequest', 'PreviewRequest', 'DedupMatch'],
    texts: {
      batch_id: 'Id of the batch; it is kept for 7 days.',
      status_url: 'Where to read the state of the batch.',
      items: '1 to `bulk_create_max_batch_size` of the workspace (500 by default).',
      code: 'Stable; branch on it.',
      'BulkResult.status': '`duplicate`: a geofence holds the point already; nothing was created.',
      'BulkStatus.status': '`aborted`: a duplicate ended a batch with `fail`; nothing was created.',
      total: 'Number of items in the batch.',
      name: 'Name of that geofence, or of the earlier item.',
    },
  },
  {
    of: ['PreviewItem', 'PreviewResponse'],
    texts: {
      index: 'Position of the item in the request, counted from 0.',
      input_address: 'The address as it was sent; what bulk takes as `address`.',
      status: '`dedup`: the point lies in a geofence already.',
      normalized_address: 'The address as the geocoder writes it; null if it found none.',
      dedup_match: 'The geofence that holds the point; null unless `status` is `dedup`.',
      error_reason: 'A sentence for people; null unless `status` is `error`.',
      error_code: 'Stable; null unless `status` is `error`.',
      tags: "The item's tags.",
      items: 'The rows, in the order of the request.',
      total: 'Number of rows.',
      ok_count: 'Rows with `ok`.',
      dedup_count: 'Rows with `dedup`.',
      error_count: 'Rows with `error`.',
    },
  },
];
