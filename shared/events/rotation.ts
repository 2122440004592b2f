import * as z from 'zod';
import { Csr } from '../certificates/csr.ts';
import type { rotateCertificates } from '../certificates/rotate.ts';
import type { Sender } from '../certificates/sender.ts';
import type { issueCommands } from '../commands/create.ts';
import { checkedItem } from '../http/failures.ts';
import { type Recording, unrecorded } from '../http/once.ts';
import { Problem } from '../problems/problem.ts';
import { printInstant, strictObject } from '../wire/schema.ts';
import type { DeviceEvent } from './device-event.ts';

/** A device requests its next certificate with an event instead of HTTP; a command carries the answer. */

type Certificates = ReturnType<(typeof rotateCertificates)['open']>;
type Commands = ReturnType<(typeof issueCommands)['open']>;

export interface Clients {
  readonly certificates: Certificates;
  readonly commands: Commands;
}

const Asked = z.object({ data: strictObject({ csr: Csr, overlapHours: z.int().min(1).max(168).default(24) }) });
type Answer = { readonly type: 'INSTALL_CERTIFICATE' | 'ROTATION_FAILED'; readonly payload: object };

/** The longest time-out of a command. */
const mostSeconds = 86_400;

/** @param once adds to the transaction of the command; after a failure before it, a retry repeats everything */
export async function rotate(
  sender: Sender,
  { data }: DeviceEvent,
  { certificates, commands }: Clients,
  once: Recording,
): Promise<void> {
  const { actor, device } = sender;
  const draft = { ...(await answerTo(sender, data, certificates)), timeoutSeconds: mostSeconds };
  await commands.issue(actor, device.id, { ...draft, payload: { ...draft.payload } }, once);
}

async function answerTo({ actor, workspace, device }: Sender, data: unknown, certificates: Certificates) {
  const read = checkedItem(Asked, { data });
  if ('wrong' in read) return failed('VALIDATION_ERROR', read.wrong);
  const asked = (read.value as z.output<typeof Asked>).data;
  try {
    const rotated = await certificates.rotate({ ...actor, workspace }, device.id, asked, unrecorded);
    return installed(rotated);
  } catch (error) {
    // Other errors may pass: the message is redelivered.
    if (!(error instanceof Problem && ['CSR_INVALID', 'INVALID_TRANSITION'].includes(error.code))) throw error;
    return failed(error.code, error.message);
  }
}

const failed = (error_code: string, detail: string): Answer => ({
  type: 'ROTATION_FAILED',
  payload: { error_code, detail },
});

function installed({ certificate, retireOldAt }: Awaited<ReturnType<Certificates['rotate']>>): Answer {
  const { id: certificateId, certificatePem, caCertificatePem, expiresAt } = certificate;
  return {
    type: 'INSTALL_CERTIFICATE',
    payload: { certificateId, certificatePem, caCertificatePem, expiresAt, retireOldAt: printInstant(retireOldAt) },
  };
}
