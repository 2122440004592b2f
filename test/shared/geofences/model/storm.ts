import { vi } from 'vitest';
import { checkGeofences } from '../../../../shared/geofences/checker.ts';
import type { Fence } from '../../../../shared/geofences/fence.ts';
import { sweepCells } from '../../../../shared/geofences/sweeper.ts';
import type { GeofenceFields } from '../../../../shared/geofences/wire.ts';
import { writeGeofences } from '../../../../shared/geofences/writer.ts';
import { readIfMatch } from '../../../../shared/http/conditional.ts';
import { unrecorded } from '../../../../shared/http/once.ts';
import { SweepMessage } from '../../../../shared/messages/sweep-cells.ts';
import { Problem } from '../../../../shared/problems/problem.ts';
import { isRace, isUnavailable } from '../../../../shared/table/faults.ts';
import { DynamoDbFake, fault } from '../../../support/dynamodb-fake.ts';
import { limitFence, limitKinds } from '../../geo/support/limit-fences.ts';
import { type Random, seededRandom } from '../../geo/support/random.ts';
import { type Actor, Interleaving } from '../../support/interleaving.ts';
import { caller } from '../../support/people.ts';
import { History, naiveAnswer } from './history.ts';
import type { Change, Clean, Plan, Step } from './plan.ts';

/** One fence, and writers, readers and clean-ups that use it all at once. */

const me = caller();
/** A function is stopped at its timeout; a check abandons its wave after five seconds. */
const functionMilliseconds = 8000;
const waveMilliseconds = 5000;
/** `VALIDATION_ERROR`: a radius for a fence that another writer has changed to a polygon. */
const expectedCodes = ['PRECONDITION_FAILED', 'NOT_FOUND', 'SERVICE_UNAVAILABLE', 'VALIDATION_ERROR'];

export interface Storm {
  readonly database: DynamoDbFake;
  readonly history: History;
  readonly id: string;
  /** Everything that was wrong, as sentences. */
  readonly wrong: string[];
  /** Changes by the mark that each leaves in the fence, and the versions in their responses. */
  readonly changes: Map<string, { readonly given: GeofenceFields; answered?: number }>;
  readonly readings: number;
}

export interface Variant {
  readonly rewrite?: DynamoDbFake['rewrite'];
}

/** Runs a plan to its end, without the last clean-up; the caller restores the database. */
export async function storm({ seed, steps }: Plan, { rewrite }: Variant = {}): Promise<Storm> {
  const random = seededRandom(seed);
  vi.setSystemTime(Date.parse('2026-03-22T10:00:00Z'));
  vi.spyOn(Math, 'random').mockImplementation(random); // the waits of writers that lost a race
  const database = new DynamoDbFake();
  const order = new Interleaving(random);
  const history = new History(() => order.moment);
  database.watch = (watched) => history.watch(watched);
  database.order = (changes) => shuffled(changes, random);
  if (rewrite) database.rewrite = rewrite;
  const first = { name: 'first', latitude: 50.1, longitude: 8.6, radiusMeters: 300 };
  const { id } = await writeGeofences.open().create(me, first, unrecorded);
  const run = new Run(history, order, id, random);
  database.before = async ({ operation }) => {
    await order.stop('before');
    if (random() < 0.01) throw fault(operation === 'TransactWriteCommand' ? 'ThrottlingException' : 'TimeoutError');
  };
  database.after = async () => await order.stop('after');
  database.between = () => order.between();
  for (const step of steps) {
    run.take(step);
    if (step.kind === 'settle') await order.finish();
    const draws = Math.floor(random() * 250);
    for (let i = 0; i < draws; i++) await order.draw();
    await order.wait(step.kind === 'wait' ? step.milliseconds : random() * 30);
  }
  await order.finish();
  database.before = () => undefined;
  database.after = () => undefined;
  return { database, history, id, wrong: run.wrong, changes: run.changes, readings: run.readings };
}

class Run {
  readonly wrong: string[] = [];
  readonly changes: Storm['changes'] = new Map();
  readings = 0;
  readonly #history: History;
  readonly #order: Interleaving;
  readonly #id: string;
  readonly #random: Random;

  constructor(history: History, order: Interleaving, id: string, random: Random) {
    this.#history = history;
    this.#order = order;
    this.#id = id;
    this.#random = random;
  }

  take(step: Step): void {
    if (step.kind === 'change') this.#change(step);
    if (step.kind === 'delete')
      this.#act('delete', step.killedAfter, () => writeGeofences.open().delete(me, this.#id, undefined));
    if (step.kind === 'check') this.#check();
    if (step.kind === 'clean') this.#clean(step);
  }

