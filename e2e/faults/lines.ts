import { quantile, sleep } from '../kit/numbers.ts';
import { elsewhere, judged, type Row } from '../kit/rows.ts';
import { openVisitor, type Visitor } from '../kit/visitor.ts';
import { until } from '../kit/wait.ts';
import { openWire, hello } from '../kit/wire.ts';
import { openMeddler } from '../kit/meddler.ts';
import { residentMB } from '../kit/numbers.ts';
import { during, openScene } from './scene.ts';

/* F17 to F29 and F54 to F61, F70 to F82: between visitor and relay, deliveries, load, everything at once. */

export const lines: Row<unknown>[] = [
  during('F17', 'acknowledgements are lost, three times for a second', async (scene) => {
    for (let i = 0; i < 3; i += 1) {
      scene.line.hole('down');
      await sleep(1_000);
      scene.line.cut();
      scene.line.hole('none');
      await sleep(500);
    }
  }),
  during('F18', 'what visitors send is lost, three times for a second', async (scene) => {
    for (let i = 0; i < 3; i += 1) {
      scene.line.hole('up');
      await sleep(1_000);
      scene.line.cut();
      scene.line.hole('none');
      await sleep(500);
    }
  }),
  during('F19', 'connections are cut in the middle of a frame', async (scene) => {
    for (const bytes of [310, 480, 700, 1_100, 1_900]) {
      scene.line.cutAfterBytes = bytes;
      scene.line.cut();
      await sleep(700);
    }
    scene.line.cutAfterBytes = 0;
    scene.line.cut();
  }),
  {
    id: 'F20',
    tried: 'a visitor vanishes without a word: is the socket let go of',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      scene.line.hole('both');
      const from = performance.now();
      const sockets = async () => {
        const { conversations } = (await (await fetch(`${scene.stage.relayUrl}/demo/state`)).json()) as {
          conversations: { sockets: number }[];
        };
        return conversations.reduce((sum, each) => sum + each.sockets, 0);
      };
      if ((await sockets()) !== 1) return judged(false, 'the socket is not counted');
      await until(async () => (await sockets()) === 0, 'the socket to be let go of', 60_000);
      return judged(true, `after ${((performance.now() - from) / 1_000).toFixed(0)} s`);
    },
  },
  during('F21', 'one direction is dead, then the other', async (scene) => {
    for (const direction of ['up', 'down', 'up', 'down'] as const) {
      scene.line.hole(direction);
      await sleep(900);
      scene.line.hole('none');
      // What was lost in between leaves a hole in the bytes: such a connection is over.
      scene.line.cut();
      await sleep(400);
    }
  }),
  during('F22', 'the line flaps: 1 s up, 0.5 s down, six times', async (scene) => {
    for (let i = 0; i < 6; i += 1) {
      scene.line.down(true);
      await sleep(500);
      scene.line.down(false);
      await sleep(1_000);
    }
  }),
  {
    id: 'F23',
    tried: 'a slow line: 300 ms each way',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      scene.line.delayMs = 300;
      const times: number[] = [];
      for (let i = 0; i < 8; i += 1) {
        const from = performance.now();
        await scene.say(talk);
        times.push(performance.now() - from);
      }
      scene.line.delayMs = 0;
      const outcome = await scene.finish();
      const p95 = quantile(times, 0.95);
      return {
        verdict: outcome.verdict === 'pass' && p95 <= 2_000 ? 'pass' : 'FAIL',
        figure: `acknowledged after ${p95.toFixed(0)} ms; ${outcome.figure}`,
      };
    },
  },
  during(
    'F24',
    'no websocket, polling only; the line is cut meanwhile',
    async (scene) => {
      for (let i = 0; i < 3; i += 1) {
        scene.line.cut();
        await sleep(800);
      }
    },
    { transports: ['polling'] },
  ),
  elsewhere('F25', 'a proxy that keeps answers back', 'the widget falls back to polling: e2e/offline.spec.ts'),
  elsewhere('F26', 'a proxy that ends idle connections', 'a ping each 25 s keeps them; cuts are F22'),
  {
    id: 'F27',
    tried: '300 visitors come back at once after a kill',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const crowd: Visitor[] = Array.from({ length: 300 }, () => openVisitor(scene.line.url));
      await Promise.all(crowd.map((visitor, i) => visitor.say(`crowd ${i}`)));
      await scene.relay.kill();
      const back = Promise.all(crowd.map((visitor, i) => visitor.say(`crowd ${i} is back`)));
      const from = performance.now();
      await scene.startRelay();
      await back;
      const took = (performance.now() - from) / 1_000;
      const lost = crowd.filter((visitor, i) => !visitor.texts().includes(`crowd ${i}`)).length;
      const mb = residentMB(scene.relay.pid);
      for (const visitor of crowd) await visitor[Symbol.asyncDispose]();
      return judged(
        took <= 30 && lost === 0,
        `all acknowledged ${took.toFixed(1)} s after the start; ${lost} without their history; ${mb.toFixed(0)} MB`,
      );
    },
  },
  {
    id: 'F28',
    tried: 'a portal answers everything with a page',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      await using portal = await openMeddler(scene.stage.relayUrl);
      portal.harm = () => ({
        kind: 'answer',
        status: 200,
        body: '<html>Log in</html>',
        headers: { 'content-type': 'text/html' },
      });
      await using visitor = openVisitor(portal.url, { transports: ['polling'] });
      let acknowledged = false;
      const said = visitor.say('through the portal').then(() => (acknowledged = true));
      await sleep(3_000);
      const early = acknowledged;
      portal.harm = undefined;
      await Promise.race([said, sleep(15_000)]);
      return judged(
        !early && acknowledged && visitor.texts().includes('through the portal'),
        early ? 'acknowledged by the portal' : 'nothing acknowledged before, all after',
      );
    },
  },
  elsewhere('F29', 'a certificate that is over', 'the proxy in front has the certificate'),
  during(
    'F54',
    'no bell at all: no deliveries, no frames',
    async (scene) => {
      await scene.set({ quiet: true, refuseCable: true });
      await sleep(3_000);
      return 'found by reading alone';
    },
    { webhook: true, withinMs: 15_000, pauseMs: 300 },
  ),
  during(
    'F54b',
    'deliveries are lost, the websocket is refused',
    async (scene) => {
      await scene.set({ refuseCable: true, dropNext: 1_000 });
      await sleep(3_000);
    },
    { webhook: true, withinMs: 15_000, pauseMs: 300 },
  ),
  during(
    'F55',
    'each delivery twice',
    async (scene) => {
      await scene.set({ double: 1 });
      await sleep(3_000);
    },
    { webhook: true },
  ),
  during(
    'F56',
    'deliveries in batches of 20, shuffled',
    async (scene) => {
      await scene.set({ shuffle: 20 });
      await sleep(3_000);
    },
    { webhook: true },
  ),
  during(
    'F57',
    'deliveries are held, and come all at once 5 s later',
    async (scene) => {
      await scene.set({ hold: true });
      await sleep(5_000);
      await scene.set({ hold: false });
    },
    { webhook: true },
  ),
  during('CABLE', "the desk's websocket is refused, cut, refused again", async (scene) => {
    for (let i = 0; i < 3; i += 1) {
      scene.desk.refuseSockets(true);
      await sleep(1_000);
      scene.desk.refuseSockets(false);
      await sleep(700);
    }
  }),
  elsewhere('F58', 'old signed bodies again', 'npm run attacks, A85 and A86'),
  elsewhere('F60', 'private notes, other inboxes in a delivery', 'npm run attacks, A14 to A16'),
  {
    id: 'F61',
    tried: 'an agent deletes two of five words, of both sides',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      await scene.say(talk, 'visitor, to be deleted');
      await scene.say(talk, 'visitor, stays');
      await scene.answer(talk, 'agent, to be deleted');
      await scene.answer(talk, 'agent, stays');
      await scene.agent.sees(talk.id, 'visitor, stays');
      await talk.visitor.hears('agent, stays');
      for (const message of await scene.agent.messages(talk.id))
        if (message.content?.endsWith('to be deleted')) await scene.agent.remove(talk.id, message.id);
      talk.sent = talk.sent.filter(({ text }) => !text.endsWith('deleted'));
      talk.spoken = talk.spoken.filter(({ text }) => !text.endsWith('deleted'));
      await until(
        () => talk.visitor.transcript().filter((each) => each === '[deletion]').length === 2,
        'both deletions',
        20_000,
      );
      return await scene.finish();
    },
  },
  ...['F62', 'F63', 'F64', 'F65', 'F66', 'F67', 'F68', 'F69'].map((id) =>
    elsewhere<unknown>(id, 'in the browser', 'e2e/*.spec.ts and the tests of widget/'),
  ),
  {
    id: 'F70',
    tried: 'a tab that does not read while an agent says 100 × 100 KB',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      const token = talk?.visitor.token();
      if (!talk || !token) return judged(false, 'nobody is there');
      using tab = await openWire(scene.stage.relayUrl);
      await hello(tab, { token });
      tab.stopReading();
      const before = residentMB(scene.relay.pid);
      let peak = before;
      for (let i = 0; i < 100; i += 1) {
        await scene.answer(talk, `big ${i} ${'y'.repeat(100_000)}`);
        peak = Math.max(peak, residentMB(scene.relay.pid));
      }
      const outcome = await scene.finish(90_000);
      peak = Math.max(peak, residentMB(scene.relay.pid));
      return {
        verdict: outcome.verdict === 'pass' && peak - before < 120 ? 'pass' : 'FAIL',
        figure: `+${(peak - before).toFixed(0)} MB at most; ${outcome.figure}`,
      };
    },
  },
  elsewhere('F71', 'one visitor floods', 'npm run attacks, A71b'),
  elsewhere('F72', 'messages and frames that are too long', 'npm run attacks, A53 and A64'),
  {
    id: 'F73',
    tried: 'letters of all kinds, there and back',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      const texts = [
        '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪',
        'é e\u0301 ﬁ',
        'שלום \u202bعالم\u202c',
        'a\u200bb\u200dc',
        'line\u2028sep\u2029para',
        '𝒳𐍈🀄',
        '  spaces  inside  ',
        'tab\tand\nline',
        '\\*not bold\\* `code` <b>',
        '% $ & ; " \' \\ /',
        `z${'\u0301'.repeat(50)}`,
      ];
      for (const text of texts) {
        await scene.say(talk, `v ${text} v`);
        await scene.answer(talk, `a ${text} a`);
      }
      return await scene.finish(30_000);
    },
  },
  elsewhere('F74', 'connections that say nothing', 'npm run attacks, A59 and A60'),
  elsewhere('F76', 'the event loop stands still', 'STOP: 5 s of SIGSTOP'),
  during(
    'F82',
    'the relay is killed, the desk is down, deliveries are lost, together',
    async (scene) => {
      await scene.set({ dropNext: 200 });
      await scene.sandbox.kill();
      scene.line.down(true);
      await scene.relay.kill();
      await sleep(1_500);
      scene.line.down(false);
      await scene.startRelay();
      await sleep(1_500);
      await scene.startSandbox();
    },
    { webhook: true, withinMs: 75_000 },
  ),
  during(
    'F81',
    'links are cut one by one and healed in another order, ten times',
    async (scene) => {
      const cuts: [() => void, () => void][] = [
        [() => scene.line.down(true), () => scene.line.down(false)],
        [() => scene.desk.refuseSockets(true), () => scene.desk.refuseSockets(false)],
        [() => (scene.desk.harm = () => ({ kind: 'cutBefore' })), () => (scene.desk.harm = undefined)],
        [() => scene.line.hole('down'), () => (scene.line.hole('none'), scene.line.cut())],
      ];
      for (let i = 0; i < 10; i += 1) {
        const mixed = [...cuts].sort(() => Math.random() - 0.5);
        for (const [cut] of mixed.slice(0, 3)) {
          cut();
          await sleep(100);
        }
        for (const [, heal] of [...mixed].sort(() => Math.random() - 0.5)) {
          heal();
          await sleep(100);
        }
      }
    },
    { webhook: true, withinMs: 75_000 },
  ),
];
