import { networkOf } from '../auth/address.ts';
import { defineCapability } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import { countAgainst } from '../limits/limiter.ts';
import { MailMessage } from '../messages/mail.ts';
import { Problem, problem } from '../problems/problem.ts';
import { randomBase62 } from '../tenancy/base62.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { type Founded, foundWorkspace } from '../users/founding.ts';
import { normalEmail } from '../wire/email.ts';
import { actorOf, type Visitor } from './start.ts';

/** Self sign-up, if the deployment allows it: creates a workspace under plan `free`, and its owner. */

export interface SignUpRequest {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly workspaceName: string;
}

/** @throws SIGNUP_DISABLED, RATE_LIMIT_EXCEEDED */
async function signUp({ workspaceName, ...person }: SignUpRequest, visitor: Visitor): Promise<Founded> {
  if (environment.setting('SIGN_UP') !== 'true') {
    throw problem('SIGNUP_DISABLED', 'This deployment does not allow sign-up; ask its operator for an invitation.');
  }
  await countAgainst(platformReference, [
    { policy: 'signup', subject: networkOf(visitor.address) },
    // A sign-up sends a mail to an address that may belong to anybody.
    { policy: 'mail-email', subject: normalEmail(person.email) },
  ]);
  const actor = ({ workspace, owner }: Founded) => actorOf(workspace, owner.id, visitor);
  for (const slug of slugsFor(workspaceName)) {
    try {
      const draft = { name: workspaceName, slug, plan: 'free' } as const;
      return await foundWorkspace(draft, { ...person, emailVerified: false }, { actor, handOver });
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'CONFLICT')) throw error;
    }
  }
  throw problem('SERVICE_UNAVAILABLE', 'No free slug was found for this name. Try again.', undefined, {
    retryAfterSeconds: 1,
  });
}

/** The mail that verifies the founder's address. */
const handOver = ({ workspace, owner }: Founded) => [
  MailMessage.order({ kind: 'verify_email', tenant: workspace.reference, userId: owner.id }),
];

/** The name as a slug, followed by variants with random endings, which are almost certainly free. */
export function slugsFor(name: string): string[] {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  const base = plain.length < 2 ? `workspace${plain && `-${plain}`}` : plain;
  const ending = () => randomBase62(8).toLowerCase();
  return [plain.length < 2 ? `${base}-${ending()}` : base, `${base}-${ending()}`, `${base}-${ending()}`];
}

export const signUpOwners = defineCapability({
  tables: { access: ['GetItem', 'Query', 'UpdateItem', 'PutItem'], main: ['PutItem'] },
  settings: ['SIGN_UP'],
  handsTo: [MailMessage],
  open: () => ({ signUp }),
});
