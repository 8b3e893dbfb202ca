import { describe, expect, test } from 'vitest';
import { openAgent } from './kit/agent.ts';
import { openGate, type Gate } from './kit/gate.ts';
import { judge, steps, type Cast } from './kit/journey.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/** The journey, with something happening after one of its steps. */
async function journey(
  happens: (after: number, relay: { kill(): Promise<void>; start(): Promise<void> }) => Promise<void>,
) {
  await using stage = await openStage();
  await stage.startSandbox();
  let program = await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  const relay = {
    kill: () => program.kill(),
    async start() {
      program = await stage.startRelay();
    },
  };
  for (const [index, [, step]] of steps.entries()) {
    await step({ visitor, agent });
    await happens(index, relay);
  }
  await judge({ visitor, agent });
}

// Mostly waiting, each on a stage of its own.
describe.concurrent('the journey', () => {
  test('undisturbed', () => journey(async () => {}));

  test('with the relay killed after every step', () =>
    journey(async (_after, relay) => {
      await relay.kill();
      await relay.start();
    }));

  for (const [index, [name]] of steps.entries()) {
    test(`with the relay killed after “${name}”: nothing is lost, nothing is doubled`, () =>
      journey(async (after, relay) => {
        if (after !== index) return;
        await relay.kill();
        await relay.start();
      }));
  }
});

/** A way to a handoff, what it writes at the desk, and how it goes on. */
interface Scene {
  title: string;
  /** Up to just before the request that causes the writes. */
  before(cast: Cast): Promise<void>;
  /** That request; resolved when it is acknowledged. */
  request(cast: Cast): Promise<void>;
  writes: [what: string, call: RegExp][];
  /** From there on, and what must be true at the end. */
  after(cast: Cast): Promise<void>;
}

const message = /^POST .*\/messages$/;
const assignment = /^POST .*\/assignments$/;
const status = /^POST .*\/toggle_status$/;
const handoff: Scene['writes'] = [
  ['the definition of the first attribute', /^POST .*\/custom_attribute_definitions$/],
  ['the definition of the second attribute', /^POST .*\/custom_attribute_definitions$/],
  ['the definition of the third attribute', /^POST .*\/custom_attribute_definitions$/],
  ['the attributes', /^POST .*\/custom_attributes$/],
  ['the note', message],
  ['opening', status],
  ['the team', assignment],
];
/** Nobody is online, so the team is called, too, before or after what the visitor wrote meanwhile. */
const rest: Scene['writes'] = [
  ['the first message after it', message],
  ['the second message after it', message],
];

/** The visitor is asked for a name, which the desk knows: the skill that picks the team is unfinished. */
async function beginSkill({ visitor, agent }: Cast, thread: number) {
  const questions = () => visitor.transcript().filter((line) => line.includes('your name')).length;
  const before = questions();
  await visitor.say('test skill');
  await until(() => questions() > before, 'the bot to ask for a name');
  await agent.sees(thread, 'your name');
}

/** An agent answers at the desk, and all that was said since the skill was begun is there once, on both sides. */
async function answered({ visitor, agent }: Cast, thread: number, wishes: number, said: string[]) {
  await until(
    async () => (await agent.transcript(thread)).filter((line) => line.includes('asked for a person')).length >= wishes,
    `${wishes} wishes at the desk`,
  );
  const opened = async () => (await agent.conversations()).find(({ id }) => id === thread);
  await until(async () => (await opened())?.meta.team?.name === 'sales', 'the team to be set');
  for (const line of said) await agent.sees(thread, line);
  await agent.reply(thread, 'Here I am.');
  await visitor.hears('Mara Ostby: Here I am.');
  const isTold = (line: string) => !/^\[(assigned|unassigned|queued|moved)\]$/.test(line);
  const told = visitor.transcript().filter(isTold);
  const heads = told.slice(told.lastIndexOf('visitor: test skill')).map((line) => line.split('\n')[0]);
  expect(heads.filter((line) => !line?.startsWith('['))).toEqual([
    'visitor: test skill',
    expect.stringMatching(/^bot: .*your name/),
    ...said,
    'Mara Ostby: Here I am.',
  ]);
  expect(heads.filter((line) => line === '[connecting]')).toHaveLength(wishes);
  const desk = await agent.transcript(thread);
  const words = desk.filter((line) => !line.startsWith('note:')).map((line) => line.split('\n')[0]);
  expect(words.slice(words.lastIndexOf('visitor: test skill'))).toEqual(heads.filter((line) => !line?.startsWith('[')));
  expect(desk.filter((line) => line.includes('asked for a person'))).toHaveLength(wishes);
  expect(await opened()).toMatchObject({ status: 'open' });
}

