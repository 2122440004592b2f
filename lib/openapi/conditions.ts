import { bodyLimitOf, maxBodyBytes } from '../../shared/http/body.ts';
import type { Route } from '../../shared/http/route.ts';
import { type Policy, policies } from '../../shared/limits/policies.ts';

/** The conditions of a route besides its scope, in sentences: a feature of the workspace, a limit of its own. */
export function conditionsOf({ feature, limit, ...route }: Route): string[] {
  const most = bodyLimitOf(route);
  return [
    ...(route.body && most < maxBodyBytes ? [`The body has at most ${most / 1024} KiB.`] : []),
    ...(feature ? [`The workspace needs the feature \`${feature}\`.`] : []),
    ...(limit ? [rateOf(policies[limit])] : []),
  ];
}

const periods: Readonly<Record<number, string>> = { 60: 'a minute', 3600: 'an hour' };

function rateOf({ limit, periodSeconds, subject, countsTowardTier }: Policy): string {
  const period = periods[periodSeconds] ?? `in ${periodSeconds} seconds`;
  const whose = subject === 'workspace' ? ' of a workspace' : '';
  const most =
    typeof limit === 'number'
      ? `At most ${limit} requests ${period}${subject === 'workspace' ? ' a workspace' : ' a credential'}`
      : `At most ${limit.key} requests ${period} by the API keys${whose}, and ${limit.user} by its users`;
  return `${most}${countsTowardTier ? '' : ', apart from the general rate'}.`;
}
