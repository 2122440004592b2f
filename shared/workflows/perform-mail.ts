import { MailNotSent, sendMail } from '../mail/sender.ts';
import { isConditionFailed } from '../table/faults.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { Table } from '../table/table.ts';
import { dayName } from '../table/time-names.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Effect, Scene } from './perform.ts';
import type { StepOf } from './steps.ts';

/** Mails of workflows. */

const access = new Table('access');
const mostAddressees = 1000;
const keptSeconds = 2 * 86_400;

/** Takes a part of the addressees of a day; false if there are not so many left. */
async function reserve(tenant: TenantReference, addressees: number): Promise<boolean> {
  const now = Date.now();
  const key = workflowKeys.mails(tenant, dayName(now));
  const adding = {
    expression: 'SET #ttl = :ttl ADD #sent :number',
    names: { '#ttl': 'ttl', '#sent': 'sent' },
    values: { ':ttl': Math.ceil(now / 1000) + keptSeconds, ':number': addressees },
  };
  const room = {
    expression: 'attribute_not_exists(#sent) OR #sent <= :room',
    names: { '#sent': 'sent' },
    values: { ':room': mostAddressees - addressees },
  };
  try {
    await access.update(key, adding, room);
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

/** A subject is one line, whatever templates gave. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim() || '(no subject)';

/** Sends one mail to all addressees. It is repeated if a worker dies, like a call. */
export async function emailEffect(input: Record<string, unknown>, { caller }: Scene): Promise<Effect> {
  const { to, subject, text } = input as unknown as StepOf<'email'>['config'];
  if (!(await reserve(caller.tenant.reference, to.length))) return { error: 'email_limit', mayPass: false };
  try {
    await sendMail(to, { subject: oneLine(subject).slice(0, 998), text });
    return { output: { sent: to.length } };
  } catch (error) {
    if (!(error instanceof MailNotSent)) throw error;
    return { error: 'email_not_sent', mayPass: error.mayPass };
  }
}
