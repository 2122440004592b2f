import { environment } from '../capability/environment.ts';

/** Where the objects of a bucket are. An endpoint that replaces AWS's has the bucket in the path. */

export const hostOf = (bucket: string): string => `${bucket}.s3.${environment.aws.region()}.amazonaws.com`;

export const pathOf = (bucket: string, key: string): string =>
  environment.aws.endpointUrl('s3') === undefined ? `/${key}` : `/${bucket}/${key}`;
