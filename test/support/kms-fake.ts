import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { ServiceFault } from '../../shared/aws/faults.ts';
import { answerFor } from './aws-fake.ts';

type Pair = ReturnType<typeof generateKeyPairSync>;

interface SignInput {
  readonly KeyId: string;
  /** In base64, like all bytes in JSON. */
  readonly Message: string;
}

/** The key and the encryption context of a data key. */
interface DataKeyInput {
  readonly KeyId: string;
  readonly EncryptionContext: Readonly<Record<string, string>>;
}

interface DecryptInput extends DataKeyInput {
  readonly CiphertextBlob: string;
}

/** A KMS in this process that really signs, and that decrypts data keys for the same key and context only. */
export class KmsFake {
  /** Refuses a signature, by throwing. */
  authorize: () => void = () => undefined;
  /** The same for data keys. */
  authorizeSecrets: (operation: 'GenerateDataKey' | 'Decrypt') => void = () => undefined;
  /** The operations with data keys, in order. */
  readonly dataKeyCalls: string[] = [];
  readonly #pairs = new Map<string, Pair>();
  /** The requests to sign, in order. */
  readonly signed: SignInput[] = [];
  /** Removes it as the KMS of the process. */
  readonly restore = answerFor('kms', (operation, input) => {
    if (operation === 'Sign') return this.#sign(input);
    if (operation === 'GenerateDataKey') return this.#generate(input);
    if (operation === 'Decrypt') return this.#decrypt(input);
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

  #generate({ KeyId, EncryptionContext }: DataKeyInput) {
    this.authorizeSecrets('GenerateDataKey');
    this.dataKeyCalls.push('GenerateDataKey');
    const Plaintext = randomBytes(32).toString('base64');
    const blob = JSON.stringify({ KeyId, EncryptionContext, Plaintext });
    return { KeyId, Plaintext, CiphertextBlob: Buffer.from(blob).toString('base64') };
  }

  #decrypt({ KeyId, EncryptionContext, CiphertextBlob }: DecryptInput) {
    this.authorizeSecrets('Decrypt');
    this.dataKeyCalls.push('Decrypt');
    const { Plaintext, ...sealedFor } = JSON.parse(Buffer.from(CiphertextBlob, 'base64').toString('utf8'));
    if (JSON.stringify(sealedFor) !== JSON.stringify({ KeyId, EncryptionContext })) {
      throw new ServiceFault('InvalidCiphertextException', 'Not encrypted for this', 400);
    }
    return { KeyId, Plaintext };
  }

  #pair(arn: string): Pair {
    const pair = this.#pairs.get(arn);
    if (!pair) throw new ServiceFault('NotFoundException', `No key ${arn}`, 400);
    return pair;
  }
}
