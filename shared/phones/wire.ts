import * as z from 'zod';
import { OneTimeToken } from '../auth/one-time-token.ts';
import { shownId } from '../entity/fields.ts';
import { whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';
import { label } from '../wire/text.ts';

/** Paired phones as bodies and answers. */

const email = () => z.string().meta({ format: 'email' });

const userId = '0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11';
const deviceId = '01957e2b-a425-7c3e-8a51-3f2d6c0e8b11';
const token = 'J4kQ7m0Yc2sVQ1dWlJ3xT8uE5nRb9aPzK6hFgLoCtX0';

export const PairingToken = z
  .object({ token: z.string(), expires_at: instant(), user_id: shownId(), user_email: email() })
  .meta({
    id: 'PairingToken',
    example: { token, expires_at: '2026-03-22T11:30:00Z', user_id: userId, user_email: 'manager@org.com' },
  });

export const PairRequest = strictObject(whenMade({ token: OneTimeToken, device_label: label(255) })).meta({
  id: 'PairRequest',
  example: { token, device_label: 'Samsung Galaxy A55' },
});

export const PairResult = z
  .object({ device_token: z.string(), user_id: shownId(), user_email: email(), device_id: shownId() })
  .meta({
    id: 'PairResult',
    example: { device_token: 'eyJ…', user_id: userId, user_email: 'manager@org.com', device_id: deviceId },
  });
export type PairResult = z.input<typeof PairResult>;

export const PairedDevice = z
  .object({
    id: shownId(),
    device_label: z.string(),
    user_id: shownId(),
    user_email: email(),
    paired_at: instant(),
    last_seen_at: instant().nullable(),
  })
  .meta({
    id: 'PairedDevice',
    example: {
      id: deviceId,
      device_label: 'Samsung Galaxy A55',
      user_id: userId,
      user_email: 'manager@org.com',
      paired_at: '2026-03-22T11:21:00Z',
      last_seen_at: '2026-03-22T14:35:00Z',
    },
  });
