import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Derived } from './new-endpoint/derive.ts';
import { root } from './sources.ts';

/** A copy of the project, in which a change can be tried. */

const run = promisify(execFile);
const copied = ['bin', 'lib', 'functions', 'shared', 'test', 'package.json', 'tsconfig.json', 'cdk.json'];

export class Copy {
  readonly path = mkdtempSync(join(tmpdir(), 'hexfence-copy-'));
  /** Files of the copy that are new or differ from those of the project. */
  readonly touched: string[] = [];
  #added = 0;

  constructor() {
    for (const name of copied) cpSync(join(root, name), join(this.path, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
  }

  /** Lines that were added. */
  get lines(): number {
    return this.#added;
  }

  /** Copies a file of the project's tests, whose name ends in `.txt`, to its place. */
  add(text: string, to: string): void {
    mkdirSync(dirname(join(this.path, to)), { recursive: true });
    copyFileSync(join(root, text), join(this.path, to));
    this.touched.push(to);
    this.#added += readFileSync(join(root, text), 'utf8').split('\n').length - 1;
  }

  /** Inserts a text before a place in a file, or replaces the place. */
  edit(file: string, place: string, text: string): void {
    const path = join(this.path, file);
    const before = readFileSync(path, 'utf8');
    if (!before.includes(place)) throw new Error(`${file} does not hold: ${place}`);
    const after = before.replace(place, text);
    writeFileSync(path, after);
    this.touched.push(file);
    this.#added += Math.max(1, after.split('\n').length - before.split('\n').length);
  }

  /** What the copy derives from some routes of its table. */
  async derive(names: readonly string[]): Promise<Derived> {
    const derive = join(this.path, 'test/walls/new-endpoint/derive.ts');
    return JSON.parse((await this.run('node', derive, ...names)).trim().split('\n').at(-1)!) as Derived;
  }

  /** Runs a program of the project in it; returns its output. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const options = { cwd: this.path, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await run(join(root, 'node_modules/.bin', command), args, options).catch(
      (error: { stdout?: string; stderr?: string }) => {
        throw new Error(`${command} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
      },
    );
    return stdout;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
