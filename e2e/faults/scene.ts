import { fileURLToPath } from 'node:url';
import { type Agent, openAgent } from '../kit/agent.ts';
import { describeViolations, judge, type Violation } from '../kit/judge.ts';
import { type Line, type Meddler, openLine, openMeddler } from '../kit/meddler.ts';
import { sleep } from '../kit/numbers.ts';
import { openStage, type Program, type Stage } from '../kit/processes.ts';
import { type Outcome, type Row } from '../kit/rows.ts';
import { openVisitor, type Visitor } from '../kit/visitor.ts';
import { until } from '../kit/wait.ts';

/*
 * A relay, a desk and visitors with whom people talk; what stands between them can be spoiled. Everything that is said is
 * written down, and judged in the end: what was acknowledged, what the visitors saw, and what stands at the desk.
 */

interface Talk {
  visitor: Visitor;
  /** The conversation at the desk; another one after it was deleted. */
  id: number;
  sent: { text: string; acknowledged: boolean }[];
  spoken: { text: string; certain: boolean }[];
}

export interface Scene extends AsyncDisposable {
  readonly stage: Stage;
  /** Between relay and desk. */
  readonly desk: Meddler;
  /** Between visitors and relay. */
  readonly line: Line;
  readonly agent: Agent;
  /** Somebody else at the desk. */
  agentOf(token: string): Agent;
  readonly talks: Talk[];
  relay: Program;
  sandbox: Program;
  /** Starts the relay as it was started at first. */
  startRelay(env?: Record<string, string>): Promise<Program>;
  startSandbox(): Promise<Program>;
  /** Kills the relay, starts it, and kills it again at any moment of its start; ends with one that runs. */
  startRelayQuickly(): Promise<void>;
  /** A second relay on the same folder. @returns what became of it */
  startSecond(): Promise<{ started: boolean; said: string }>;
  /** Kills the relay and starts it again. @returns how long that took until it served, in milliseconds */
  restart(): Promise<number>;
  /** A visitor says something; resolved when it is acknowledged. */
  say(talk: Talk, text?: string): Promise<void>;
  /** An agent says something, at the desk itself. */
  answer(talk: Talk, text?: string): Promise<void>;
  /** Visitors and agents talk until `stop`; not so fast that the desk finds it too much for one conversation. */
  chatter(pauseMs?: number): { stop(): Promise<void> };
  /** Sets a switch of the desk. */
  set(switches: object): Promise<void>;
  fault(fault: object): Promise<void>;
  /** Opens a further visitor with whom people talk. */
  talk(options?: Parameters<typeof openVisitor>[1]): Promise<Talk>;
  /** Waits until everything is where it belongs, and judges. */
  finish(withinMs?: number, also?: string): Promise<Outcome>;
}

interface SceneOptions {
  visitors?: number;
  /** The desk delivers webhooks, too. */
  webhook?: boolean;
  env?: Record<string, string>;
  transports?: ('websocket' | 'polling')[];
}

export const preload = (name: string): string => fileURLToPath(new URL(`../kit/preload/${name}.mjs`, import.meta.url));

