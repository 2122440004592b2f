import type { FieldTexts } from './field-texts.ts';

/** Refused messages of devices, and replays of them. */
export const quarantineFields: readonly FieldTexts[] = [
  {
    of: ['QuarantineItem', 'QuarantineItemWithPayload', 'QuarantineGroup', 'QuarantineSummary', 'listQuarantineItems'],
    texts: {
      groups: 'The largest groups, largest first; at most 200.',
      deviceId: 'The device that sent it; for a message on a topic of another device, the sender.',
      topic: 'The topic of the message.',
      cause: 'Why it was refused.',
      component: 'The component that a refused reading names; null if it names none.',
      key: 'The key that a refused reading names; null if it names none.',
      status: '`REPLAYED`: it was accepted later, by a replay. Lists show `OPEN` items if it is absent.',
      receivedAt: 'When the broker received the message; UTC.',
      expiresAt: 'When the item is deleted: 30 days after its receipt; UTC.',
      payload: 'What was refused, as JSON; bytes that are not JSON as `{ "base64" }`.',
      count:
        'Number of items that are open. On the last day of their retention, it may include items that have expired.',
      dropped: 'Number of refusals that were not kept, above 1,000 items of a device in an hour.',
      firstAt: 'When the first of them was received, whatever its status; UTC.',
      lastAt: 'When the last of them that was kept was received; UTC.',
    },
  },
  {
    of: ['ReplayRequest', 'ReplayFilter', 'ReplayResult'],
    texts: {
      ids: 'Ids of 1 to 1,000 items; those that are not open are skipped. Either this or `filter`.',
      filter: 'Which open items are replayed; if it is empty, all that were received so far.',
      cause: 'Only items of this cause.',
      deviceId: 'Only items of this device.',
      key: 'Only readings that name this key, compared exactly.',
      dryRun: 'Whether it only reports what would happen; true if absent.',
      replayId: 'Id of the replay.',
      status: '`RUNNING` until all items are processed; the numbers below grow meanwhile.',
      total: 'Number of open items that were found.',
      wouldAccept: 'In a dry run, how many of them would be accepted; else 0.',
      accepted: 'How many of them were accepted; 0 in a dry run.',
      stillRefused: 'How many of them are still refused.',
      causes: 'Number of items that are still refused, by their present cause.',
    },
  },
];
