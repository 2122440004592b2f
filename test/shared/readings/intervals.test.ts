import { describe, expect, it } from 'vitest';
import { countOf, dayIn, daysOf, startFor } from '../../../shared/readings/intervals.ts';

const at = (text: string) => Date.parse(text);
const hour = 3_600_000;

const days = (timezone: string, from: string, to: string) =>
  daysOf({ from: at(from), to: at(to), interval: '1d', timezone })!;
const hours = (starts: readonly number[]) => starts.slice(1).map((start, i) => (start - starts[i]!) / hour);

describe('Days of a time zone', () => {
  it('have 23 hours when clocks go forward, and 25 when they go back', () => {
    expect(hours(days('Europe/Madrid', '2026-03-28T12:00Z', '2026-03-31T12:00Z'))).toEqual([24, 23, 24]);
    expect(hours(days('America/New_York', '2026-10-31T12:00Z', '2026-11-03T12:00Z'))).toEqual([24, 25, 24]);
  });

  it.each([
    ['Europe/Madrid', '2026-11-28', '2026-11-27T23:00:00.000Z', 24],
    ['Europe/Madrid', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Madrid', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['UTC', '2026-11-28', '2026-11-28T00:00:00.000Z', 24],
    ['Asia/Kolkata', '2026-11-28', '2026-11-27T18:30:00.000Z', 24],
    // The zone went to the other side of the date line.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', 0],
  ])('in %s have a first and a last instant: %s', (timezone, date, first, length) => {
    const { from, to } = dayIn(timezone, at(date) / (24 * hour));
    expect([new Date(from).toISOString(), (to + 1 - from) / hour]).toEqual([first, length]);
  });

  it('begin at local midnight, in zones with half and quarter hours too', () => {
    expect(
      days('Asia/Kolkata', '2026-03-17T00:00Z', '2026-03-18T00:00Z').map((one) => new Date(one).toISOString()),
    ).toEqual(['2026-03-16T18:30:00.000Z', '2026-03-17T18:30:00.000Z']);
    expect(new Date(days('Asia/Kathmandu', '2026-03-17T00:00Z', '2026-03-17T00:01Z')[0]!).toISOString()).toBe(
      '2026-03-16T18:15:00.000Z',
    );
  });

  it('begin at the first instant that a date has, where clocks skip midnight', () => {
    const [first] = days('America/Asuncion', '2023-10-01T12:00Z', '2023-10-01T12:01Z');
    expect(new Date(first!).toISOString()).toBe('2023-10-01T04:00:00.000Z');
    // Half an hour instead of an hour: Lord Howe Island.
    expect(hours(days('Australia/Lord_Howe', '2026-04-04T00:00Z', '2026-04-06T12:00Z'))).toContain(24.5);
  });

  it('leave out a date that a zone has left out', () => {
    const starts = days('Pacific/Apia', '2011-12-29T20:00Z', '2012-01-01T00:00Z');
    expect(hours(starts).every((length) => length === 24)).toBe(true);
  });

  it('belong to instants as the calendar says', () => {
    const asked = {
      from: at('2026-01-01T00:00Z'),
      to: at('2027-01-01T00:00Z'),
      interval: '1d',
      timezone: 'Australia/Lord_Howe',
    } as const;
    const start = startFor(asked, daysOf(asked));
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: asked.timezone });
    for (let instant = asked.from; instant < asked.to; instant += hour / 2) {
      expect(date.format(start(instant))).toBe(date.format(instant));
    }
  });
});

describe('Buckets of other intervals', () => {
  it('begin at multiples of their length since 1970', () => {
    expect(startFor({ interval: '6h' }, undefined)(at('2026-03-17T11:59Z'))).toBe(at('2026-03-17T06:00Z'));
    expect(startFor({ interval: '15m' }, undefined)(at('2026-03-17T11:59Z'))).toBe(at('2026-03-17T11:45Z'));
  });

  it('are counted with those that the span cuts', () => {
    const count = (from: string, to: string) => countOf({ from: at(from), to: at(to), interval: '1h' });
    expect(count('2026-03-17T11:59Z', '2026-03-17T12:01Z')).toBe(2);
    expect(count('2026-03-17T11:00Z', '2026-03-17T12:00Z')).toBe(1);
    expect(count('2026-03-17T11:00Z', '2026-03-17T11:00Z')).toBe(0);
  });
});
