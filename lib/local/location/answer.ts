import { originForm } from '../forward.ts';
import type { LocalAnswer } from '../gateway.ts';
import { answerControl, controlPath, openSwitchboard } from './control.ts';
import { sendFailure } from './failure.ts';
import { answerSearch } from './operation.ts';

const searchPath = /^\/places\/v0\/indexes\/([-.\w]+)\/search\/text$/;

/**
 * Answers Amazon Location's `SearchPlaceIndexForText`, which the emulator lacks, from a small gazetteer, and has
 * switches that make it fail. Each instance has its own switches and counters.
 *
 * @param onMiss receives each text that the gazetteer does not know
 */
export function locationAnswer(onMiss: (text: string) => void = () => {}): LocalAnswer {
  const board = openSwitchboard();
  return (request, response) => {
    const path = originForm(request.url!).split('?', 1)[0]!;
    const indexName = request.method === 'POST' ? searchPath.exec(path)?.[1] : undefined;
    if (indexName === undefined && path !== controlPath) return false;
    const answered =
      indexName === undefined
        ? answerControl(request, response, board)
        : answerSearch({ request, response, indexName, onMiss, ...board });
    // The client has closed the connection, and nobody reads this; or this code has a fault.
    answered.catch((error) => sendFailure(response, { type: 'InternalServerException', message: String(error) }));
    return true;
  };
}
