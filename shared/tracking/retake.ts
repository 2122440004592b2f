import { readWithWorkspace } from '../devices/stored.ts';
import type { DeviceMessage } from '../messages/device-message.ts';
import { inactive, type Refusal } from '../quarantine/refuse.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { ingest } from './ingest.ts';
import { type Subject, subjectOf } from './subject.ts';
import { pointsOf, tooOld } from './take-points.ts';

/** Taking refused points again: by the rules of today, as of their receipt. Both functions are idempotent. */

export interface Retaken {
  readonly accepted: number;
  readonly refusals: readonly Refusal[];
}

interface Trial {
  /** Only reports what would happen. */
  readonly dryRun: boolean;
}

/** A refused point, as the quarantine keeps it. */
export interface KeptPoint {
  readonly deviceId: string;
  /** The point as it was sent, as JSON. */
  readonly part: string;
  /** Whether it came alone, so that its time may be left out. */
  readonly alone: boolean;
  /** When its message was received, in milliseconds since 1970. */
  readonly receivedAt: number;
}

const withoutTime: Refusal = { cause: 'POINT_INVALID', message: 'recordedAt: Field required' };

/** @returns undefined if it is accepted, or else why not */
export async function retakePoint(
  tenant: TenantReference,
  { deviceId, part, alone, receivedAt: at }: KeptPoint,
  trial: Trial,
): Promise<Refusal | undefined> {
  const { recordedAt = null } = (JSON.parse(part) ?? {}) as { recordedAt?: unknown };
  if (!alone && recordedAt === null) return withoutTime;
  const payload = Buffer.from(`{"points":[${part}]}`).toString('base64');
  const { refusals } = await retakePoints(tenant, deviceId, { payload, at }, trial);
  return refusals[0];
}

/** Takes a whole message again. */
export async function retakePoints(
  tenant: TenantReference,
  deviceId: string,
  message: Pick<DeviceMessage, 'payload' | 'at'>,
  { dryRun }: Trial,
): Promise<Retaken> {
  const { points, refusals, sentAt, isWhole } = pointsOf(message);
  if (isWhole) return { accepted: 0, refusals };
  const subject = await readSubject(tenant, deviceId, message.at);
  if (!subject) return { accepted: 0, refusals: [inactive] };
  const outdated = points.filter(({ fix }) => fix.at < subject.oldestAt);
  if (!dryRun && outdated.length < points.length) {
    const read = () => readSubject(tenant, deviceId, message.at);
    const done = await ingest(tenant, deviceId, read, points, { fresh: false });
    if (!done) return { accepted: 0, refusals: [inactive] };
  }
  const old = outdated.map(({ fix }) => ({ ...tooOld, ...sentAt(fix.at) }));
  return { accepted: points.length - outdated.length, refusals: [...refusals, ...old] };
}

async function readSubject(tenant: TenantReference, deviceId: string, at: number): Promise<Subject | undefined> {
  const read = await readWithWorkspace(tenant, deviceId);
  return read && subjectOf(systemCaller(read.workspace), read.workspace, read.device, at);
}
