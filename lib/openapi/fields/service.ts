import type { FieldTexts } from './field-texts.ts';

/** Service endpoints, errors and OGC API Features. */
export const serviceFields: readonly FieldTexts[] = [
  {
    of: ['Health'],
    texts: {
      status: 'Always `ok`; otherwise the answer is 503.',
      database: 'Always `connected`; otherwise the answer is 503.',
      timestamp: 'The time of the server; UTC.',
    },
  },
  {
    of: ['PublicKey', 'PublicKeySet'],
    texts: {
      keys: 'Keys of tokens in force, as a JSON Web Key Set (RFC 7517).',
      kty: 'Type of the key.',
      crv: 'Its curve.',
      kid: 'The `kid` in the header of tokens that it verifies.',
      x: 'Coordinate of the public key, base64url.',
      y: 'Coordinate of the public key, base64url.',
      alg: 'Algorithm of the signatures.',
      use: 'What the key is for: signatures.',
    },
  },
  {
    of: ['OgcCollection', 'OgcCollections', 'OgcLandingPage', 'OgcLink', 'OgcSchema'],
    texts: {
      'OgcCollection.id': 'Name of the collection in paths.',
      title: 'For people.',
      description: 'For people.',
      itemType: 'What the collection holds.',
      crs: 'Coordinate reference systems: WGS 84, longitude first.',
      spatial: 'Where the features are.',
      bbox: 'Boxes, each west, south, east, north in degrees.',
      'spatial.crs': 'The reference system of `bbox`.',
      temporal: 'When the features are.',
      interval: 'Intervals of two instants; null is an open end.',
      trs: 'The calendar.',
      links: 'Related addresses.',
      collections: 'The collections that the credential may read.',
      href: 'The address.',
      rel: 'What the address is, in the words of RFC 8288.',
      'OgcLink.type': 'Media type of the answer.',
      'OgcSchema.type': 'Features are objects.',
      $schema: 'The version of JSON Schema.',
      $id: 'Address of this schema.',
      properties: 'The schema of each property.',
    },
  },
  {
    of: ['GeofenceFeature', 'GeofenceFeatures', 'LinkedGeofenceFeature'],
    texts: {
      type: 'The GeoJSON type.',
      id: 'Id of the geofence.',
      geometry: 'The area; a circle is a polygon of 64 corners.',
      features: 'The features of this page.',
      numberReturned: 'Number of `features`.',
      timeStamp: 'When the answer was made; UTC.',
      links: 'This page, and the next one if there is one.',
    },
  },
  {
    of: ['listOgcItems'],
    texts: {
      deviceId: 'Of `device-locations`: only this device.',
      kind: 'Of `device-locations`: only devices of this kind.',
      siteId: 'Of `device-locations`: only devices of this site.',
    },
  },
  {
    of: [
      ...['DeviceLocationFeature', 'DeviceLocationFeatures', 'LinkedDeviceLocationFeature'],
      ...['DeviceLocationProperties', 'GeoJsonPoint'],
    ],
    texts: {
      type: 'The GeoJSON type.',
      'DeviceLocationFeature.id': 'Id of the device.',
      'LinkedDeviceLocationFeature.id': 'Id of the device.',
      geometry: 'Where the device was.',
      coordinates: 'Longitude and latitude in degrees.',
      features: 'The features of this page.',
      numberReturned: 'Number of `features`.',
      timeStamp: 'When the answer was made; UTC.',
      links: 'This page, and the next one if there is one.',
      deviceId: 'Id of the device.',
      name: 'Name of the device.',
      externalId: 'Id of the device in your own system.',
      kind: 'What the device is.',
      siteId: 'Site of the device.',
      tags: 'Tags of the device.',
    },
  },
  {
    of: ['Problem'],
    texts: {
      title: 'A few words about the code.',
      status: 'The HTTP status, 400 to 599.',
      detail: 'A sentence for people.',
      errors: 'Up to 100 fields, if `error_code` is about fields.',
    },
  },
];
