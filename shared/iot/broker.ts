import { environment } from '../capability/environment.ts';
import { amazonRootCertificate } from './root-certificate.ts';
import { topicsOf } from './topics.ts';

const usualPort = 8883;

/** `host`, or `host:port` where it is not the usual one. */
function broker(): { readonly mqttEndpoint: string; readonly mqttPort: number } {
  const [mqttEndpoint = '', port] = environment.requiredSetting('BROKER_ADDRESS').split(':');
  return { mqttEndpoint, mqttPort: port === undefined ? usualPort : Number(port) };
}

/** What a device needs to find the broker, to trust it, and to know its own names there. */
export const connectionOf = (tenantId: string, deviceId: string) => ({
  ...broker(),
  clientId: deviceId,
  thingName: deviceId,
  topics: topicsOf(tenantId, deviceId),
});

/** What the broker's own certificate is checked with. */
export const trustedCertificate = (): string => environment.setting('BROKER_CA') ?? amazonRootCertificate;
