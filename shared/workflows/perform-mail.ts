import { sendOwnMail } from '../mail/own-mail.ts';
import type { Effect, Scene } from './perform.ts';
import type { StepOf } from './steps.ts';

/** Sends one mail to all addressees. It is repeated if a worker dies, like a call. */
export async function emailEffect(input: Record<string, unknown>, { caller }: Scene): Promise<Effect> {
  const { to, subject, text } = input as unknown as StepOf<'email'>['config'];
  return (await sendOwnMail(caller.tenant.reference, to, { subject, text })) ?? { output: { sent: to.length } };
}
