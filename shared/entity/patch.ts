import { defineCapability } from '../capability/capability.ts';
import type { VersionMatch } from '../http/conditional.ts';
import { always } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { changeEntity } from './change.ts';
import type { Recording } from './create.ts';
import { type Change, merged } from './fields.ts';
import { problemsOf, tablesOf } from './grants.ts';
import type { Kind } from './kind.ts';

/** Merges what is given into an entity of a kind. */
export const patches = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: tablesOf(kind, 'change'),
    raises: problemsOf(kind, 'change'),
    open: () => ({
      patch: (
        caller: Actor,
        id: string,
        given: Change<K['fields']>,
        ifMatch: VersionMatch | undefined,
        once: Recording = always,
      ) => changeEntity(kind, caller, { id, ifMatch, once, next: (values) => merged(kind.fields, values, given) }),
    }),
  });
