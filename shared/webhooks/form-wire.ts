import * as z from 'zod';
import { shownId } from '../entity/fields.ts';
import { whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';
import { SigningSecret } from './signature.ts';
import { TargetUrl } from './target-fields.ts';

/** Webhooks of forms in bodies and responses. */

export const FormWebhookDraft = strictObject(whenMade({ url: TargetUrl, secret: SigningSecret.optional() })).meta({
  id: 'FormWebhookDraft',
  example: { url: 'https://example.com/hook', secret: 'optional_signing_secret' },
});
export type FormWebhookDraft = z.output<typeof FormWebhookDraft>;

export const FormWebhook = z
  .object({
    id: shownId(),
    form_id: shownId(),
    url: z.string(),
    has_secret: z.boolean(),
    is_active: z.boolean(),
    created_at: instant(),
  })
  .meta({
    id: 'FormWebhook',
    example: {
      id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
      form_id: '01957e2b-a421-7c3e-8a51-3f2d6c0e8b11',
      url: 'https://your-system.com/hook',
      has_secret: true,
      is_active: true,
      created_at: '2026-03-17T10:00:00Z',
    },
  });
export type FormWebhook = z.input<typeof FormWebhook>;
