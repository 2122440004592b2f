import type { Someone, World } from './world.ts';

/** Phones that are paired through the API. */

/** The response to a pairing. */
export interface Paired {
  readonly device_token: string;
  readonly device_id: string;
  readonly user_id: string;
  readonly user_email: string;
}

type Callable = Pick<World, 'call'>;

/** A pairing token of a user, as the QR code holds it. */
export async function aPairingToken({ call }: Callable, who: { as: Someone } | { key: string } = { as: 'owner' }) {
  const made = await call('settings/create-pairing-token', who);
  if (made.status !== 201) throw new Error(`No pairing token: ${JSON.stringify(made.body)}`);
  return made.body.token as string;
}

export async function aPhone(world: Callable, who?: { as: Someone } | { key: string }): Promise<Paired> {
  const body = { token: await aPairingToken(world, who), device_label: 'Samsung Galaxy A55' };
  const paired = await world.call('mobile/pair', { key: undefined, body });
  if (paired.status !== 201) throw new Error(`No phone: ${JSON.stringify(paired.body)}`);
  return paired.body;
}
