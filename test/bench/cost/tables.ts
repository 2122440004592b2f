import { usualMegabytes } from '../../../lib/config/memory.ts';
import { durationMilliseconds, lambdaDollars, memorySizes, prices, requestDollars } from './prices.ts';
import type { Compared } from './ratios.ts';
import type { RecordedCall } from './recording.ts';
import { pointsOfMessages, pointsTitle, type Scenario } from './scenarios.ts';
import { unitsOf } from './units.ts';

/** Converts the figures of the bench into milliseconds and USD. */

interface Measured {
  readonly scenario: Scenario;
  readonly figures: Compared;
}

const dollars = (amount: number): number => Number(amount.toFixed(2));

/** Most processes handle only a few requests, so these determine the memory size, not the warm ones. */
export function memoryTable(measured: readonly Measured[]): Record<string, Record<string, string>> {
  const at = ({ scenario, figures }: Measured, megabytes: number): string => {
    const milliseconds = durationMilliseconds(scenario.calls, figures['early ms'], megabytes);
    return `${milliseconds.toFixed(0)} ms, ${lambdaDollars(milliseconds, megabytes).toFixed(2)}`;
  };
  return Object.fromEntries(
    measured.map((one) => [
      one.scenario.title,
      Object.fromEntries(memorySizes.map((megabytes) => [`${megabytes} MB`, at(one, megabytes)])),
    ]),
  );
}

/** The prices of HTTP requests. */
export function priceTable(measured: readonly Measured[]): Record<string, Record<string, number>> {
  const asked = measured.filter(({ scenario }) => 'requestContext' in scenario.event);
  return Object.fromEntries(
    asked.map(({ scenario: { name, calls }, figures }) => {
      const parts = requestDollars(calls, figures['early ms'], usualMegabytes);
      return [name, Object.fromEntries(Object.entries(parts).map(([part, amount]) => [part, dollars(amount)]))];
    }),
  );
}

/** The prices of points that devices send to the broker. */
export function pointTable(measured: readonly Measured[]): Record<string, Record<string, number>> {
  const rows = pointsOfMessages.map((points) => {
    const { scenario, figures } = measured.find(({ scenario: { title } }) => title === pointsTitle(points))!;
    const milliseconds = durationMilliseconds(scenario.calls, figures['early ms'], usualMegabytes);
    const { reads, writes } = unitsOf(scenario.calls);
    const ofMessage = {
      Lambda:
        lambdaDollars(milliseconds, usualMegabytes) - prices.lambdaMillion + prices.lambdaMillion / messagesAtOnce,
      DynamoDB: reads * prices.readUnitsMillion + writes * prices.writeUnitsMillion,
      SQS: prices.sqsMillion * requestsOfMessage,
      'IoT Core': prices.brokerMessagesMillion + prices.brokerRulesMillion,
    };
    const parts = Object.entries(ofMessage).map(([part, amount]) => [part, amount / points] as const);
    const together = parts.reduce((sum, [, amount]) => sum + amount, 0);
    const perPoint = { reads: reads / points, writes: writes / points, 'CPU ms': figures['warm ms'] / points };
    const all = [...Object.entries(perPoint), ...parts, ['together', together] as const];
    return [points, Object.fromEntries(all.map(([name, amount]) => [name, Number(amount.toFixed(3))]))] as const;
  });
  return Object.fromEntries(rows);
}

/** A queue delivers up to ten messages at once. */
const messagesAtOnce = 10;
/** A message is sent, received and deleted; the latter two ten at a time. */
const requestsOfMessage = 1 + 2 / messagesAtOnce;

/** Amazon Location's price for a million results that are stored. */
const geocodeDollars = 4000;
/** A worker starts 10 addresses a second and waits between them. */
const geocodeMilliseconds = 100;
const batchOfDecision = 25;

/** The prices of imported addresses that are not in the cache. */
export function importTable(
  { addresses, calls }: { readonly addresses: number; readonly calls: readonly RecordedCall[] },
  measured: readonly Measured[],
): Record<string, Record<string, number>> {
  const decision = measured.find(({ scenario }) => scenario.name === 'geofences/decide-batch')!;
  const deciding = durationMilliseconds(decision.scenario.calls, decision.figures['early ms'], usualMegabytes);
  const milliseconds = geocodeMilliseconds + deciding / batchOfDecision;
  const Lambda = lambdaDollars(milliseconds, usualMegabytes) - prices.lambdaMillion;
  const { reads, writes } = unitsOf(calls);
  const DynamoDB = (reads * prices.readUnitsMillion + writes * prices.writeUnitsMillion) / addresses;
  const together = Lambda + DynamoDB + geocodeDollars;
  const parts = { Lambda, DynamoDB, 'Amazon Location': geocodeDollars, together };
  return {
    'an imported address': Object.fromEntries(Object.entries(parts).map(([part, amount]) => [part, dollars(amount)])),
  };
}
