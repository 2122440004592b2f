import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderUnicodeCompact } from 'uqr';
import { startReceiver } from './receiver.ts';

/**
 * A day in the field, told by requests: a form is published, a phone is paired, people are asked where there is no
 * network, and what was collected is sent twice. A pretend phone takes the part of the app.
 */

interface Day {
  /** The address of the platform: `http://localhost:4600`. */
  readonly url: string;
  /** Somebody who may publish forms and pair phones. */
  readonly email: string;
  readonly password: string;
  readonly print: (line: string) => void;
  /** What takes the part of `fetch` in tests. */
  readonly request?: typeof fetch;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each answer has its own shape
  readonly body: any;
}

/** Requests with one credential. */
type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

const submissions = 30;
const patienceMilliseconds = 60_000;

export class FieldDay {
  readonly #day: Day;
  readonly #request: typeof fetch;

  constructor(day: Day) {
    this.#day = day;
    this.#request = day.request ?? fetch;
  }

  /** Calls that must succeed, but for the statuses that are `allowed`. */
  #as(token: string | undefined, allowed: readonly number[] = []): Call {
    return async (method, path, body, headers = {}) => {
      const answer = await this.#request(`${this.#day.url}/api/v1${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const { status } = answer;
      if (!answer.ok && !allowed.includes(status)) throw new Error(`${method} ${path} answered ${status}: ${text}`);
      return { status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
    };
  }

  async spend(): Promise<void> {
    const { email, password } = this.#day;
    const signedIn = await this.#as(undefined)('POST', '/auth/login', { email, password });
    const office = this.#as(signedIn.body.access_token);
    const formId = await this.#publish(office);
    const { device_token, device_id } = await this.#pair(office);
    await this.#download(this.#as(device_token, [304]), formId);
    const received = await this.#listen(office, formId);
    await this.#sendTwice(this.#as(device_token), formId);
    await received();
    await this.#look(office, formId, device_id);
    await this.#lose(office, this.#as(device_token, [401]), device_id);
  }

  async #publish(office: Call): Promise<string> {
    const project = await office('POST', '/projects', { name: '2026 Census' });
    const schema = {
      title: 'Household Survey',
      fields: [
        { id: 'full_name', type: 'text', label: 'Full Name', required: true },
        { id: 'members', type: 'integer', label: 'Members', validation: { min: 1, max: 30 } },
        { id: 'gps', type: 'geopoint', label: 'GPS Location' },
      ],
    };
    const form = await office('POST', '/forms', { project_id: project.body.id, name: 'Household Survey', schema });
    const version = await office('POST', `/forms/${form.body.id}/publish`);
    this.#day.print(`Published "Household Survey", version ${version.body.version_num}.`);
    return form.body.id;
  }

  /** Shows the QR code that a real phone would scan, and pairs the pretend one. */
  async #pair(office: Call): Promise<{ readonly device_token: string; readonly device_id: string }> {
    const [{ body: pairing }, { body: server }] = await Promise.all([
      office('POST', '/settings/mobile/pairing-token'),
      office('GET', '/settings/mobile/server-url'),
    ]);
    const code = JSON.stringify({ server_url: server.server_url, token: pairing.token });
    this.#day.print(`\n${renderUnicodeCompact(code)}\n`);
    const label = { device_label: 'A pretend phone' };
    const { body: paired } = await this.#as(undefined)('POST', '/mobile/pair', { token: pairing.token, ...label });
    this.#day.print(`Paired "A pretend phone" with ${paired.user_email}. The code above is used up.`);
    return paired;
  }

  async #download(phone: Call, formId: string): Promise<void> {
    const { body, headers } = await phone('GET', '/mobile/forms');
    const form = body.find(({ id }: { id: string }) => id === formId);
    const again = await phone('GET', '/mobile/forms', undefined, { 'If-None-Match': headers.get('etag') ?? '' });
    this.#day.print(`The phone downloaded "${form.name}"; asked again, the answer is ${again.status}.`);
  }

  /** Has a receiver of its own told of each submission. @returns waits until it was told of all */
  async #listen(office: Call, formId: string): Promise<() => Promise<void>> {
    const secret = randomBytes(24).toString('base64url');
    let verified = 0;
    const print = (line: string) => {
      if (line.includes(' verified')) verified += 1;
    };
    const { url, server } = await startReceiver({ secret, port: 0, print });
    const target = url.replace('localhost', '127.0.0.1');
    await office('POST', `/forms/${formId}/webhooks`, { url: target, secret });
    return async () => {
      const end = Date.now() + patienceMilliseconds;
      while (verified < submissions && Date.now() < end) await sleep(100);
      server.close();
      server.closeAllConnections();
      if (verified < submissions) throw new Error(`The webhook was told of ${verified} submissions only.`);
      this.#day.print(`The webhook was told of all ${verified}, each call signed and verified.`);
    };
  }

  /** What was collected without a network; the answer to the first request gets lost, so it is sent again. */
  async #sendTwice(phone: Call, formId: string): Promise<void> {
    const morning = Date.now() - 8 * 3_600_000;
    const collected = Array.from({ length: submissions }, (_, i) => ({
      form_id: formId,
      local_uuid: randomUUID(),
      collected_at: new Date(morning + i * 15 * 60_000).toISOString(),
      data: {
        full_name: `Household ${i + 1}`,
        members: 1 + (i % 6),
        gps: { latitude: -0.2295 + i / 1000, longitude: -78.5243, accuracy: 6 },
      },
    }));
    for (const time of ['first', 'second']) {
      const { body } = await phone('POST', '/submissions/bulk', collected);
      const { accepted, ignored, errors } = body;
      this.#day.print(
        `Sent ${collected.length} for the ${time} time: ${accepted.length} accepted, ${ignored.length} ignored, ${errors.length} errors.`,
      );
    }
  }

  async #look(office: Call, formId: string, deviceId: string): Promise<void> {
    const query = `form_id=${formId}&device_id=${deviceId}&source=mobile&limit=1`;
    const { body, headers } = await office('GET', `/submissions?${query}`);
    const [last] = body;
    this.#day.print(
      `The office sees ${headers.get('x-total-count')} of this phone; the last one is of ${last.data.full_name}, collected ${last.collected_at}.`,
    );
  }

  async #lose(office: Call, phone: Call, deviceId: string): Promise<void> {
    await office('DELETE', `/settings/mobile/devices/${deviceId}`);
    const { status, body } = await phone('GET', '/mobile/forms');
    this.#day.print(`The phone was revoked; its next request answers ${status} ${body.error_code}.`);
  }
}