  #act(name: string, killedAfter: Actor['killedAfter'], does: () => Promise<unknown>): void {
    const actor = { name, deadline: Date.now() + functionMilliseconds, killedAfter };
    this.#order.start(actor, does).catch((error: unknown) => {
      if (isRace(error) || isUnavailable(error)) return;
      if (error instanceof Problem && expectedCodes.includes(error.code)) return;
      if (error instanceof Error && error.message.startsWith('Too early to sweep')) return;
      this.wrong.push(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }

  #change(step: Change): void {
    const mark = `change ${this.changes.size}`;
    const fence = this.#history.present;
    const given = { ...fieldsOf(step, fence), groupName: mark };
    const record: { given: GeofenceFields; answered?: number } = { given };
    this.changes.set(mark, record);
    const ifMatch = step.careful && fence ? readIfMatch(`"v${fence.version}"`) : undefined;
    this.#act(mark, step.killedAfter, async () => {
      const shown = await writeGeofences.open().update(me, this.#id, given, 'patch', ifMatch);
      record.answered = shown.version;
    });
  }

  /** Several readers at places in and around the past, present and future shapes of the fence. */
  #check(): void {
    const shapes = this.#history.versions.slice(-2).flatMap(({ fence }) => fence?.shape ?? []);
    for (let i = 0; i < 6; i++) {
      const near = shapes[i % Math.max(1, shapes.length)];
      if (!near) return;
      const [turn, reach] = [
        this.#random() * 2 * Math.PI,
        (1.1 * near.radiusMeters * Math.sqrt(this.#random())) / 111_000,
      ];
      const [north, east] = [Math.sin(turn) * reach, (Math.cos(turn) * reach) / Math.cos(near.latitude / 57.3)];
      this.#read(near.latitude + north, near.longitude + east);
    }
  }

  #read(latitude: number, longitude: number): void {
    const [started, from] = [Date.now(), this.#order.moment];
    this.#act('check', undefined, async () => {
      const index = checkGeofences.open();
      const rows = await index.candidates(me.tenant.reference, latitude, longitude, new AbortController().signal);
      if (Date.now() - started > waveMilliseconds) return; // abandoned
      const { matches } = await index.matches(me.tenant, latitude, longitude, rows);
      this.readings += 1;
      const answer = JSON.stringify(matches.find(({ geofenceId }) => geofenceId === this.#id));
      const possible = this.#history.during(from, this.#order.moment).map(({ fence }) => fence);
      const answers = possible.map((fence) => JSON.stringify(naiveAnswer(fence, latitude, longitude)));
      if (!answers.includes(answer)) {
        this.wrong.push(`torn: ${answer} at ${latitude},${longitude}, true were ${[...new Set(answers)].join(' or ')}`);
      }
    });
  }

  #clean({ ago, killedAfter }: Clean): void {
    const message = this.#history.messages.at(-1 - ago);
    if (message) this.#act('clean-up', killedAfter, () => sweepCells.open().run(SweepMessage.parse(message)));
  }
}

function fieldsOf(step: Change, fence: Fence | undefined): GeofenceFields {
  const { latitude = 50.1, longitude = 8.6, radiusMeters = 300 } = fence?.shape ?? {};
  const degrees = radiusMeters / 111_000;
  switch (step.what) {
    case 'move':
      return { latitude: latitude + step.a * degrees, longitude: longitude + step.b * degrees };
    case 'resize':
      return fence?.shape.geometry.type === 'Circle' ? { radiusMeters: Math.ceil(50 + (step.a + 1) * 1000) } : {};
    case 'box': {
      const [w, h] = [(1.2 + step.a) * degrees, (1.2 + step.b) * degrees];
      const corners = [
        [0, 0],
        [w, 0],
        [w, h],
        [0, h],
        [0, 0],
      ].map(([x = 0, y = 0]) => [longitude + x, latitude + y]);
      return { geometry: { type: 'Polygon', coordinates: [corners] } };
    }
    case 'vast': {
      const kind = limitKinds[Math.floor(Math.abs(step.a) * 100) % limitKinds.length]!;
      const geometry = limitFence(kind, seededRandom(1), [longitude - degrees, latitude - degrees], 2 * degrees);
      return geometry ? { geometry } : {};
    }
    case 'rename':
      return { name: `name ${step.a}` };
    case 'status':
      return { status: step.a < 0 ? 'inactive' : 'active' };
    case 'action':
      return { action: { text: 'x'.repeat(step.a < 0 ? 10 : 1500), b: step.b } };
    case 'words':
      return { description: `text ${step.a}` };
  }
}

function shuffled<T>(list: T[], random: Random): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Delivers every message that was ever sent, late, twice and in any order. */
export async function cleanUp({ history }: Storm, random: Random): Promise<void> {
  await vi.advanceTimersByTimeAsync(16_000);
  for (const message of shuffled([...history.messages, ...history.messages], random)) {
    await sweepCells.open().run(SweepMessage.parse(message));
  }
}
