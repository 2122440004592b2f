import { AsyncLocalStorage } from 'node:async_hooks';
import type { Call } from '../../../support/dynamodb-fake.ts';

/** The database actions of each verb of each kind, in the form of a function's grants. */
export class Grants {
  readonly used = new Map<string, Set<string>>();
  readonly #doing = new AsyncLocalStorage<string>();

  /** Runs `does` as this function: `box create`. */
  doing<T>(what: string, does: () => Promise<T>): Promise<T> {
    return this.#doing.run(what, does);
  }

  see(call: Call): void {
    const what = this.#doing.getStore();
    if (!what) return;
    const used = this.used.get(what) ?? new Set();
    for (const action of actionsOf(call)) used.add(action);
    this.used.set(what, used);
  }
}

const isIdempotency = (key: { pk?: string } | undefined) => key?.pk?.endsWith('#once');

function actionsOf({ operation, input }: Call): string[] {
  const name = operation.replace('Command', '');
  if (name === 'TransactWrite') {
    return (input.TransactItems as Record<string, { TableName: string; Key?: { pk: string } }>[]).flatMap((item) =>
      Object.entries(item).flatMap(([kind, { TableName, Key }]) =>
        isIdempotency(Key) ? [] : [`${TableName} ${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`],
      ),
    );
  }
  if (name === 'BatchGet') return [`${Object.keys(input.RequestItems)[0]} BatchGetItem`];
  return [`${input.TableName} ${name === 'Query' ? name : `${name}Item`}`];
}
