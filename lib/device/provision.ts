import { setTimeout as sleep } from 'node:timers/promises';
import { CommandProblem } from '../command/problem.ts';
import { DeviceFolder, type ProvisionResult } from './folder.ts';

/** Exchanges a registration token for a certificate. */

const form = /^([\da-f-]{36})\.([\da-f-]{36})\.[\w-]+$/;
const path = '/api/v1/devices/provision';
const mostAttempts = 5;

interface Refusal {
  readonly detail?: unknown;
  readonly error_code?: string;
}

/**
 * Registers a device on this machine. The key and the request are stored before the request is sent, so that the same
 * command can retry if the answer is lost.
 */
export async function provision(token: string, url: string, signal: AbortSignal): Promise<DeviceFolder> {
  const [, tokenId = '', deviceId = ''] = form.exec(token) ?? [];
  if (!deviceId)
    throw new CommandProblem(
      'That is no registration token: it has three parts with dots between them, as POST /devices/registration/tokens returned it.',
    );
  const folder = new DeviceFolder(deviceId);
  if (folder.known?.tokenId === tokenId) return folder;
  const { csr } = await folder.next();
  folder.register(await exchange(`${url}${path}`, { token, csr }, signal), tokenId);
  return folder;
}

async function exchange(endpoint: string, body: object, signal: AbortSignal): Promise<ProvisionResult> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(endpoint, body, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    if (answer?.ok) return (await answer.json()) as ProvisionResult;
    const isRetryable = !answer || answer.status >= 500 || answer.status === 429;
    if (!isRetryable) throw refused((await answer.json().catch(() => ({}))) as Refusal, answer.status);
    if (attempt === mostAttempts) {
      const what = answer ? `answers ${answer.status}` : 'does not answer';
      throw new CommandProblem(`${endpoint} ${what}: run the same command again later; it continues where it stopped.`);
    }
    await sleep(2 ** attempt * 250, undefined, { signal });
  }
}

const ask = (endpoint: string, body: object, signal: AbortSignal): Promise<Response> =>
  fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
  });

function refused({ detail, error_code = '' }: Refusal, status: number): CommandProblem {
  const sentence = typeof detail === 'string' ? detail : `The platform answers ${status} ${error_code}.`;
  const isOver = error_code.startsWith('REGISTRATION_TOKEN');
  return new CommandProblem(isOver ? `${sentence} Get another one with POST /devices/registration/tokens.` : sentence);
}
