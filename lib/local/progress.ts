import type { Progress } from './stack.ts';

/**
 * Prints one line per step with its duration; on a terminal, also the current step.
 *
 * @param output the stream; if it is not a terminal, it gets whole lines only
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