const scenes: Scene[] = [
  {
    title: 'the first handoff',
    async before({ visitor, agent }) {
      for (const [, step] of steps.slice(0, 2)) await step({ visitor, agent });
      await agent.sees(1, 'bot: ');
      await visitor.hears('name');
      await agent.sees(1, 'name');
    },
    request: ({ visitor }) => visitor.ask('handoff:ask').then(() => visitor.say('Is anybody there?')),
    writes: [...handoff, ...rest],
    async after(cast) {
      for (const [, step] of steps.slice(4)) await step(cast);
      await judge(cast);
    },
  },
  {
    title: 'a second handoff, after the first was resolved',
    async before(cast) {
      for (const [, step] of steps.slice(0, 7)) await step(cast);
      await cast.visitor.hears('[resolved]');
      await beginSkill(cast, 2);
    },
    request: ({ visitor }) => visitor.ask('handoff:ask').then(() => visitor.say('It is me again.')),
    writes: [...handoff, ...rest],
    async after(cast) {
      await answered(cast, 2, 1, ['visitor: It is me again.']);
      expect((await cast.agent.conversations()).map((each) => each.status)).toEqual(['resolved', 'open']);
      await cast.agent.setStatus(2, 'resolved');
      await until(() => cast.visitor.transcript().filter((line) => line === '[resolved]').length === 2, 'the end');
    },
  },
  {
    title: 'a handoff of a conversation that somebody was assigned to while the bot had it',
    async before(cast) {
      await beginSkill(cast, 1);
      const jon = (await cast.agent.call<{ id: number; name: string }[]>('GET', '/agents')).find(
        ({ name }) => name === 'Jon Reyes' || name.startsWith('Jon'),
      );
      await cast.agent.call('POST', '/conversations/1/assignments', { assignee_id: jon?.id });
      await cast.agent.call('POST', '/conversations/1/assignments', { team_id: 1 });
      await cast.agent.call('POST', '/conversations/1/assignments', { assignee_id: jon?.id });
    },
    request: ({ visitor }) => visitor.ask('handoff:ask'),
    writes: [
      ['unassigning', assignment],
      ['taking the team away', assignment],
    ],
    after: (cast) => answered(cast, 1, 1, []),
  },
  {
    title: 'Cancel, before a second wish in the same conversation',
    async before(cast) {
      await beginSkill(cast, 1);
      await cast.visitor.ask('handoff:ask');
      await cast.agent.sees(1, 'is waiting here');
      await cast.visitor.hears('[queued]');
    },
    request: ({ visitor }) => visitor.ask('handoff:cancel'),
    writes: [
      ['the note', message],
      ['taking the team away', assignment],
      ['taking out whoever takes part', /^DELETE .*\/participants$/],
      ['giving it back to the bot', status],
    ],
    async after(cast) {
      await cast.visitor.ask('handoff:ask');
      await answered(cast, 1, 2, []);
    },
  },
];

/** Kills the relay while a request of it is held, starts it again, and goes on. */
async function killedAt(scene: Scene, hold: (gate: Gate) => Promise<string>, call: RegExp) {
  await using stage = await openStage();
  await stage.startSandbox();
  await using gate = await openGate(stage.sandboxUrl);
  const env = { CHATWOOT_URL: gate.url };
  const relay = await stage.startRelay(env);
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  // Nobody is online, so that the last write, the call to the team, happens, too.
  await agent.setAvailability('offline');
  await scene.before({ visitor, agent });
  const held = hold(gate);
  const requested = scene.request({ visitor, agent });
  expect(await held).toMatch(call);
  await relay.kill();
  gate.release();
  await stage.startRelay(env);
  await requested;
  await scene.after({ visitor, agent });
}

for (const scene of scenes) {
  describe.concurrent(`the relay is killed in ${scene.title}`, () => {
    for (const [index, [what, call]] of scene.writes.entries()) {
      const n = index + 1;
      test(`as write ${n}, ${what}, is on its way`, () => killedAt(scene, (gate) => gate.hold(n, 'before'), call));
      test(`when write ${n}, ${what}, is done and not answered`, () =>
        killedAt(scene, (gate) => gate.hold(n, 'after'), call));
    }
  });
}

describe.concurrent('the relay is killed in the first handoff, where nothing is written', () => {
  const [scene] = scenes;
  if (!scene) throw new Error('there is a first scene');
  const conversation = /^GET .*\/conversations\/1$/;
  const reading = (what: string) => conversation.test(what);

  test('as the thread is looked at before the first step', () =>
    killedAt(scene, (gate) => gate.hold(1, 'before', reading), conversation));

  test('as it is read back after the last step', () =>
    killedAt(
      scene,
      (gate) => gate.hold(1, 'before', (what) => reading(what) && gate.writes.some((each) => assignment.test(each))),
      conversation,
    ));
});
