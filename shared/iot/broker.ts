import { environment } from '../capability/environment.ts';
import { amazonRootCertificate } from './root-certificate.ts';
import { topicsOf } from './topics.ts';

const usualPort = 8883;

/** The address is `host`, or `host:port` if the port is not 8883. */
function broker(): { readonly mqttEndpoint: string; readonly mqttPort: number } {
  const [mqttEndpoint = '', port] = environment.requiredSetting('BROKER_ADDRESS').split(':');
  return { mqttEndpoint, mqttPort: port === undefined ? usualPort : Number(port) };
}

/** What a device needs to connect: the broker's address, its own names there, and its topics. */
export const connectionOf = (tenantId: string, deviceId: string) => ({
  ...broker(),
  clientId: deviceId,
  thingName: deviceId,
  topics: topicsOf(tenantId, deviceId),
});

/** The certificate authority of the broker, with which devices verify it. */
export const trustedCertificate = (): string => environment.setting('BROKER_CA') ?? amazonRootCertificate;
