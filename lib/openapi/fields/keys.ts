import type { FieldTexts } from './field-texts.ts';

export const keyFields: readonly FieldTexts[] = [
  {
    of: ['ApiKey', 'ApiKeyDraft', 'ApiKeyPatch', 'CreatedApiKey', 'RotatedApiKey', 'PlainApiKeyDraft'],
    texts: {
      name: '1 to 120 characters, at least one of them visible.',
      description: 'Up to 500 characters; an empty text if absent.',
      key_prefix: 'The public part of the key, which names it; not secret.',
      environment: '`live` or `test`, as the workspace was when the key was made.',
      effective_scopes: 'What the key may do.',
      status: 'Keys that are `expired` or `revoked` are refused.',
      expires_at: 'When the key expires; UTC. Null: never.',
      last_used_at: 'When it was last used; UTC. Null: never.',
      last_used_ip: 'Address of the caller at its last use; null: never used.',
      rotated_from: 'Id of the key that it replaces; null if it replaces none.',
      revoked_at: 'When it was revoked; UTC. Null: it is not.',
      allowed_cidrs: 'Networks from which the key may be used, up to 20 of IPv4 or IPv6; `[]` (any) if absent.',
    },
  },
  { of: ['CreatedPlainApiKey'], texts: { scopes: 'The scopes of the request; an empty list means a headless key.' } },
  {
    of: ['listAccountApiKeys'],
    texts: {
      status: 'Only keys with this status; all if absent.',
      expiring_within_days: 'Only keys that expire within this many days, 1 to 365.',
    },
  },
];
