import { isForPhones, type RouteScope, roles, type Scope, scopeRules, scopesOf } from '../../shared/auth/scopes.ts';
import { bodyLimitOf, maxBodyBytes } from '../../shared/http/body.ts';
import type { Route } from '../../shared/http/route.ts';
import { type Policy, policies } from '../../shared/limits/policies.ts';

/** The conditions of a route, in sentences: who may call it, how often, and what else limits a call. */
export function conditionsOf({ feature, limit, scope, scopes, ...route }: Route): string {
  const most = bodyLimitOf({ scope, ...route });
  return [
    accessOf(scope),
    ...Object.entries(scopes?.of ?? {}).map(([value, own]) => `With \`${value}\`: needs the scope \`${own}\` instead.`),
    ...(feature ? [`The workspace needs the feature \`${feature}\`.`] : []),
    ...(limit ? [rateOf(policies[limit])] : []),
    ...(scope === 'public' || limit ? [] : ["Counts toward the credential's rate."]),
    ...(route.body && most < maxBodyBytes ? [`The body has at most ${most / 1024} KiB.`] : []),
  ].join(' ');
}

const withoutScope: Partial<Record<RouteScope, string>> = {
  public: 'Needs no credential.',
  any: 'Any valid credential is enough.',
  session: 'Needs the access token of a user.',
};

function accessOf(scope: RouteScope): string {
  const known = withoutScope[scope];
  if (known) return known;
  const holders = roles.filter((role) => scopesOf(role).some((held) => held === scope));
  if (holders.length === 0) return `Needs the scope \`${scope}\`: device tokens only.`;
  const keys = scopeRules[scope as Scope].grantable ? 'and keys that have it' : 'never keys';
  const phones = isForPhones(scope as Scope) ? ' Device tokens have it, within the role of their user.' : '';
  return `Needs the scope \`${scope}\`: users who are ${holders.map((role) => `\`${role}\``).join(', ')}, ${keys}.${phones}`;
}

const periods: Readonly<Record<number, string>> = { 60: 'a minute', 3600: 'an hour' };

function rateOf({ limit, periodSeconds, subject, countsTowardTier }: Policy): string {
  const period = periods[periodSeconds] ?? `in ${periodSeconds} seconds`;
  const whose = subject === 'workspace' ? ' of a workspace' : '';
  const most =
    typeof limit === 'number'
      ? `At most ${limit} requests ${period}${subject === 'workspace' ? ' a workspace' : ' a credential'}`
      : `At most ${limit.key} requests ${period} by the API keys${whose}, and ${limit.user} by its users`;
  return countsTowardTier
    ? `${most}; they count toward the credential's rate, too.`
    : `${most}; they do not count toward the credential's rate.`;
}
