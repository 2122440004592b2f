import type { FieldTexts } from './field-texts.ts';

/** Sensor profiles and device profiles. */
export const profileFields: readonly FieldTexts[] = [
  {
    of: ['SensorProfile', 'SensorProfileDraft'],
    texts: {
      id: 'Id of the profile; the same for all of its versions.',
      version: 'Version of the definition, `major.minor`; it never changes.',
      name: '1 to 120 characters. A version belongs to the profile of its name.',
      description: 'Up to 2,000 characters; null if absent.',
      sensors: 'The sensors that a component with this profile may have, 1 to 100; no two with the same `key`.',
      configSchema:
        'A JSON Schema 2020-12 for the configuration, up to 32 KB; null: any. `$ref` refers to the schema itself, and ' +
        'patterns are RE2.',
    },
  },
  {
    of: ['SensorDefinition', 'SensorDefinitionDraft'],
    texts: {
      key: '1 to 64 letters, digits and `_.-`.',
      valueType: 'The type of its values.',
      unit: 'Unit of the values, up to 32 characters; null if absent.',
      min: 'The least plausible value, of numbers only; null: no limit.',
      max: 'The greatest plausible value, of numbers only; null: no limit.',
    },
  },
  {
    of: ['DeviceProfile', 'DeviceProfileDraft'],
    texts: {
      id: 'Id of the profile; the same for all of its versions.',
      version: 'Version of the definition, `major.minor`; it never changes.',
      name: '1 to 255 characters. A version belongs to the profile of its name.',
      description: 'Up to 2,000 characters; null if absent.',
      components: 'The components of a device with this profile, up to 50; no two with the same `name`.',
      configSchema:
        'A JSON Schema 2020-12 for the configuration, up to 32 KB; null: any. `$ref` refers to the schema itself, and ' +
        'patterns are RE2.',
    },
  },
  {
    of: ['ComponentDefinition', 'ComponentDefinitionDraft'],
    texts: {
      name: '1 to 64 letters, digits and `_.-`.',
      sensorProfileId: 'The sensor profile of the component; null: none.',
      sensorProfileVersion: 'The version of the sensor profile; the newest one if absent.',
    },
  },
  {
    of: ['getSensorProfile', 'getDeviceProfile'],
    texts: { version: 'The version; the highest one if absent.' },
  },
  {
    of: ['deleteSensorProfile', 'deleteDeviceProfile'],
    texts: { version: 'Only this version; all of them if absent.' },
  },
  {
    of: ['listSensorProfiles', 'listDeviceProfiles'],
    texts: {
      name: 'Only versions of the profile with exactly this name.',
      latestOnly: 'Only the highest version of each profile; false if absent.',
    },
  },
];
