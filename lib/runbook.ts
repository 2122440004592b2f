/** The kinds of alarm, each with its heading in `lib/README.md`. A test checks that both agree. */
export const runbookHeadings = {
  apiErrors: 'Alarm: the API answers 5xx',
  apiLatency: 'Alarm: the API is slow',
  apiThrottles: 'Alarm: the API is throttled',
  queueAge: 'Alarm: a queue grows old',
  streamAge: 'Alarm: a stream falls behind',
  workerErrors: 'Alarm: a worker fails',
  notStarted: 'Alarm: a schedule does not start its worker',
  notHandedOn: 'Alarm: a record was not handed on',
  deadLetters: 'Alarm: dead letters',
  undelivered: 'Alarm: messages of devices were not delivered',
  rateCounter: 'Alarm: requests pass uncounted',
  undeclaredProblem: 'Alarm: an undeclared problem',
} as const;

export type RunbookTopic = keyof typeof runbookHeadings;

/** GitHub's anchor of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

export function runbookLink(topic: RunbookTopic): string {
  return `lib/README.md#${anchorOf(runbookHeadings[topic])}`;
}
