import { defineCapability } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import { rawSignature } from './der-signature.ts';
import { kms, refuseOutage } from './kms.ts';
import { tokenIssuer } from './token-keys.ts';

export interface TokenHeader {
  readonly typ: 'at+jwt' | 'rt+jwt' | 'dt+jwt';
}

/** The key that signs: its name in tokens, and its ARN. */
interface Signer {
  readonly kid: string;
  readonly key: string;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class TokenSigner {
  readonly #signer: Signer = JSON.parse(environment.requiredSetting('TOKEN_SIGNER'));

  /**
   * Signs claims with the stage's key, which never leaves KMS: one call takes about ten milliseconds, and an account may
   * make about a thousand per second. `alg`, `kid` and `iss` are set here; `iat`, `exp` and `jti` are set by the
   * caller.
   *
   * @returns a compact JWS, ES256
   * @throws Problem SERVICE_UNAVAILABLE while KMS is overloaded or unavailable
   */
  async sign({ typ }: TokenHeader, claims: Readonly<Record<string, unknown>>): Promise<string> {
    const { kid, key } = this.#signer;
    const input = `${encode({ alg: 'ES256', kid, typ })}.${encode({ ...claims, iss: tokenIssuer() })}`;
    const request = {
      KeyId: key,
      Message: Buffer.from(input).toString('base64'),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    };
    const { Signature } = await kms.call<{ Signature: string }>('Sign', request).catch(refuseOutage);
    return `${input}.${rawSignature(Buffer.from(Signature, 'base64')).toString('base64url')}`;
  }
}

/** For sign-in, refresh and pairing only. */
export const signTokens = defineCapability({ signs: true, open: () => new TokenSigner() });
