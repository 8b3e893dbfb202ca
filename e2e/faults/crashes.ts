import { elsewhere, judged, type Row } from '../kit/rows.ts';
import { quantile, sleep } from '../kit/numbers.ts';
import { openVisitor } from '../kit/visitor.ts';
import { until } from '../kit/wait.ts';
import { during, openScene, type Scene } from './scene.ts';

/* F1 to F16: the relay is killed, ended, stopped, started twice. */

const random = (from: number, to: number) => from + Math.random() * (to - from);

/** Kills the relay when it does something at the desk for the n-th time, and starts it again. */
async function killAt(
  scene: Scene,
  pattern: RegExp,
  when: 'before' | 'inFlight' | 'after',
  times: number,
): Promise<string> {
  let kills = 0;
  for (let i = 0; i < times; i += 1) {
    const met = new Promise<void>((resolve) => {
      scene.desk.harm = (what) => {
        if (!pattern.test(what)) return undefined;
        scene.desk.harm = undefined;
        setTimeout(resolve, when === 'inFlight' ? 2 : 30);
        if (when === 'before') return { kind: 'cutBefore' };
        // Done at the desk; the answer never arrives, for the relay is killed meanwhile.
        return when === 'after' ? { kind: 'late', ms: 5_000, after: true } : { kind: 'late', ms: 5, after: false };
      };
    });
    await Promise.race([met, sleep(20_000)]);
    await scene.restart();
    kills += 1;
    await sleep(300);
  }
  scene.desk.harm = undefined;
  return `killed ${kills} times`;
}

const aWord = /^POST .*\/messages$/;

export const crashes: Row<unknown>[] = [
  during('F1', 'kill -9 at random moments, six times, while people talk', async (scene) => {
    const starts: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      await sleep(random(100, 900));
      starts.push(await scene.restart());
    }
    return `6 kills; serving after ${quantile(starts, 0.5).toFixed(0)} ms, at most ${Math.max(...starts).toFixed(0)}`;
  }),
  elsewhere('F2', 'kill -9 inside of a transaction', 'the moments of F1 and F12; server/stores has the transactions'),
  during('F3', 'kill -9 after the commit, before the acknowledgement', async (scene) => {
    for (let i = 0; i < 4; i += 1) {
      // What the visitors say is accepted, and they never hear of it.
      scene.line.hole('down');
      await sleep(400);
      await scene.relay.kill();
      scene.line.hole('none');
      await scene.startRelay();
      await sleep(300);
    }
    return '4 kills with acknowledgements on their way';
  }),
  {
    id: 'F4',
    tried: 'kill -9 right after an acknowledgement: the other tab',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      const token = talk.visitor.token();
      await using tab = openVisitor(scene.line.url, token ? { token } : {});
      const waits: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        const text = `tab ${i}`;
        await scene.say(talk, text);
        await scene.restart();
        const from = performance.now();
        await until(() => tab.texts().includes(text), `“${text}” in the other tab`);
        waits.push(performance.now() - from);
      }
      const outcome = await scene.finish();
      const slowest = Math.max(...waits);
      return {
        verdict: outcome.verdict === 'pass' && slowest <= 3_000 ? 'pass' : 'FAIL',
        figure: `in the other tab ${slowest.toFixed(0)} ms after the start; ${outcome.figure}`,
      };
    },
  },
  during('F5', 'kill -9 when a word is written down, before the desk hears of it', (scene) =>
    killAt(scene, aWord, 'before', 4),
  ),
  during('F6', 'kill -9 while a word is on its way to the desk', (scene) => killAt(scene, aWord, 'inFlight', 4)),
  during('F7', 'kill -9 when the desk has a word, before the relay knows', (scene) => killAt(scene, aWord, 'after', 4)),
  during('F8', 'kill -9 when contact and conversation are made', async (scene) => {
    const done: string[] = [];
    for (const pattern of [/^POST .*\/contacts$/, /^POST .*\/contact_inboxes$/, /^POST .*\/conversations$/]) {
      const newcomer = scene.talk();
      done.push(await killAt(scene, pattern, 'after', 1));
      await newcomer;
    }
    const contacts = (await scene.agent.conversations()).length;
    return contacts === scene.talks.length
      ? `${done.length} kills, as many conversations as visitors`
      : `${contacts} conversations of ${scene.talks.length} visitors`;
  }),
  ...(['F9', 'F10'] as const).map((id, index) =>
    during(
      id,
      index === 0 ? 'kill -9 when a delivery arrives' : 'kill -9 right after a delivery was answered',
      async (scene) => {
        for (let i = 0; i < 4; i += 1) {
          const [talk] = scene.talks;
          if (talk) void scene.answer(talk);
          await sleep(index === 0 ? 20 : 45);
          await scene.restart();
        }
        return '4 kills';
      },
      { webhook: true, withinMs: 15_000 },
    ),
  ),
  during('F11', 'kill -9 while a handoff is told to the desk, at its note, its opening, its team', async (scene) => {
    for (const pattern of [/\/messages$/, /\/toggle_status$/, /\/assignments$/]) {
      const newcomer = scene.talk();
      await killAt(scene, new RegExp(`^POST .*${pattern.source}`), 'after', 1);
      await newcomer;
    }
    return '3 kills';
  }),
  during('F12', 'kill -9 in a loop, also while it starts', async (scene) => {
    for (let i = 0; i < 8; i += 1) {
      const starting = scene.startRelayQuickly();
      await sleep(random(50, 700));
      await starting;
    }
    const ms = await scene.restart();
    return `8 kills while it started, then serving after ${ms.toFixed(0)} ms`;
  }),
  during(
    'F13',
    'SIGTERM under load, 25 words a second',
    async (scene) => {
      const exits: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        await sleep(1_000);
        const from = performance.now();
        await scene.relay.stop();
        exits.push(performance.now() - from);
        await scene.startRelay();
      }
      const slowest = Math.max(...exits);
      if (slowest > 3_500) throw new Error(`gone only after ${slowest.toFixed(0)} ms`);
      return `gone after ${exits.map((each) => each.toFixed(0)).join(', ')} ms`;
    },
    { visitors: 5, pauseMs: 250 },
  ),
  during('F16', 'a second relay on the same folder', async (scene) => {
    const from = performance.now();
    const second = await scene.startSecond();
    const took = performance.now() - from;
    if (second.started) throw new Error('a second relay started');
    return `refused after ${took.toFixed(0)} ms: ${second.said}`;
  }),
  during('STOP', 'SIGSTOP for 5 s', async (scene) => {
    scene.relay.signal('SIGSTOP');
    await sleep(5_000);
    scene.relay.signal('SIGCONT');
    return '5 s still';
  }),
  elsewhere('F14', 'SIGTERM while a transaction hangs', 'F47 holds the database; server/relay.test.ts ends it'),
  elsewhere('F15', 'a rolling deploy of two versions', 'there is one version yet'),
];
