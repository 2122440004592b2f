import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { channels } from '../../shared/iot/topics.ts';

/** The broker puts the name of the thing that the certificate is bound to here: the device's id. */
const thing = `\${iot:Connection.Thing.ThingName}`;
const up = [channels.location, channels.readings, channels.health, channels.events, channels.commandsAck];
const down = [channels.commands, channels.config];
const shadow = `$aws/things/${thing}/shadow/name/config`;

/** The workspace cannot be told by the broker: whoever takes a message in checks that the device is the topic's. */
const own = (channel: string): string => `hexfence/*/${thing}/${channel}`;

/**
 * The one policy of all devices: a device connects under its own id, sends to its own topics, hears its own topics, and
 * nothing else. Nothing can be retained.
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
