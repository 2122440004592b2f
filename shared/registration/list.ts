import { defineCapability } from '../capability/capability.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { type PageRequest, pageOfPartition, showPage } from '../table/page.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { showToken, type TokenRow, type TokenStatus } from './token.ts';

const main = new Table('main');

const open = 'attribute_not_exists(usedAt) AND attribute_not_exists(revokedAt)';

/** The condition on the row of a token with this status. It agrees with `statusOf`. */
function having(status: TokenStatus): Expression {
  const values = { ':now': Date.now() };
  const filters: Readonly<Record<TokenStatus, Expression>> = {
    REVOKED: { expression: 'attribute_exists(revokedAt)' },
    USED: { expression: 'attribute_exists(usedAt) AND attribute_not_exists(revokedAt)' },
    PENDING: { expression: `${open} AND expiresAt > :now`, values },
    EXPIRED: { expression: `${open} AND expiresAt <= :now`, values },
  };
  return filters[status];
}

/** Newest first. */
async function list({ reference }: Tenant, status: TokenStatus | undefined, page: PageRequest) {
  const filter = status && having(status);
  return showPage(
    await pageOfPartition<TokenRow>(main, certificateKeys.registrations(reference), page, { filter }),
    showToken,
  );
}

export const listTokens = defineCapability({
  tables: { main: ['Query'] },
  open: () => ({ list }),
});
