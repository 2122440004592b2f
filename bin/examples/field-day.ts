import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderUnicodeCompact } from 'uqr';
import { namesIn } from './archive.ts';
import { type Call, callsTo } from './calls.ts';
import { type Collected, collect, pixel, submissions } from './households.ts';
import { startReceiver } from './receiver.ts';

/**
 * A day in the field as a sequence of requests: a form is published, a phone is paired, submissions are collected without
 * a network, and they are sent twice. A simulated phone replaces the app.
 */

interface Day {
  /** The address of the platform: `http://localhost:4600`. */
  readonly url: string;
  /** Somebody who may publish forms and pair phones. */
  readonly email: string;
  readonly password: string;
  readonly print: (line: string) => void;
  /** Replaces `fetch` in tests. */
  readonly request?: typeof fetch;
}

const photos = 3;
const patienceMilliseconds = 60_000;

export class FieldDay {
  readonly #day: Day;
  readonly #as: ReturnType<typeof callsTo>;

  constructor(day: Day) {
    this.#day = day;
    this.#as = callsTo(`${day.url}/api/v1`, day.request ?? fetch);
  }

  async spend(): Promise<void> {
    const { email, password } = this.#day;
    const signedIn = await this.#as(undefined)('POST', '/auth/login', { email, password });
    const office = this.#as(signedIn.body.access_token);
    const formId = await this.#publish(office);
    const { device_token, device_id } = await this.#pair(office);
    await this.#download(this.#as(device_token, [304]), formId);
    const received = await this.#listen(office, formId);
    const collected = collect(formId);
    await this.#sendPhotos(this.#as(device_token), collected);
    await this.#sendTwice(this.#as(device_token), collected);
    await received();
    await this.#look(office, formId, device_id);
    await this.#openPackage(office, formId);
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
        { id: 'house', type: 'photo', label: 'House' },
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
    this.#day.print(`The phone downloaded "${form.name}"; a second request is answered ${again.status}.`);
  }

  /** Registers a webhook to a receiver of its own. @returns waits until the webhook has received all submissions */
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
      if (verified < submissions) throw new Error(`The webhook received only ${verified} submissions.`);
      this.#day.print(`The webhook received all ${verified}, each call signed and verified.`);
    };
  }

  /** Photos may come before their submissions, and find them by the `local_uuid`. */
  async #sendPhotos(phone: Call, collected: readonly Collected[]): Promise<void> {
    for (const { local_uuid } of collected.slice(0, photos)) {
      const form = new FormData();
      form.append('file', new Blob([pixel], { type: 'image/png' }), 'house.png');
      form.append('submission_local_uuid', local_uuid);
      form.append('field_id', 'house');
      await phone('POST', '/media/upload', form);
    }
    this.#day.print(`Sent ${photos} photos, ahead of their submissions.`);
  }

  /** Sends the batch twice, as a phone does that has lost the first answer. */
  async #sendTwice(phone: Call, collected: readonly Collected[]): Promise<void> {
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

  /** Exports everything of the form as one archive, and lists its files. */
  async #openPackage(office: Call, formId: string): Promise<void> {
    const path = `/submissions/export/package?form_id=${formId}`;
    const end = Date.now() + patienceMilliseconds;
    let answer = await office('GET', path);
    while (answer.status === 202 && Date.now() < end) {
      await sleep(1000);
      answer = await office('GET', path);
    }
    if (answer.status !== 200) throw new Error(`The package is not ready: ${answer.bytes}`);
    const names = await namesIn(answer.bytes);
    const pictures = names.filter((name) => name.endsWith('.png'));
    const others = names.filter((name) => !name.startsWith('media/'));
    this.#day.print(`The package has ${others.join(', ')} and ${pictures.length} photos.`);
  }

  async #lose(office: Call, phone: Call, deviceId: string): Promise<void> {
    await office('DELETE', `/settings/mobile/devices/${deviceId}`);
    const { status, body } = await phone('GET', '/mobile/forms');
    this.#day.print(`The phone was revoked; its next request answers ${status} ${body.error_code}.`);
  }
}
