import { networkOf } from '../auth/address.ts';
import { defineCapability } from '../capability/capability.ts';
import { adopt } from '../certificates/adopt.ts';
import { isInForce } from '../certificates/certificate.ts';
import { checkCsr } from '../certificates/csr.ts';
import { activate, exchangeFor } from '../certificates/exchange.ts';
import { certificateTables } from '../certificates/tables.ts';
import { together } from '../entity/grants.ts';
import type { HttpRequest } from '../http/request.ts';
import { connectionOf, trustedCertificate } from '../iot/broker.ts';
import { bindCertificate, deleteThing, revokeCertificate } from '../iot/identities.ts';
import { countAgainst } from '../limits/limiter.ts';
import { RevokeMessage } from '../messages/revoke-certificate.ts';
import { TendMessage } from '../messages/tend-certificates.ts';
import { problem } from '../problems/problem.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import { platformReference } from '../tenancy/tenant.ts';
import { isSuspended, tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { printInstant } from '../wire/schema.ts';
import { claim, revokedToken, unclaim } from './claim.ts';
import { belongsTo, readToken, type TokenRow } from './token.ts';
import type { ProvisionResult } from './wire.ts';

/** Exchanging a registration token and a certificate request for a certificate. */

type Visitor = Pick<HttpRequest, 'address' | 'id'>;

export interface Provisioned {
  readonly result: ProvisionResult;
  /** Whether an earlier request began this exchange. */
  readonly again: boolean;
}

interface Presented {
  readonly token: TokenRow;
  readonly workspace: WorkspaceRow;
}

const main = new Table('main');

const invalid = () => problem('REGISTRATION_TOKEN_INVALID', 'This is not a registration token of this platform.');

/**
 * For 24 hours the same token and certificate request may be sent again: each step can be repeated, and the result is
 * the same certificate.
 *
 * @throws REGISTRATION_TOKEN_INVALID, CSR_INVALID, REGISTRATION_TOKEN_REVOKED, REGISTRATION_TOKEN_USED,
 * REGISTRATION_TOKEN_EXPIRED, RATE_LIMIT_EXCEEDED
 */
async function provision(
  asked: { readonly token: string; readonly csr: string },
  visitor: Visitor,
): Promise<Provisioned> {
  await countAgainst(platformReference, [{ policy: 'provision', subject: networkOf(visitor.address) }]);
  const { token, workspace } = await findPresented(asked.token);
  const csr = checkCsr(asked.csr);
  const { reference } = workspace;
  const again = await claim(reference, token, csr);
  const exchanged = await exchangeFor(reference, token.sk, csr, () => unclaim(reference, token, csr));
  await bindCertificate(exchanged.arn, token.deviceId);
  const row = await adopt(actorOf(workspace, token, visitor), token.deviceId, exchanged);
  if (!row) {
    // The device was deleted meanwhile, and nothing else will remove this certificate and its thing.
    await revokeCertificate(exchanged, token.deviceId);
    await deleteThing(token.deviceId);
    throw revokedToken();
  }
  if (!isInForce(row))
    throw problem(
      'REGISTRATION_TOKEN_USED',
      'The certificate of this token is no longer in force: ask for a new token.',
    );
  await activate(reference, token.deviceId, exchanged);
  const result = {
    deviceId: token.deviceId,
    tenantId: workspace.id,
    certificateId: row.id,
    certificatePem: exchanged.pem,
    caCertificatePem: trustedCertificate(),
    ...connectionOf(workspace.id, token.deviceId),
    expiresAt: printInstant(row.expiresAt),
  };
  return { result, again };
}

async function findPresented(text: string): Promise<Presented> {
  const presented = readToken(text);
  if (!presented) throw invalid();
  const { tenant, id } = presented;
  const [token, workspace] = await Promise.all([
    main.get<TokenRow>(certificateKeys.registration(tenant, id)),
    main.get<WorkspaceRow>(workspaceKeys.workspace(tenant)),
  ]);
  if (!belongsTo(token, presented) || !workspace || isSuspended(workspace)) throw invalid();
  return { token, workspace };
}

const actorOf = (workspace: WorkspaceRow, { deviceId }: TokenRow, { address, id }: Visitor) => ({
  tenant: tenantOf(workspace),
  workspace,
  principal: `device_${deviceId}`,
  address,
  requestId: id,
});

export const provisionDevices = defineCapability({
  tables: together([certificateTables, { access: ['UpdateItem'] }]),
  handsTo: [RevokeMessage],
  defersTo: [TendMessage],
  broker: ['certify', 'revoke'],
  open: () => ({ provision }),
});
