import * as z from 'zod';
import { invalidFields } from '../problems/problem.ts';
import { strictObject } from '../wire/schema.ts';
import { isOurs, token } from './target-fields.ts';

/** How calls prove to the target who calls: fields, their masks, and the header that they become. */

/** Stands for a secret in responses. A body that contains it keeps the stored secret. */
export const mask = '***';

const most = 4096;
/** What a header may hold. */
const printable = /^[\x20-\x7e]+$/;

const headerName = (allowed: (name: string) => boolean) =>
  z
    .string()
    .regex(token, { message: 'Should be the name of a header', abort: true })
    .refine(allowed, { message: 'Is set by the platform', params: { type: 'conflict' } });

const isFree = (name: string): boolean => name.toLowerCase() === 'authorization' || !isOurs(name);

const visible = z.string().min(1).max(most).regex(printable, 'Should be printable ASCII');

/** The fields of each way to authenticate, all of which it needs. */
const fieldsOf = {
  bearer: ['token'],
  basic: ['username', 'password'],
  api_key: ['header', 'value'],
} as const;
type AuthType = keyof typeof fieldsOf;
const types = Object.keys(fieldsOf) as [AuthType, ...AuthType[]];

export const Auth = strictObject({
  type: z.enum(types),
  token: visible.optional(),
  username: z
    .string()
    .max(255)
    .regex(/^[\x20-\x39\x3b-\x7e]*$/, 'Should be printable ASCII without ":"')
    .optional(),
  password: z
    .string()
    .max(most)
    .regex(/^[\x20-\x7e]*$/, 'Should be printable ASCII')
    .optional(),
  header: headerName(isFree).optional(),
  value: visible.optional(),
})
  .superRefine(({ type, ...given }, context) => {
    const needed: readonly string[] = fieldsOf[type];
    for (const name of needed) {
      if (given[name as keyof typeof given] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'Field required', params: { type: 'missing' } });
    }
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined || needed.includes(name)) continue;
      const message = `Does not belong to "${type}"`;
      context.addIssue({ code: 'custom', path: [name], message, params: { type: 'conflict' } });
    }
  })
  .meta({ id: 'WebhookAuth' });
export type Auth = z.output<typeof Auth>;

export const ShownAuth = z
  .object({
    type: z.enum(types),
    token: z.string().optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    header: z.string().optional(),
    value: z.string().optional(),
  })
  .meta({ id: 'ShownWebhookAuth' });

const secretFields = { bearer: 'token', basic: 'password', api_key: 'value' } as const;

const secretOf = (auth: Auth): string => auth[secretFields[auth.type]] ?? '';
const withSecret = (auth: Auth, value: string): Auth => ({ ...auth, [secretFields[auth.type]]: value });

/** As responses show it. */
export const masked = (auth: Auth | null): Auth | null => auth && withSecret(auth, mask);

/**
 * What a body gives, with the stored secret where it gives the mask.
 *
 * @throws VALIDATION_ERROR if there is no secret of this type that the mask could keep
 */
export function unmasked(given: Auth, stored: Auth | null): Auth {
  if (secretOf(given) !== mask) return given;
  if (stored?.type === given.type) return withSecret(given, secretOf(stored));
  const loc = ['body', 'auth', secretFields[given.type]];
  throw invalidFields([
    { type: 'custom', loc, msg: `"${mask}" keeps a stored secret, and there is none of this type` },
  ]);
}

/** The headers that authenticate a call. */
export function headersOf(auth: Auth | null): Record<string, string> {
  if (!auth) return {};
  if (auth.type === 'api_key') return { [auth.header ?? '']: auth.value ?? '' };
  if (auth.type === 'bearer') return { authorization: `Bearer ${auth.token}` };
  const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}
