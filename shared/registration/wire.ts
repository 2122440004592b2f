import * as z from 'zod';
import { idOf } from '../entity/fields.ts';
import { deviceProfileTarget } from '../profiles/heads.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { siteTarget } from '../topology/sites.ts';
import { shownFingerprint } from '../wire/id.ts';
import { absentIfNull, whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';
import { label } from '../wire/text.ts';

/** Requests and responses of registration. */

const conflict = (path: string) => ({
  path: [path],
  message: 'Send either "deviceId" or the fields of a new device',
  params: { type: 'conflict' },
});

export const TokenDraft = strictObject({
  ...whenMade({
    deviceName: label(255).optional(),
    siteId: idOf(siteTarget).optional(),
    deviceProfileId: idOf(deviceProfileTarget).optional(),
    deviceId: idOf(deviceTarget)
      .optional()
      .meta({ description: 'An existing device, instead of `deviceName`, `siteId` and `deviceProfileId`.' }),
  }),
  expiresInHours: absentIfNull(z.int().min(1).max(168).default(24)),
})
  .refine(({ deviceName, deviceId }) => deviceName !== undefined || deviceId !== undefined, {
    path: ['deviceName'],
    message: 'Field required unless "deviceId" is given',
    params: { type: 'missing' },
  })
  .refine((draft) => draft.deviceId === undefined || draft.deviceName === undefined, conflict('deviceId'))
  .refine((draft) => draft.deviceId === undefined || draft.siteId === undefined, conflict('siteId'))
  .refine((draft) => draft.deviceId === undefined || draft.deviceProfileId === undefined, conflict('deviceProfileId'))
  .meta({ id: 'RegistrationTokenDraft', example: { deviceName: 'warehouse-gateway-01' } });
export type TokenDraft = z.output<typeof TokenDraft>;

export const RegistrationToken = z
  .object({
    token: z.string().meta({ description: 'Shown once.' }),
    deviceId: z.uuid(),
    deviceName: z.string(),
    provisionEndpoint: z.url(),
    expiresAt: instant(),
  })
  .meta({
    id: 'RegistrationToken',
    example: {
      token: 'a1b2c3d4-….d1e2f3a4-….J4kQ7m…',
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      deviceName: 'warehouse-gateway-01',
      provisionEndpoint: 'https://api.example.com/api/v1/devices/provision',
      expiresAt: '2024-01-16T10:30:00Z',
    },
  });

export const provisionPath = '/api/v1/devices/provision';

const topic = (channel: string) =>
  `hexfence/7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11/d1e2f3a4-e5f6-7890-abcd-ef1234567890/${channel}`;

export const ProvisionResult = z
  .object({
    deviceId: z.uuid(),
    tenantId: z.uuid(),
    certificateId: shownFingerprint(),
    certificatePem: z.string(),
    caCertificatePem: z.string().meta({
      description: 'The certificate authority of the broker, as PEM: the device verifies the broker with it.',
    }),
    mqttEndpoint: z.string(),
    mqttPort: z.int(),
    clientId: z.uuid(),
    thingName: z.uuid(),
    topics: z.object({
      location: z.string(),
      readings: z.string(),
      health: z.string(),
      events: z.string(),
      commandsAck: z.string(),
      commands: z.string(),
      config: z.string(),
    }),
    expiresAt: instant().meta({ description: 'When the certificate expires.' }),
  })
  .meta({
    id: 'ProvisionResult',
    example: {
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      tenantId: '7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
      certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      certificatePem: '-----BEGIN CERTIFICATE-----…',
      caCertificatePem: '-----BEGIN CERTIFICATE-----…',
      mqttEndpoint: 'abc-ats.iot.eu-west-1.amazonaws.com',
      mqttPort: 8883,
      clientId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      thingName: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      topics: {
        location: topic('location'),
        readings: topic('readings'),
        health: topic('health'),
        events: topic('events'),
        commandsAck: topic('commands/ack'),
        commands: topic('commands'),
        config: topic('config'),
      },
      expiresAt: '2027-01-15T10:31:00Z',
    },
  });
export type ProvisionResult = z.input<typeof ProvisionResult>;
