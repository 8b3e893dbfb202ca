import { copyFile, rm } from 'node:fs/promises';
import { sleep } from '../kit/numbers.ts';
import { elsewhere, judged, type Row } from '../kit/rows.ts';
import { until } from '../kit/wait.ts';
import type { Harm } from '../kit/meddler.ts';
import { during, openScene, type Scene } from './scene.ts';

/* F30 to F43, F83: the desk is away, slow, wrong, or not what it was. */

const json = { 'content-type': 'application/json' };
const aWord = /^POST .*\/messages$/;
const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** For a while each n-th word that is written at the desk meets one of these. */
async function spoil(
  scene: Scene,
  harms: (() => Harm)[],
  { ms = 3_000, each = 2, pattern = aWord } = {},
): Promise<string> {
  let met = 0;
  let seen = 0;
  scene.desk.harm = (what) => {
    if (!pattern.test(what)) return undefined;
    seen += 1;
    return seen % each === 0 ? harms[met++ % harms.length]?.() : undefined;
  };
  await sleep(ms);
  scene.desk.harm = undefined;
  return `${met} spoiled`;
}

const answer =
  (status: number, body: string, after = false, headers: Record<string, string> = json) =>
  (): Harm => ({ kind: 'answer', status, body, headers, after });

/** The desk's conversation with somebody is changed; afterwards both go on talking. */
function changed(
  id: string,
  tried: string,
  change: (scene: Scene, conversation: number) => Promise<string | void>,
  expectNew = false,
): Row<unknown> {
  return {
    id,
    tried,
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      await scene.say(talk);
      const also = await change(scene, talk.id);
      // What stood in a conversation that is gone is nobody's any more; what is said from now on has to arrive.
      if (expectNew) talk.sent.splice(0);
      if (expectNew) talk.spoken.splice(0);
      await scene.say(talk, 'said after the change');
      if (expectNew) {
        await until(() => talk.visitor.transcript().includes('[deskGone]'), '[deskGone] at the visitor', 40_000);
        // The word by which it was found out may be answered by nobody; the next one may not.
        await scene.say(talk, 'and once more');
        await until(() => talk.visitor.transcript().at(-1)?.startsWith('bot:') === true, "the bot's answer", 20_000);
      } else await scene.answer(talk, 'an agent goes on');
      return await scene.finish(45_000, also ?? '');
    },
  };
}

