/** The messages that devices send and receive, by the last part of the topic. A test parses each as its worker does. */
export const sentByDevices = {
  location: {
    points: [
      { latitude: 37.7955, longitude: -122.3937, accuracyMeters: 8, recordedAt: '2026-03-17T10:00:00Z' },
      { latitude: 37.7956, longitude: -122.3931, speedMps: 9.5, recordedAt: '2026-03-17T10:00:05Z' },
    ],
  },
  readings: {
    messageId: 'm-1',
    readings: [
      { component: 'boiler-1', key: 'temperature', value: 71.4, recordedAt: '2026-03-17T10:00:00Z' },
      { sensorId: '01957e2b-a40b-7c3e-8a51-3f2d6c0e8b11', value: true },
    ],
  },
  health: {
    uptimeSeconds: 86_400,
    signalStrengthDbm: -67,
    connectionType: 'WIFI',
    batteryPercent: 82,
    firmwareVersion: '1.4.2',
    reportedAt: '2026-03-17T10:00:00Z',
  },
  events: {
    messageId: 'm-2',
    type: 'door.opened',
    severity: 'INFO',
    occurredAt: '2026-03-17T10:00:00Z',
    data: { door: 3 },
  },
  'commands/ack': {
    commandId: '01957e2b-a40b-7c3e-8a51-3f2d6c0e8b12',
    status: 'SUCCESS',
    result: { sampleSeconds: 30 },
    at: '2026-03-17T10:00:02Z',
  },
} as const;

const receivedByDevices = {
  commandId: '01957e2b-a40b-7c3e-8a51-3f2d6c0e8b12',
  type: 'UPDATE_CONFIG',
  payload: { sampleSeconds: 30 },
  issuedAt: '2026-03-17T10:00:00Z',
  expiresAt: '2026-03-17T10:05:00Z',
};

const block = (payload: object): string => `\`\`\`json\n${JSON.stringify(payload, null, 2)}\n\`\`\``;

export const deviceGuide = {
  title: 'What a device publishes and receives',
  text: `
\`POST /devices/provision\` returns a certificate, the address of the broker and the topics of the device, which begin with
\`hexfence/{tenantId}/{deviceId}/\`. Connect by MQTT 3.1.1 or 5 over mutual TLS, with the id of the device as the client
id. Publish with QoS 0 or 1; with QoS 1 the broker confirms that it has the message, and it is not lost. Nothing is
retained. A payload is JSON in UTF-8 of at most 128 KB. Every message may come twice: \`messageId\` (optional, 1 to 64
characters) makes an event with the same id within 24 hours the same event; other messages are deduplicated by their
content.

A message has no answer. Each section says where you can read what was accepted. What is refused is kept for 30 days with
its \`cause\` in the quarantine (\`GET /admin/quarantine\`), each refused point or reading by itself, while the valid ones
of its message are stored. When the cause is fixed, \`POST /admin/quarantine/replay\` processes points, readings and health
reports again; unless you send \`"dryRun": false\`, it only reports what would happen. What counts is whether
the certificate was in force when the broker received the message, so a rotation loses none.

### Publish: location

One point, or \`points\` with 1 to 100 of them, each with its \`recordedAt\`. Read them with \`GET /devices/{id}/locations\`,
and the geofence events that they cause with \`GET /devices/{id}/events\`.

${block(sentByDevices.location)}

### Publish: readings

1 to 500 readings. Each names a \`sensorId\`, or a \`key\` and a \`component\` (\`default\` if absent). A sensor is created
with its first reading if the sensor profile of the component defines the key. Read them with \`GET /readings/raw\`.

${block(sentByDevices.readings)}

### Publish: health

The state of the device; all fields are optional. Read the newest report with \`GET /devices/{id}/health\`.

${block(sentByDevices.health)}

### Publish: events

\`type\` is up to 64 lower-case letters, digits and \`_.\` after a first letter; \`data\` has at most 64 KB. Some types have
an effect: \`certificate.rotate\` asks for the next certificate with \`csr\` in \`data\`, which comes as a command, and
\`session.start\`, \`session.pause\`, \`session.resume\` and \`session.end\` drive the tracking session.

${block(sentByDevices.events)}

### Receive: commands

Subscribe to \`commands\`. On each connect and subscribe, commands that are not finished are sent again. Ignore a command
after its \`expiresAt\`. If you have already run it, only acknowledge it again.

${block(receivedByDevices)}

### Publish: commands/ack

\`status\` is \`ACKNOWLEDGED\`, \`SUCCESS\` or \`FAILED\`, with a \`message\` and a \`result\` if you like. Read it with
\`GET /devices/{id}/commands/{commandId}\`.

${block(sentByDevices['commands/ack'])}`,
};
