import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** A small receiver of webhooks. A real receiver needs only `verify`; the rest simulates failing calls. */

const answers = ['200', '500', '301', '410', 'slow', 'reset'] as const;
type Answer = (typeof answers)[number];

/** Longer than a webhook waits for an answer. */
const slowMilliseconds = 40_000;

interface Options {
  /** Without it, calls are not verified. */
  readonly secret?: string | undefined;
  /** 0 for any free port. */
  readonly port: number;
  readonly print: (line: string) => void;
}

/** Parses a call and verifies its signature over the raw bytes. @throws if it is not genuine */
function verify(secret: string, body: string, headers: IncomingMessage['headers']): unknown {
  const key = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(Buffer.from(secret), { format: 'raw' });
  return key.verify(body, headers as Record<string, string>);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startReceiver({
  secret,
  port,
  print,
}: Options): Promise<{ readonly url: string; readonly server: Server }> {
  let answer: Answer = '200';

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    if (request.method === 'PUT' && request.url === '/answer') {
      const chosen = answers.find((one) => one === body.trim());
      if (chosen) answer = chosen;
      response.writeHead(chosen ? 200 : 400).end(chosen ? `Answering ${chosen}\n` : `One of ${answers.join(', ')}\n`);
      return;
    }
    const { 'x-hexfence-event': type, 'x-hexfence-attempt': attempt, 'webhook-id': id } = request.headers;
    if (type === undefined) {
      print(`${request.method} ${request.url}: no call of a webhook`);
      response.writeHead(404).end('Calls of webhooks are received here.\n');
      return;
    }
    if (secret && !request.headers['webhook-signature']) {
      print(`${type} ${id}: not signed, since the webhook has no secret`);
      response.writeHead(401).end();
      return;
    }
    try {
      if (secret) verify(secret, body, request.headers);
    } catch {
      print(`${type} ${id}: the signature is wrong`);
      response.writeHead(401).end();
      return;
    }
    print(`${type} ${id} attempt ${attempt}${secret ? ' verified' : ''}, answering ${answer}`);
    if (answer === 'reset') request.socket.destroy();
    else if (answer === '301') response.writeHead(301, { location: 'https://example.com/' }).end();
    else {
      if (answer === 'slow') await sleep(slowMilliseconds);
      response.writeHead(answer === 'slow' ? 200 : Number(answer)).end(answer === '200' ? 'ok' : '');
    }
  };

  const server = createServer((request, response) => void receive(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, server };
}
