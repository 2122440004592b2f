import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand, type SignCommandInput } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';

type Pair = ReturnType<typeof generateKeyPairSync>;

/** A KMS in this process that really signs. It patches the client, as `DynamoDbFake` does. */
export class KmsFake {
  /** Refuses a signature, by throwing. */
  authorize: () => void = () => undefined;
  readonly #pairs = new Map<string, Pair>();
  readonly #client = mockClient(KMSClient);
  /** What it was asked to sign, in order. */
  readonly signed: SignCommandInput[] = [];

  constructor() {
    this.#client.on(SignCommand).callsFake((input: SignCommandInput) => this.#sign(input));
    this.#client.on(GetPublicKeyCommand).callsFake(async ({ KeyId }) => ({
      PublicKey: this.publicKey(KeyId).export({ format: 'der', type: 'spki' }),
    }));
  }

  /** Makes a key where there is none of this ARN. */
  create(arn: string, namedCurve = 'P-256'): void {
    if (!this.#pairs.has(arn)) this.#pairs.set(arn, generateKeyPairSync('ec', { namedCurve }));
  }

  publicKey(arn: string): KeyObject {
    return this.#pair(arn).publicKey as unknown as KeyObject;
  }

  restore(): void {
    this.#client.restore();
  }

  async #sign(input: SignCommandInput) {
    this.authorize();
    this.signed.push(input);
    const { privateKey } = this.#pair(input.KeyId!);
    return { Signature: sign('sha256', Buffer.from(input.Message!), privateKey as unknown as KeyObject) };
  }

  #pair(arn: string): Pair {
    const pair = this.#pairs.get(arn);
    if (!pair) throw Object.assign(new Error(`No key ${arn}`), { name: 'NotFoundException' });
    return pair;
  }
}
