import type { StageConfig } from '../config.ts';

/** USD per million units on demand, at AWS list prices in us-east-1. */
const readDollars = 0.125;
const writeDollars = 0.625;
const secondsPerHour = 3600;

const hourly = (unitsPerSecond: number, dollars: number) =>
  ((unitsPerSecond * secondsPerHour * dollars) / 1_000_000).toFixed(2);

function ofTables(units: StageConfig['ceilings']['tableUnits']): string {
  if (!units) return 'none: what AWS allows';
  const dollars = `${hourly(units.reads, readDollars)} and ${hourly(units.writes, writeDollars)} USD an hour`;
  return `${units.reads} reads and ${units.writes} writes a second, which is at most ${dollars}`;
}

/** The ceilings of the stage, as lines for a terminal. Each is set in the context, see `lib/README.md`. */
export function describeCeilings({ ceilings, firewall, refuseDirectCalls }: StageConfig): string {
  const { throttle, costlyThrottle, reservedConcurrency, tableUnits, monthlyBudgetDollars: dollars } = ceilings;
  const reserved = Object.entries(reservedConcurrency).map(([name, count]) => `${name} ${count}`);
  const lines = [
    ['Each API', `${throttle.requestsPerSecond} requests a second`],
    ['Each costly route', `${costlyThrottle.requestsPerSecond} requests a second`],
    ['Reserved functions', reserved.join(', ') || 'none'],
    ['Each table', ofTables(tableUnits)],
    [
      'The account',
      dollars ? `${dollars} USD a month, then the alarm topic is notified` : 'no budget: nobody is notified',
    ],
    [
      'Direct calls',
      refuseDirectCalls ? 'refused: the front door is the only way in' : 'allowed: calls may go past the front door',
    ],
    [
      'Firewall',
      firewall
        ? `${firewall.requestsPerAddress} requests of one address in five minutes`
        : 'none: -c firewallRequestsPerAddress=3000 adds one, for 7.00 USD a month and 0.60 a million requests',
    ],
  ];
  return ['Ceilings:', ...lines.map(([what = '', how]) => `  ${what.padEnd(20)} ${how}`)].join('\n');
}
