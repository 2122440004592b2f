import { randomUUID } from 'node:crypto';
import type { Runner } from './command-loop.ts';
import type { DeviceFolder } from './folder.ts';
import { isForKey } from './identity.ts';

/** Requests the next certificate of the device, and installs it when it arrives. */
export class Rotation {
  readonly #folder: DeviceFolder;
  readonly #installed: () => void;
  #isWanted: boolean;
  #failure: string | undefined;

  /**
   * @param wanted whether to request a certificate
   * @param installed called when a certificate has been installed, so that the device reconnects with it
   */
  constructor(folder: DeviceFolder, wanted: boolean, installed: () => void) {
    [this.#folder, this.#isWanted, this.#installed] = [folder, wanted, installed];
  }

  /** Whether the platform has not answered yet. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Why the request was refused, if it was. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The event that asks for a certificate. A repeated event contains the same request. */
  async request(): Promise<object> {
    const { csr } = await this.#folder.next();
    return {
      messageId: randomUUID(),
      type: 'certificate.rotate',
      occurredAt: new Date().toISOString(),
      data: { csr },
    };
  }

  /** Runs the commands with which the platform answers. */
  readonly runners: Readonly<Record<'INSTALL_CERTIFICATE' | 'ROTATION_FAILED', Runner>> = {
    INSTALL_CERTIFICATE: (payload) => {
      const [certificateId, certificatePem, caCertificatePem, expiresAt] = [
        'certificateId',
        'certificatePem',
        'caCertificatePem',
        'expiresAt',
      ].map((name) => String(payload[name])) as [string, string, string, string];
      const key = this.#folder.pendingKey;
      if (key === undefined || !isForKey(certificatePem, key))
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
