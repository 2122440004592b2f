import { randomUUID } from 'node:crypto';

/** What the pretend phone of `field-day.ts` collects. */

export const submissions = 30;

/** A picture of one pixel, in place of a camera's. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export interface Collected {
  readonly form_id: string;
  readonly local_uuid: string;
  readonly collected_at: string;
  readonly data: object;
}

/** What was collected without a network. */
export function collect(formId: string): readonly Collected[] {
  const morning = Date.now() - 8 * 3_600_000;
  return Array.from({ length: submissions }, (_, i) => ({
    form_id: formId,
    local_uuid: randomUUID(),
    collected_at: new Date(morning + i * 15 * 60_000).toISOString(),
    data: {
      full_name: `Household ${i + 1}`,
      members: 1 + (i % 6),
      gps: { latitude: -0.2295 + i / 1000, longitude: -78.5243, accuracy: 6 },
    },
  }));
}
