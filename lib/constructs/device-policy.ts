import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { channels } from '../../shared/iot/topics.ts';

/** The broker replaces this by the name of the thing of the certificate, which is the id of the device. */
const thing = `\${iot:Connection.Thing.ThingName}`;
const up = [channels.location, channels.readings, channels.health, channels.events, channels.commandsAck];
const down = [channels.commands, channels.config];
const shadow = `$aws/things/${thing}/shadow/name/config`;

/** The broker does not know the workspace of a device, so workers check that the topic belongs to the sender. */
const own = (channel: string): string => `hexfence/*/${thing}/${channel}`;

/**
 * The one policy of all devices. A device may connect under its own id, publish to its own topics and subscribe to its
 * own topics, and nothing else. It may not publish retained messages.
 */
export function devicePolicy(scope: Construct) {
  const { partition, region, account } = Stack.of(scope);
  const arn = (resource: string) => `arn:${partition}:iot:${region}:${account}:${resource}`;
  const allow = (action: string, resources: readonly string[]) => ({
    Effect: 'Allow',
    Action: `iot:${action}`,
    Resource: resources.map(arn),
  });
  const heard = [...down.map(own), `${shadow}/*`];
  return {
    Version: '2012-10-17',
    Statement: [
      allow('Connect', [`client/${thing}`]),
      allow(
        'Publish',
        [...up.map(own), `${shadow}/get`, `${shadow}/update`].map((topic) => `topic/${topic}`),
      ),
      allow(
        'Subscribe',
        heard.map((topic) => `topicfilter/${topic}`),
      ),
      allow(
        'Receive',
        heard.map((topic) => `topic/${topic}`),
      ),
    ],
  };
}
