import { createHash } from 'node:crypto';
import { ServiceFault } from '../../shared/aws/faults.ts';
import type { RestCall } from '../../shared/aws/rest-service.ts';
import type { BrokerRight } from '../../shared/capability/capability.ts';
import { answerRest } from './aws-fake.ts';

/** A certificate as the broker keeps it. */
export interface KeptCertificate {
  readonly id: string;
  readonly arn: string;
  status: 'INACTIVE' | 'ACTIVE' | 'REVOKED';
  readonly policies: Set<string>;
  readonly things: Set<string>;
}

/** What each call of the control plane needs, as `lib/constructs/broker-grants.ts` has it. */
const rights: readonly [method: string, path: RegExp, right: readonly BrokerRight[]][] = [
  ['POST', /^certificates$/, ['certify']],
  ['DELETE', /^certificates\//, ['certify']],
  ['PUT', /^certificates\//, ['certify', 'revoke']],
  ['POST', /^things\/[^/]+$/, ['certify']],
  ['DELETE', /^things\/[^/]+$/, ['revoke']],
  ['PUT', /\/principals$/, ['certify']],
  ['DELETE', /\/principals$/, ['revoke']],
  ['PUT', /^target-policies\//, ['certify']],
  ['POST', /^target-policies\//, ['revoke']],
];

const missing = (what: string) => new ServiceFault('ResourceNotFoundException', `No ${what}`, 404);

/** The control plane of IoT Core in this process, as far as devices need it. */
export class IotFake {
  /** Refuses a call, by throwing. */
  authorize: (anyOf: readonly BrokerRight[]) => void = () => undefined;
  /** Fails or delays a call, by its method and path: `POST certificates`. */
  before: (call: string) => unknown = () => undefined;
  readonly certificates = new Map<string, KeptCertificate>();
  readonly things = new Set<string>();
  #issued = 0;
  /** Ends it as the broker of the process. */
  readonly restore = () => {
    for (const end of this.#ends) end();
  };
  /** Clients whose connections were ended, in order. */
  readonly disconnected: string[] = [];
  /** What was sent to devices, in order. */
  readonly sent: { readonly topic: string; readonly payload: unknown }[] = [];
  readonly #ends = [
    answerRest('iot', (call) => this.#control(call)),
    answerRest('iot_data', async ({ method, path: [, name = ''], body }) => {
      const ends = method === 'DELETE';
      await this.before(`${ends ? 'disconnect' : 'publish'} ${name}`);
      this.authorize([ends ? 'revoke' : 'publish']);
      if (ends) this.disconnected.push(name);
      else this.sent.push({ topic: name, payload: JSON.parse(body as string) });
    }),
  ];

  async #control(call: RestCall): Promise<unknown> {
    const path = call.path.join('/');
    await this.before(`${call.method} ${path}`);
    this.#authorize(call.method, path);
    return this.#answer(call, path);
  }

  /** Whether the broker would accept this certificate from the device. */
  admits(id: string, deviceId: string): boolean {
    const found = this.certificates.get(id);
    return found?.status === 'ACTIVE' && found.things.has(deviceId) && found.policies.size > 0;
  }

  #authorize(method: string, path: string): void {
    const [, , wanted = []] = rights.find(([one, form]) => one === method && form.test(path)) ?? [];
    if (wanted.length === 0) throw new Error(`The fake of IoT Core knows no ${method} ${path}`);
    this.authorize(wanted);
  }

  #answer({ method, path: [kind, name = '', part], headers = {}, query = {}, body }: RestCall, path: string): unknown {
    if (kind === 'certificates') return name === '' ? this.#issue(body as object) : this.#change(method, name, query);
    if (kind === 'target-policies') return this.#policy(method, name, (body as { target: string }).target);
    if (part === 'principals') return this.#principal(method, name, headers['x-amzn-principal']!);
    if (path.startsWith('things/') && method === 'POST') this.things.add(name);
    else if (this.#ofThing(name)) throw new ServiceFault('InvalidRequestException', 'Principals are attached', 400);
    else this.things.delete(name);
    return {};
  }

  #ofThing(name: string): boolean {
    return [...this.certificates.values()].some(({ things }) => things.has(name));
  }

  #issue(body: object) {
    const id = createHash('sha256')
      .update(`${JSON.stringify(body)} ${++this.#issued}`)
      .digest('hex');
    const arn = `arn:aws:iot:eu-west-1:123456789012:cert/${id}`;
    this.certificates.set(id, { id, arn, status: 'INACTIVE', policies: new Set(), things: new Set() });
    const certificatePem = `-----BEGIN CERTIFICATE-----\n${id}\n-----END CERTIFICATE-----\n`;
    return { certificateId: id, certificateArn: arn, certificatePem };
  }

  #change(method: string, id: string, { newStatus }: Readonly<Record<string, string>>): unknown {
    const found = this.certificates.get(id);
    if (!found) throw missing('certificate');
    if (method === 'PUT') found.status = newStatus as KeptCertificate['status'];
    else if (found.status === 'ACTIVE' || found.things.size > 0)
      throw new ServiceFault('CertificateStateException', 'It is in use', 406);
    else this.certificates.delete(id);
    return {};
  }

  #byArn(arn: string): KeptCertificate {
    const found = [...this.certificates.values()].find((one) => one.arn === arn);
    if (!found) throw missing('certificate');
    return found;
  }

  #policy(method: string, policy: string, target: string): unknown {
    const { policies } = this.#byArn(target);
    if (method === 'PUT') policies.add(policy);
    else policies.delete(policy);
    return {};
  }

  #principal(method: string, thing: string, arn: string): unknown {
    if (!this.things.has(thing)) throw missing('thing');
    const { things } = this.#byArn(arn);
    if (method === 'PUT') things.add(thing);
    else things.delete(thing);
    return {};
  }
}
