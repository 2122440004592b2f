import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ServiceFault } from '../../shared/aws/faults.ts';
import { answerFor } from './aws-fake.ts';

type Pair = ReturnType<typeof generateKeyPairSync>;

interface SignInput {
  readonly KeyId: string;
  /** In base64, like all bytes in JSON. */
  readonly Message: string;
}

/** A KMS in this process that really signs. */
export class KmsFake {
  /** Refuses a signature, by throwing. */
  authorize: () => void = () => undefined;
  readonly #pairs = new Map<string, Pair>();
  /** The requests to sign, in order. */
  readonly signed: SignInput[] = [];
  /** Removes it as the KMS of the process. */
  readonly restore = answerFor('kms', (operation, input) => {
    if (operation === 'Sign') return this.#sign(input);
    return { PublicKey: this.publicKey(input.KeyId).export({ format: 'der', type: 'spki' }).toString('base64') };
  });

  /** Creates a key if there is none with this ARN. */
  create(arn: string, namedCurve = 'P-256'): void {
    if (!this.#pairs.has(arn)) this.#pairs.set(arn, generateKeyPairSync('ec', { namedCurve }));
  }

  publicKey(arn: string): KeyObject {
    return this.#pair(arn).publicKey as unknown as KeyObject;
  }

  #sign(input: SignInput) {
    this.authorize();
    this.signed.push(input);
    const { privateKey } = this.#pair(input.KeyId);
    const signature = sign('sha256', Buffer.from(input.Message, 'base64'), privateKey as unknown as KeyObject);
    return { Signature: signature.toString('base64') };
  }

  #pair(arn: string): Pair {
    const pair = this.#pairs.get(arn);
    if (!pair) throw new ServiceFault('NotFoundException', `No key ${arn}`, 400);
    return pair;
  }
}
