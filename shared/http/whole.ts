import { createHash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { answerFiles } from '../files/keys.ts';
import { linkTo } from '../files/link.ts';
import { putObject } from '../files/objects.ts';
import { bytesOfAnswer } from '../table/page.ts';

/** Lists that are answered whole, without pages. */

type Headers = Readonly<Record<string, string>>;

export type WholeAnswer<T> =
  | { readonly status: 200; readonly body: T; readonly headers: Headers }
  | { readonly status: 303; readonly headers: Headers };

/**
 * The answer with the whole list. Above 4 MiB it is a link to a copy, which opens for 15 minutes without a credential. Equal
 * answers have one copy.
 */
async function answer<T extends object>({ tenant }: Caller, body: T, headers: Headers = {}): Promise<WholeAnswer<T>> {
  const bytes = Buffer.from(JSON.stringify(body));
  if (bytes.length <= bytesOfAnswer) return { status: 200, body, headers };
  const key = answerFiles.copy(tenant.reference, createHash('sha256').update(bytes).digest('hex'));
  await putObject(key, bytes, { contentType: 'application/json' });
  return { status: 303, headers: { ...headers, Location: await linkTo(key, Number.POSITIVE_INFINITY) } };
}

export const answerWhole = defineCapability({
  // A link opens what the one who signed it may read.
  files: { answers: ['read', 'write'] },
  open: () => ({ answer }),
});