export async function openScene({
  visitors = 2,
  webhook = false,
  env = {},
  transports,
}: SceneOptions = {}): Promise<Scene> {
  const stage = await openStage();
  const desk = await openMeddler(stage.sandboxUrl);
  const line = await openLine(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  const usual = { CHATWOOT_URL: desk.url, ...(webhook ? { PUBLIC_URL: stage.relayUrl } : {}), ...env };
  const talks: Talk[] = [];
  const unfinished = new Set<Promise<void>>();
  let words = 0;

  const scene: Scene = {
    stage,
    desk,
    line,
    agent,
    agentOf: (token) => openAgent(stage.sandboxUrl, token),
    talks,
    sandbox: await stage.startSandbox(),
    relay: await stage.startRelay(usual),
    startRelay: async (more = {}) => (scene.relay = await stage.startRelay({ ...usual, ...more })),
    startSandbox: async () => (scene.sandbox = await stage.startSandbox()),
    async startRelayQuickly() {
      await scene.relay.kill();
      // Whether it is killed while it starts or right after: `killYoung` does not wait for its first line.
      await stage.killYoung(usual, 50 + Math.random() * 600);
      await scene.startRelay();
    },
    startSecond: () =>
      stage.startRelay({ ...usual, PORT: '0' }).then(
        async (second) => {
          await second.kill();
          return { started: true, said: '' };
        },
        (error: unknown) => ({
          started: false,
          said: String(error).split('\n').slice(1).join(' ').trim().slice(0, 100),
        }),
      ),
    async restart() {
      await scene.relay.kill();
      const from = performance.now();
      await scene.startRelay();
      return performance.now() - from;
    },
    say(talk, text = `word ${(words += 1)} of a visitor`) {
      const entry = { text, acknowledged: false };
      talk.sent.push(entry);
      const said = talk.visitor.say(text).then(() => {
        entry.acknowledged = true;
        unfinished.delete(said);
      });
      unfinished.add(said);
      return said;
    },
    async answer(talk, text = `word ${(words += 1)} of an agent`) {
      const entry = { text, certain: false };
      talk.spoken.push(entry);
      // A desk that is away takes no words; one that was cut off in the middle may have them.
      await agent.reply(talk.id, text).then(
        () => (entry.certain = true),
        () => {},
      );
    },
    chatter(pauseMs = 700) {
      const going = { on: true };
      const loops = talks.flatMap((talk) => [
        (async () => {
          while (going.on) {
            void scene.say(talk);
            await sleep(pauseMs);
          }
        })(),
        (async () => {
          while (going.on) {
            await scene.answer(talk);
            await sleep(2.5 * pauseMs);
          }
        })(),
      ]);
      return {
        async stop() {
          going.on = false;
          await Promise.all(loops);
        },
      };
    },
    async set(switches) {
      await post(`${stage.sandboxUrl}/sandbox/switches`, switches);
    },
    async fault(fault) {
      await post(`${stage.sandboxUrl}/sandbox/faults`, fault);
    },
    async talk(options) {
      const visitor = openVisitor(line.url, options);
      const talk: Talk = { visitor, id: 0, sent: [], spoken: [] };
      const mark = `word ${(words += 1)}, the first of a visitor`;
      await scene.say(talk, mark);
      await until(async () => {
        const all = await agent.conversations().catch(() => []);
        for (const { id } of all.reverse())
          if ((await agent.messages(id)).some(({ content }) => content === mark)) talk.id = id;
        return talk.id > 0;
      }, 'the first word at the desk');
      await visitor.ask('handoff:ask');
      await until(() => visitor.phase() !== 'bot', 'the question what it is about');
      if (visitor.phase() === 'asking') await visitor.choose(null);
      await until(
        async () => (await agent.conversations()).find(({ id }) => id === talk.id)?.status === 'open',
        'the handoff at the desk',
      );
      await scene.answer(talk);
      await visitor.hears(talk.spoken[0]?.text ?? '');
      talks.push(talk);
      return talk;
    },
    async finish(withinMs = 60_000, also = '') {
      const from = performance.now();
      let violations: Violation[] = [];
      let waits = 0;
      do {
        await sleep(200);
        waits = unfinished.size;
        violations = await findViolations(scene);
        // A double does not go away by itself.
      } while ((waits > 0 || violations.some(({ kind }) => kind === 'lost')) && performance.now() - from < withinMs);
      const took = (performance.now() - from) / 1_000;
      // What comes late may come twice.
      await sleep(1_500);
      violations = await findViolations(scene);
      const count = (of: (talk: Talk) => number) => talks.reduce((sum, talk) => sum + of(talk), 0);
      const figure = [
        `${count(({ sent }) => sent.filter((each) => each.acknowledged).length)} acknowledged, ${count(({ spoken }) => spoken.filter((each) => each.certain).length)} of agents: ${describeViolations(violations)}`,
        waits > 0 ? `${waits} never acknowledged` : `all there after ${took.toFixed(1)} s`,
        ...(also ? [also] : []),
      ].join('; ');
      return { verdict: violations.length === 0 && waits === 0 ? 'pass' : 'FAIL', figure };
    },
    async [Symbol.asyncDispose]() {
      for (const { visitor } of talks) await visitor[Symbol.asyncDispose]();
      await line[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
      await stage[Symbol.asyncDispose]();
    },
  };
  try {
    for (let i = 0; i < visitors; i += 1) await scene.talk(transports ? { transports } : {});
  } catch (error) {
    await scene[Symbol.asyncDispose]();
    throw error;
  }
  return scene;
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the sandbox refused ${JSON.stringify(body)}: ${await answer.text()}`);
}

async function findViolations({ agent, talks }: Scene): Promise<Violation[]> {
  const conversations = await agent.conversations();
  const all = await Promise.all(conversations.map(({ id }) => agent.messages(id)));
  // In the order of their making, whichever thread they are in: an agent may take up an older one again.
  const desk = all
    .flat()
    .filter((each) => !each.private && each.message_type !== 2)
    .sort((a, b) => a.id - b.id);
  return talks.flatMap(({ visitor, sent, spoken }) =>
    judge({ sent, spoken, view: visitor.texts(), desk: desk.map(({ content }) => content ?? '') }),
  );
}

/** The usual row: people talk, something happens in the middle, it is over, and everything is to be there. */
export function during(
  id: string,
  tried: string,
  happen: (scene: Scene) => Promise<string | void>,
  options: SceneOptions & { withinMs?: number; pauseMs?: number } = {},
): Row<unknown> {
  return {
    id,
    tried,
    async try() {
      await using scene = await openScene(options);
      const chatter = scene.chatter(options.pauseMs);
      await sleep(500);
      let also: string | void;
      try {
        also = await happen(scene);
        await sleep(300);
      } finally {
        await chatter.stop();
      }
      // Waited for here: the scene is cleared away on the way out.
      return await scene.finish(options.withinMs, also ?? '');
    },
  };
}
