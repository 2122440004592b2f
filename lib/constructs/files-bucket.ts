import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { keepInProduction } from './removal.ts';

/**
 * Files that users upload or download. Rows of tables say which files exist and until when; the rules here only remove
 * files that no row names any more.
 */
export class FilesBucket extends Bucket {
  constructor(scope: Construct, id: string, { stage, names }: Deployment) {
    super(scope, id, {
      bucketName: names.filesBucket(Stack.of(scope)),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        {
          id: 'answers',
          prefix: 'answers/',
          // Their links are valid for 15 minutes.
          expiration: Duration.days(1),
        },
        {
          id: 'exports',
          prefix: 'exports/',
          // S3 counts from the beginning of an upload, which takes a day at most; a file is offered for another day.
          expiration: Duration.days(2),
          abortIncompleteMultipartUploadAfter: Duration.days(2),
        },
        {
          id: 'pending',
          prefix: 'pending/',
          // A file waits 30 days for its submission. Files of submissions are moved to `media/`, which has no rule.
          expiration: Duration.days(32),
        },
      ],
      // `npm run destroy` empties it first: a bucket with files cannot be deleted.
      removalPolicy: keepInProduction(stage),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Every link is made by a request, which is logged with its caller; logs of the bucket would need another bucket.',
    });
  }
}
