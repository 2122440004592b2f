import * as z from 'zod';
import { readPublishedKeys } from '../../shared/auth/token-keys.ts';
import { keep } from '../../shared/docs/document.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

const PublicKey = z
  .object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    kid: z.string(),
    x: z.string(),
    y: z.string(),
    alg: z.literal('ES256'),
    use: z.literal('sig'),
  })
  .meta({
    id: 'PublicKey',
    example: {
      kty: 'EC',
      crv: 'P-256',
      kid: 't1',
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      alg: 'ES256',
      use: 'sig',
    },
  });

export const route = defineRoute({
  method: 'GET',
  path: '/.well-known/jwks.json',
  operationId: 'getJwks',
  summary: 'Get the keys for verifying access tokens',
  description:
    'A JWK set (RFC 7517) with the key that signs now. While keys are rotated, it also holds the previous and the next key.',
  scope: 'public',
  uses: { tokenKeys: readPublishedKeys },
  success: { 200: z.object({ keys: z.array(PublicKey) }).meta({ id: 'PublicKeySet' }) },
  problems: [],
});

export const handler = serve(route, async ({ tokenKeys }) => ({
  status: 200,
  body: tokenKeys.list(),
  headers: { 'Cache-Control': keep.shortly },
}));
