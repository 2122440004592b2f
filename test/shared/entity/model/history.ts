import { readEntity } from '../../../../shared/entity/rows.ts';
import type { Watched } from '../../../support/dynamodb-fake.ts';
import { ordersOf } from '../../../support/orders.ts';
import { type KindName, type State, type Thing, withThing } from './naive.ts';

/** The states of a workspace, one for each transaction of an entity, in the order in which they were accepted. */

/** One transaction that created, changed or deleted an entity. */
export interface Commit {
  readonly requestId: string;
  readonly kind: KindName;
  readonly id: string;
  readonly before: Thing | undefined;
  readonly after: Thing | undefined;
  visible: boolean;
}

export class History {
  /** The state before each commit, and the present one. */
  readonly states: State[] = [new Map()];
  readonly commits: Commit[] = [];
  /** Messages that the outbox sent, oldest first. */
  readonly messages: unknown[] = [];
  readonly #open = new Map<Watched['changes'], Commit>();

  get present(): State {
    return this.states.at(-1)!;
  }

  /** For `DynamoDbFake.watch`. */
  watch({ changes, phase }: Watched): void {
    if (phase === 'visible') {
      const commit = this.#open.get(changes);
      if (commit) commit.visible = true;
      this.messages.push(...changes.flatMap(({ after }) => ordersOf(after)).map(({ message }) => message));
      return;
    }
    const body = changes.find(({ pk, sk }) => pk.includes('#entity#') && sk === 'body');
    const event = changes.find(({ pk }) => pk.endsWith('#outbox'))?.after;
    if (!body || !event) return;
    const [, , kind, id] = body.pk.split('#') as [string, string, KindName, string];
    const thing = (row: object | undefined): Thing | undefined => {
      if (!row) return undefined;
      const { values, version } = readEntity(row as never);
      return { kind, id, values, version };
    };
    const [before, after] = [thing(body.before), thing(body.after)];
    const commit = { requestId: String(event.requestId), kind, id, before, after, visible: false };
    this.#open.set(changes, commit);
    this.commits.push(commit);
    this.states.push(withThing(this.present, id, after));
  }

  /** The oldest state that a reader may still see now. */
  get oldest(): number {
    const first = this.commits.findIndex(({ visible }) => !visible);
    return first < 0 ? this.commits.length : first;
  }

  /** States that may have been visible between `from` and now. */
  since(from: number): State[] {
    return this.states.slice(from);
  }
}
