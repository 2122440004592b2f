import { defineCapability } from '../capability/capability.ts';
import type { VersionMatch } from '../http/conditional.ts';
import { always } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { changeEntity } from './change.ts';
import type { Recording } from './create.ts';
import { type Replacement, replaced } from './fields.ts';
import { problemsOf, tablesOf } from './grants.ts';
import type { Kind } from './kind.ts';

/** Puts what is given in place of all that bodies may change of an entity of a kind. */
export const replaces = <K extends Kind>(kind: K) =>
  defineCapability({
    tables: tablesOf(kind, 'change'),
    raises: problemsOf(kind, 'change'),
    open: () => ({
      replace: (
        caller: Actor,
        id: string,
        given: Replacement<K['fields']>,
        ifMatch: VersionMatch | undefined,
        once: Recording = always,
      ) => changeEntity(kind, caller, { id, ifMatch, once, next: (values) => replaced(kind.fields, values, given) }),
    }),
  });