export const desk: Row<unknown>[] = [
  {
    id: 'F30',
    tried: '200 words wait through a restart of the relay, 20 ms a request, a wish for a person behind them',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      // A second visitor, who wants a person after all the words.
      const wisher = await scene.talk();
      await scene.agent.setStatus(wisher.id, 'resolved');
      await wisher.visitor.hears('[resolved]');
      await scene.sandbox.kill();
      // The bot answers each of the second visitor's words, and the desk takes 200 a minute in one conversation.
      for (let i = 0; i < 140; i += 1) await Promise.all([scene.say(talk), i < 60 ? scene.say(wisher) : undefined]);
      await wisher.visitor.ask('handoff:ask');
      await scene.relay.kill();
      await scene.startSandbox();
      scene.desk.harm = () => ({ kind: 'late', ms: 20, after: false });
      const from = performance.now();
      await scene.startRelay();
      await until(() => ['asking', 'waiting', 'transferring'].includes(wisher.visitor.phase()), 'the wish', 60_000);
      if (wisher.visitor.phase() === 'asking') await wisher.visitor.choose(null);
      const outcome = await scene.finish(90_000);
      const drained = (performance.now() - from) / 1_000 - 1.5;
      await until(() => wisher.visitor.phase() !== 'transferring', 'the end of the wish', 60_000);
      const wish = wisher.visitor.phase();
      return {
        verdict: outcome.verdict === 'pass' && drained <= 30 && wish === 'waiting' ? 'pass' : 'FAIL',
        figure: `at the desk ${drained.toFixed(1)} s after the start (30 allowed); the wish: ${wish}; ${outcome.figure}`,
      };
    },
  },
  elsewhere('F31', 'the desk is away for 80 hours', 'needs a clock that runs for days; F59 moves the clock'),
  during('DOWN', 'the desk is killed for 4 s, twice', async (scene) => {
    for (let i = 0; i < 2; i += 1) {
      await scene.sandbox.kill();
      await sleep(4_000);
      await scene.startSandbox();
      await sleep(1_000);
    }
  }),
  during('HANG', 'the desk stands still for 5 s, then goes on', async (scene) => {
    scene.sandbox.signal('SIGSTOP');
    await sleep(5_000);
    scene.sandbox.signal('SIGCONT');
  }),
  during('CUT', 'each second word is cut off, before and after it is done', (scene) =>
    spoil(scene, [() => ({ kind: 'cutBefore' }), () => ({ kind: 'cutAfter' })]),
  ),
  during('F32', '500 before and after it is done', (scene) =>
    spoil(scene, [answer(500, '{}'), answer(500, '{"status":500}', true)]),
  ),
  during('F33', '422 although it is done', (scene) =>
    spoil(scene, [answer(422, '{"error":"Sorry"}', true)], { each: 3 }),
  ),
  {
    id: 'F33b',
    tried: 'a word that the desk refuses, in its own words, once; and one that it always refuses',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      await scene.fault({ method: 'POST', path: '/messages$', status: 422, body: { error: 'Content is strange' } });
      await scene.say(talk, 'refused once');
      await scene.say(talk, 'behind it');
      const once = await scene.finish(15_000);
      await scene.fault({
        method: 'POST',
        path: '/messages$',
        status: 422,
        body: { error: 'Content is strange' },
        times: 6,
      });
      await talk.visitor.say('refused for good');
      const told = await until(() => talk.visitor.transcript().includes('[undelivered]'), 'undelivered', 15_000).then(
        () => true,
        () => false,
      );
      return {
        verdict: once.verdict === 'pass' && told ? 'pass' : 'FAIL',
        figure: `once: ${once.figure}; for good: ${told ? 'the visitor is told' : 'the visitor is told nothing'}`,
      };
    },
  },
  during('F33c', 'readings that the desk refuses: 422, 400, 409', (scene) =>
    spoil(
      scene,
      [answer(422, '{"error":"Sorry"}'), answer(400, '{"error":"Sorry"}'), answer(409, '{"error":"Sorry"}')],
      { pattern: /^GET .*\/conversations\/\d+/, each: 2 },
    ),
  ),
  during('F34', '502, 503 and 504 with a page of HTML, with and without Retry-After', (scene) =>
    spoil(
      scene,
      [502, 503, 504].map((status) => answer(status, html, false, { 'content-type': 'text/html', 'retry-after': '1' })),
    ),
  ),
  during('F35', '429 for 5 s', async (scene) => {
    const before = scene.desk.asked.length;
    scene.desk.harm = () => ({ kind: 'answer', status: 429, body: 'Retry later\n' });
    await sleep(5_000);
    scene.desk.harm = undefined;
    return `${scene.desk.asked.length - before} requests meanwhile`;
  }),
  {
    id: 'F36',
    tried: "more than the desk's 200 words a minute in one conversation",
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      for (let i = 0; i < 215; i += 1) await scene.say(talk);
      return await scene.finish(100_000);
    },
  },
  during(
    'F37',
    '401 for 5 s, then the token is good again',
    async (scene) => {
      scene.desk.harm = () => ({
        kind: 'answer',
        status: 401,
        body: '{"error":"Invalid Access Token"}',
        headers: json,
      });
      await sleep(5_000);
      scene.desk.harm = undefined;
    },
    { withinMs: 75_000 },
  ),
  during('F38', 'answers later than the settle time of 2 s: after 1 s, 1.8 s, done at once', (scene) =>
    spoil(scene, [() => ({ kind: 'late', ms: 1_000, after: true }), () => ({ kind: 'late', ms: 1_800, after: true })]),
  ),
  during('F39', '200 with HTML, nothing, null, half, a list, a strange id', (scene) =>
    spoil(scene, [
      ...[html, '', 'null', '[]', '{"id":"seven"}', '{"id":99999999}'].map((body) => answer(200, body, true)),
      () => ({ kind: 'half' }),
    ]),
  ),
  during(
    'F40',
    'answers of one byte a second, and of ten',
    async (scene) =>
      spoil(scene, [() => ({ kind: 'drip', bytesPerSecond: 1 }), () => ({ kind: 'drip', bytesPerSecond: 10 })], {
        each: 6,
        ms: 4_000,
      }),
    { withinMs: 90_000 },
  ),
  {
    id: 'F40b',
    tried: 'more than 5 MiB behind what was read: 45 words of 120 KB while the relay is away',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      await scene.relay.kill();
      for (let i = 0; i < 45; i += 1) await scene.answer(talk, `long ${i} ${'x'.repeat(120_000)}`);
      await scene.startRelay();
      await scene.answer(talk, 'a short one behind them');
      return await scene.finish(90_000);
    },
  },
  {
    id: 'F41',
    tried: 'the desk is restored from a backup: its numbers begin again',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      const file = `${scene.stage.folder}/sandbox.db`;
      await scene.sandbox.stop();
      await copyFile(file, `${file}.backup`);
      await scene.startSandbox();
      await scene.answer(talk, 'before the restore, 1');
      await scene.answer(talk, 'before the restore, 2');
      await talk.visitor.hears('before the restore, 2');
      await scene.sandbox.stop();
      for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true });
      await copyFile(`${file}.backup`, file);
      await scene.startSandbox();
      // What the desk lost is lost; what is said there from now on has to be seen.
      talk.spoken.splice(-2);
      for (let i = 1; i <= 3; i += 1) await scene.answer(talk, `after the restore, ${i}`);
      return await scene.finish(45_000);
    },
  },
  changed(
    'F42',
    'the conversation is deleted',
    async (scene, id) => {
      await scene.agentOf('sandbox-administrator').call('DELETE', `/conversations/${id}`);
    },
    true,
  ),
  changed(
    'F42b',
    'the contact is deleted',
    async (scene, id) => {
      const { meta } = await scene.agent.call<{ meta: { sender: { id: number } } }>('GET', `/conversations/${id}`);
      await scene.agentOf('sandbox-administrator').call('DELETE', `/contacts/${meta.sender.id}`);
    },
    true,
  ),
  changed('F42c', 'the team is renamed, then deleted', async (scene) => {
    const administrator = scene.agentOf('sandbox-administrator');
    const teams = await administrator.call<{ id: number; name: string }[]>('GET', '/teams');
    const team = teams.find(({ name }) => name === 'support');
    await administrator.call('PATCH', `/teams/${team?.id}`, { name: 'helpers' });
    await administrator.call('DELETE', `/teams/${team?.id}`);
    await scene.talk();
    return 'a further visitor was handed over';
  }),
  {
    id: 'F42d',
    tried: 'the inbox is deleted: somebody who wants a person then',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const administrator = scene.agentOf('sandbox-administrator');
      const { payload } = await administrator.call<{ payload: { id: number }[] }>('GET', '/inboxes');
      for (const { id } of payload) await administrator.call('DELETE', `/inboxes/${id}`);
      const from = performance.now();
      const newcomer = await Promise.race([scene.talk().then(() => true), sleep(75_000).then(() => false)]);
      return judged(
        newcomer,
        newcomer
          ? `handed over after ${((performance.now() - from) / 1_000).toFixed(1)} s, without a restart`
          : 'waits unseen until a restart',
      );
    },
  },
  during('F43', 'the conversation is resolved while words are on their way', async (scene) => {
    const [talk] = scene.talks;
    if (!talk) return;
    scene.desk.harm = (what) => (aWord.test(what) ? { kind: 'late', ms: 400, after: false } : undefined);
    await sleep(500);
    await scene.agent.setStatus(talk.id, 'resolved');
    await sleep(1_500);
    scene.desk.harm = undefined;
  }),
  during(
    'F83',
    'the desk changes from 4.10 to 4.14 and back',
    async (scene) => {
      for (const chatwoot of ['4.10', '4.14', '4.10', '4.14']) {
        await scene.set({ chatwoot });
        await sleep(700);
      }
    },
    { webhook: true },
  ),
  {
    id: 'START',
    tried: 'the relay starts while the desk takes requests and never answers',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      await scene.relay.stop();
      scene.sandbox.signal('SIGSTOP');
      const from = performance.now();
      await scene.startRelay();
      const took = performance.now() - from;
      const [talk] = scene.talks;
      if (talk) await scene.say(talk);
      scene.sandbox.signal('SIGCONT');
      const outcome = await scene.finish();
      return {
        verdict: outcome.verdict === 'pass' && took <= 3_000 ? 'pass' : 'FAIL',
        figure: `serving after ${took.toFixed(0)} ms; ${outcome.figure}`,
      };
    },
  },
];
