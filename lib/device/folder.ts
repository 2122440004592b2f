import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Identity, newIdentity } from './identity.ts';

/**
 * The files of a device on this machine, which only their owner can read. `device.json` names the files of the key and
 * the certificate in use. It is replaced atomically, so a certificate is never without its key.
 */

/** The platform's response to a registration. */
export interface ProvisionResult {
  readonly deviceId: string;
  readonly tenantId: string;
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly caCertificatePem: string;
  readonly mqttEndpoint: string;
  readonly mqttPort: number;
  readonly clientId: string;
  readonly thingName: string;
  readonly topics: Readonly<Record<'location' | 'readings' | 'health' | 'events' | 'commands' | 'commandsAck', string>>;
  readonly expiresAt: string;
}

/** The file names of a certificate and its key. */
interface Pair {
  readonly certificateId: string;
  readonly key: string;
  readonly certificate: string;
}

export interface KnownDevice extends Omit<ProvisionResult, 'certificatePem' | 'certificateId'> {
  /** The id of the registration token that was used. */
  readonly tokenId: string;
  readonly current: Pair;
  /** The previous pair; kept until a connection with the current one has succeeded. */
  readonly former?: Pair;
}

/** Key and certificate as PEM. */
export interface Credential {
  readonly certificateId: string;
  readonly key: string;
  readonly certificate: string;
}

const [nextKey, nextCsr, facts] = ['next.key.pem', 'next.csr.pem', 'device.json'];

/** `.local/devices`, unless `HEXFENCE_DEVICES` names another folder. */
export const devicesFolder = (): string =>
  process.env.HEXFENCE_DEVICES ?? fileURLToPath(new URL('../../.local/devices', import.meta.url));

/** The ids of the devices that are registered on this machine. */
export function knownDevices(folder = devicesFolder()): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => existsSync(join(folder, name, facts))).sort();
}

export class DeviceFolder {
  readonly path: string;

  constructor(deviceId: string, folder = devicesFolder()) {
    this.path = join(folder, deviceId);
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }

  /** The device, once it is registered. */
  get known(): KnownDevice | undefined {
    const text = this.#read(facts);
    return text === undefined ? undefined : (JSON.parse(text) as KnownDevice);
  }

  /** The credentials to connect with: the current pair, then the former one if there is one. */
  credentials(): Credential[] {
    const { current, former } = this.known!;
    return [current, ...(former ? [former] : [])].map(({ certificateId, key, certificate }) => ({
      certificateId,
      key: this.#read(key)!,
      certificate: this.#read(certificate)!,
    }));
  }

  /** The key and the request for the next certificate. They are stored, so that a repeated request is the same. */
  async next(): Promise<Identity> {
    const [key, csr] = [this.#read(nextKey), this.#read(nextCsr)];
    if (key !== undefined && csr !== undefined) return { key, csr };
    const made = await newIdentity('Hexfence device');
    this.write(nextKey, made.key);
    this.write(nextCsr, made.csr);
    return made;
  }

  /** The key of an open certificate request, if there is one. */
  get pendingKey(): string | undefined {
    return this.#read(nextCsr) === undefined ? undefined : this.#read(nextKey);
  }

  /** Deletes the key and the request for the next certificate. */
  dropNext(): void {
    this.#remove(nextKey, nextCsr);
  }

  /** Stores a registration. Its certificate belongs to the key of `next`. */
  register({ certificatePem, certificateId, ...rest }: ProvisionResult, tokenId: string): void {
    this.#become({ ...rest, tokenId, current: this.#pairOf(certificateId, certificatePem) });
  }

  /** Makes a certificate the current one, and keeps the present one as the former. */
  install(
    certificate: Pick<ProvisionResult, 'certificateId' | 'certificatePem' | 'caCertificatePem' | 'expiresAt'>,
  ): void {
    const { certificateId, certificatePem, caCertificatePem, expiresAt } = certificate;
    const known = this.known!;
    const current = this.#pairOf(certificateId, certificatePem);
    this.#become({ ...known, caCertificatePem, expiresAt, current, former: known.current });
  }

  /** Deletes the former pair, because a connection with the current one has succeeded. */
  confirm(): void {
    const known = this.known!;
    if (!known.former) return;
    const { former, ...rest } = known;
    this.#replace(rest);
    this.#remove(former.key, former.certificate);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text, { mode: 0o600 });
  }

  #pairOf(certificateId: string, certificatePem: string): Pair {
    const name = certificateId.slice(0, 16);
    const pair = { certificateId, key: `${name}.key.pem`, certificate: `${name}.certificate.pem` };
    copyFileSync(join(this.path, nextKey), join(this.path, pair.key));
    this.write(pair.certificate, certificatePem);
    return pair;
  }

  #become(known: KnownDevice): void {
    this.#replace(known);
    this.dropNext();
    const used = [known.current, known.former].flatMap((pair) => (pair ? [pair.key, pair.certificate] : []));
    const others = readdirSync(this.path).filter((name) => name.endsWith('.pem') && !used.includes(name));
    this.#remove(...others);
  }

  #replace(known: KnownDevice): void {
    this.write(`${facts}.new`, `${JSON.stringify(known, null, 2)}\n`);
    renameSync(join(this.path, `${facts}.new`), join(this.path, facts));
  }

  #read(name: string): string | undefined {
    const path = join(this.path, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  #remove(...names: readonly string[]): void {
    for (const name of names) rmSync(join(this.path, name), { force: true });
  }
}
