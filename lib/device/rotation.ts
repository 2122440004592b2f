import { randomUUID } from 'node:crypto';
import type { Runner } from './command-loop.ts';
import type { DeviceFolder } from './folder.ts';
import { isOf } from './identity.ts';

/** The device asks for its next certificate, and takes it into use when it comes. */
export class Rotation {
  readonly #folder: DeviceFolder;
  readonly #installed: () => void;
  #isWanted: boolean;
  #failure: string | undefined;

  /**
   * @param wanted whether to ask for a certificate
   * @param installed called when another certificate is to be connected with
   */
  constructor(folder: DeviceFolder, wanted: boolean, installed: () => void) {
    [this.#folder, this.#isWanted, this.#installed] = [folder, wanted, installed];
  }

  /** Whether an answer is still to come. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Why there is no other certificate, where it was refused. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The event that asks; the same request each time. */
  async request(): Promise<object> {
    const { csr } = await this.#folder.next();
    return {
      messageId: randomUUID(),
      type: 'certificate.rotate',
      occurredAt: new Date().toISOString(),
      data: { csr },
    };
  }

  /** The commands that answer. */
  readonly runners: Readonly<Record<'INSTALL_CERTIFICATE' | 'ROTATION_FAILED', Runner>> = {
    INSTALL_CERTIFICATE: (payload) => {
      const [certificateId, certificatePem, caCertificatePem, expiresAt] = [
        'certificateId',
        'certificatePem',
        'caCertificatePem',
        'expiresAt',
      ].map((name) => String(payload[name])) as [string, string, string, string];
      const key = this.#folder.begunKey;
      if (key === undefined || !isOf(certificatePem, key))
        return { status: 'FAILED', message: 'The certificate is of no key of this device.' };
      this.#folder.install({ certificateId, certificatePem, caCertificatePem, expiresAt });
      this.#isWanted = false;
      return {
        status: 'SUCCESS',
        message: `Certificate ${certificateId.slice(0, 16)} installed.`,
        afterwards: this.#installed,
      };
    },
    ROTATION_FAILED: (payload) => {
      this.#folder.dropNext();
      this.#isWanted = false;
      this.#failure = String(payload.detail);
      return { status: 'SUCCESS', message: `No certificate: ${this.#failure}` };
    },
  };
}
