/** Ids of things that every demo workspace has; the forms of the API document are filled with them. */
export const demoIds = {
  /** The first of the places. */
  geofence: '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11',
  site: '01957e2b-a401-7c3e-8a51-3f2d6c0e8b11',
  deviceGroup: '01957e2b-a402-7c3e-8a51-3f2d6c0e8b11',
  device: '01957e2b-a403-7c3e-8a51-3f2d6c0e8b11',
  command: '01957e2b-a404-7c3e-8a51-3f2d6c0e8b11',
  registrationToken: '01957e2b-a405-7c3e-8a51-3f2d6c0e8b11',
  apiKey: '01957e2b-a406-7c3e-8a51-3f2d6c0e8b11',
  user: '01957e2b-a407-7c3e-8a51-3f2d6c0e8b11',
  invitation: '01957e2b-a408-7c3e-8a51-3f2d6c0e8b11',
  /** Its session began at the instant in it. */
  session: '01957e2b-a409-7c3e-8a51-3f2d6c0e8b11',
  component: '01957e2b-a40a-7c3e-8a51-3f2d6c0e8b11',
  sensor: '01957e2b-a40b-7c3e-8a51-3f2d6c0e8b11',
  sensorProfile: '01957e2b-a40c-7c3e-8a51-3f2d6c0e8b11',
  deviceProfile: '01957e2b-a40d-7c3e-8a51-3f2d6c0e8b11',
  annotationClass: '01957e2b-a410-7c3e-8a51-3f2d6c0e8b11',
  annotation: '01957e2b-a411-7c3e-8a51-3f2d6c0e8b11',
  referencePair: '01957e2b-a412-7c3e-8a51-3f2d6c0e8b11',
  /** Two more components of the device, which the pair names. */
  comparedComponents: ['01957e2b-a413-7c3e-8a51-3f2d6c0e8b11', '01957e2b-a414-7c3e-8a51-3f2d6c0e8b11'],
  project: '01957e2b-a420-7c3e-8a51-3f2d6c0e8b11',
  /** A form with a published version and an open draft. */
  form: '01957e2b-a421-7c3e-8a51-3f2d6c0e8b11',
  formVersion: '01957e2b-a422-7c3e-8a51-3f2d6c0e8b11',
  submission: '01957e2b-a423-7c3e-8a51-3f2d6c0e8b11',
  workflow: '01957e2b-a430-7c3e-8a51-3f2d6c0e8b11',
  notificationChannel: '01957e2b-a431-7c3e-8a51-3f2d6c0e8b11',
} as const;
