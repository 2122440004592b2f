import { argon2, createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { promisify } from 'node:util';

/**
 * The floor of a handler's cost: the same calls in the same waves, signed and parsed, and nothing else. It has no
 * retries, no time limits, no checks and no log.
 */

export interface FloorWork {
  readonly port: number;
  /** Calls by wave; their bodies are ready to be sent. */
  readonly waves: readonly (readonly { service: string; target: string; jsonVersion: string; body: string }[])[];
  /** Passwords that are hashed, which no handler could omit. */
  readonly passwords: number;
}

const { port, waves, passwords }: FloorWork = JSON.parse(readFileSync(process.env.FLOOR_WORK!, 'utf8'));
const { AWS_REGION: region, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env;
const token = process.env.AWS_SESSION_TOKEN!;
const agent = new Agent({ keepAlive: true, maxSockets: 50 });
const host = `localhost:${port}`;
const keys = new Map<string, KeyObject>();
const hmac = (key: KeyObject | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

type Call = FloorWork['waves'][number][number];

function signed({ service, target, jsonVersion, body }: Call) {
  const date = new Date().toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = keys.get(scope) ?? createSecretKey(scope.split('/').reduce(hmac, Buffer.from(`AWS4${secret}`)));
  keys.set(scope, key);
  const type = `application/x-amz-json-${jsonVersion}`;
  const names = 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target';
  const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${host}\nx-amz-date:${date}\nx-amz-security-token:${token}\nx-amz-target:${target}\n\n${names}\n${hash('sha256', body)}`;
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`).toString('hex');
  return {
    Host: host,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Amz-Date': date,
    'X-Amz-Security-Token': token,
    'X-Amz-Target': target,
    Authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function send(call: Call): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = {
      hostname: 'localhost',
      servername: 'localhost',
      port,
      method: 'POST',
      path: '/',
      agent,
      headers: signed(call),
    };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    sent.on('error', reject);
    sent.end(call.body);
  });
}

const salt = Buffer.alloc(16);
const costs = { message: 'password', nonce: salt, parallelism: 1, tagLength: 32, memory: 19 * 1024, passes: 2 };

export async function handler(): Promise<string> {
  for (const wave of waves) await Promise.all(wave.map(send));
  for (let i = 0; i < passwords; i++) await promisify(argon2)('argon2id', costs);
  return 'done';
}
