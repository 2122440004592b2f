import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  type Capability,
  type FilePrefix,
  type FileRight,
  filePrefixes,
  type SettingName,
} from '../../shared/capability/capability.ts';
import type { Deployment } from '../deployment.ts';

/** The rights of functions on files in the bucket. */

const actions: Readonly<Record<FileRight, readonly string[]>> = {
  read: ['GetObject'],
  write: ['PutObject', 'AbortMultipartUpload'],
  delete: ['DeleteObject'],
};

const rightsOn = (prefix: FilePrefix, capabilities: readonly Capability<unknown>[]): readonly FileRight[] => [
  ...new Set(capabilities.flatMap(({ files }) => files?.[prefix] ?? [])),
];

const usedPrefixes = (capabilities: readonly Capability<unknown>[]) =>
  filePrefixes.filter((prefix) => rightsOn(prefix, capabilities).length > 0);

/** The setting that a function with such rights needs. */
export const settingsOfFiles = (capabilities: readonly Capability<unknown>[]): SettingName[] =>
  usedPrefixes(capabilities).length > 0 ? ['FILES_BUCKET'] : [];

/** Files come and go while the stack runs, so a grant names the beginning of their keys. */
export function fileStatements(
  scope: Construct,
  { names }: Deployment,
  capabilities: readonly Capability<unknown>[],
): PolicyStatement[] {
  const stack = Stack.of(scope);
  return usedPrefixes(capabilities).map((prefix) => {
    const granted = rightsOn(prefix, capabilities).flatMap((right) => actions[right]);
    return new PolicyStatement({
      actions: granted.sort().map((action) => `s3:${action}`),
      resources: [`arn:${stack.partition}:s3:::${names.filesBucket(stack)}/${prefix}/*`],
    });
  });
}

/** How cdk-nag prints the account and the region of a stack. */
const asPrinted = { account: '<AWS::AccountId>', region: '<AWS::Region>' };

/** The acknowledgements for cdk-nag of a function with such rights. */
export const fileAcknowledgements = ({ names }: Deployment, capabilities: readonly Capability<unknown>[]) =>
  usedPrefixes(capabilities).map((prefix) => ({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${names.filesBucket(asPrinted)}/${prefix}/*]`,
    reason: 'Files are made while the stack runs; all that one prefix holds is of the same kind.',
  }));
