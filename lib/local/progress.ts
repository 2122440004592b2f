import type { Progress } from './stack.ts';

/**
 * Prints a line a step with its duration; on a terminal, also the step that is under way.
 *
 * @param output where to; anything but a terminal gets whole lines only
 */
export function printSteps(output: NodeJS.WriteStream): Progress {
  return async (title, work) => {
    const begin = performance.now();
    if (output.isTTY) output.write(`  … ${title}`);
    const tell = (mark: string) => {
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      output.write(`${output.isTTY ? '\r' : ''}  ${mark} ${title.padEnd(28)}${seconds.padStart(6)} s\n`);
    };
    try {
      const result = await work();
      tell('✓');
      return result;
    } catch (error) {
      tell('✗');
      throw error;
    }
  };
}
