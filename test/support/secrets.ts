import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { region, rootKey } from '../../lib/local/environment.ts';

/** The secrets that no log line may hold; they are searched in everything that the functions of a stack have logged. */

const secrets: Readonly<Record<string, RegExp>> = {
  'an API key': /\b[a-z][a-z0-9]{1,7}_(live|test)_[0-9A-Za-z]{24}_[0-9A-Za-z]{38}\b/,
  'a token': /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}/,
  'a password hash': /\$argon2id\$/,
  'a password of these tests': /Correct-horse-\d|Pass123!|Another-horse-\d/,
  'a token of a mail': /"token\\*"\s*:\s*\\*"[\w-]{43}\\*"|[?&]token=[\w-]{43}/,
  'a credential in a header': /authorization\\*"\s*:|x-api-key\\*"\s*:/i,
  'a secret in a field':
    /"(password|new_password|current_password|refresh_token|access_token|secretHash|passwordHash)\\*"\s*:/,
};

/** The kind of each secret in a text, with its line in which the secret is masked. */
export function secretsIn(lines: Iterable<string>): string[] {
  const found: string[] = [];
  for (const line of lines) {
    for (const [kind, pattern] of Object.entries(secrets)) {
      const at = line.search(pattern);
      if (at >= 0) found.push(`${kind}: …${line.slice(Math.max(0, at - 200), at)}✂`);
    }
  }
  return found;
}

/** Every line that the functions of this stack have logged. */
export async function* loggedLines(endpoint: string): AsyncGenerator<string> {
  const credentials = { accessKeyId: rootKey.AWS_ACCESS_KEY_ID, secretAccessKey: rootKey.AWS_SECRET_ACCESS_KEY };
  const client = new CloudWatchLogsClient({ endpoint, region, credentials });
  for await (const groups of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of groups.logGroups ?? []) {
      for await (const page of paginateFilterLogEvents({ client }, { logGroupName })) {
        for (const { message } of page.events ?? []) yield message ?? '';
      }
    }
  }
}
