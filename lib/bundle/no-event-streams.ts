/**
 * What functions are bundled with instead of `@smithy/core/event-streams`. The SDK imports it only when an operation
 * streams events (transcription, S3 Select); the first operation of ours that does will say so here.
 */
function refuse(): never {
  throw new Error('Event streams are left out of bundles: see lib/bundle.ts.');
}

export class EventStreamSerde {
  constructor() {
    refuse();
  }
}

export const eventStreamSerdeProvider = refuse;
