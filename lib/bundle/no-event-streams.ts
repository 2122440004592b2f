/**
 * Functions are bundled with this instead of `@smithy/core/event-streams`. The SDK imports it only for operations that
 * stream events (transcription, S3 Select). If one of our operations ever does, this error says so.
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

/** Clients of services with such operations ask for it when they are made. */
export const resolveEventStreamSerdeConfig = <C>(config: C): C => config;
