import type { Version } from '../model.ts';
import { messagesPerMinute } from '../rules.ts';
import { isObject } from '../values.ts';
import { createIds, differences } from './compare.ts';
import type { Ids } from './compare.ts';
import { deliveryDifferences } from './delivered.ts';
import { createScript, onlyFirstTries } from './digest.ts';
import { readScene } from './scene.ts';
import type { Block, RecordedCall } from './scene.ts';
import { abandon, ask, until } from './stage.ts';
import type { Reply, Stage } from './stage.ts';
import { createTranslation } from './translation.ts';

/** What of a scene is not compared, and why; the README says so, too. */
export interface Skips {
  /** Who had the desk open at that time. */
  online?: string[];
  /** Calls that are made, and whose answers are not compared, by their note. */
  answers?: Record<string, string>;
  /** Calls that are not made, by their note or their path. */
  calls?: [fits: RegExp, why: string][];
  /** Deliveries, by address, digest and (for recorded ones) `@` and their time. */
  deliveries?: [fits: RegExp, why: string][];
}

/** Plays recorded scenes one after the other, as they were: each builds on what those before left. */
export interface Replay {
  ids: Ids;
  /** @returns what was different, one line each */
  play(scene: string, skips?: Skips): Promise<string[]>;
}

/** From this scene on the receiver does what each delivery says it did. */
const firstScripted = '24';

export function createReplay(version: Version, stage: Stage): Replay {
  const ids = createIds();
  const { sandbox, receiver } = stage;
  const tokens = new Map<string | null, string | null>([
    ['asha', 'TOKEN-ASHA'],
    ['liam', 'TOKEN-LIAM'],
    ['mei', 'TOKEN-MEI'],
    ['omar', 'TOKEN-OMAR'],
    ['tara', 'TOKEN-TARA'],
    ['ugo', 'TOKEN-UGO'],
    ['nonsense', 'nonsense'],
    [null, null],
  ]);
  /** Of bots, in the order in which they were made, until a scene calls them by a name. */
  const botTokens: string[] = [];
  const { ourPath, ourBody, ourHeaders, recordedUrl, learnWords } = createTranslation(ids, receiver.url);
  let presence = true;

  async function playCall(call: RecordedCall, skipped: boolean): Promise<string[]> {
    const { method } = call.request;
    const path = ourPath(call.request.path);
    const token = tokens.get(call.as) ?? (call.as === null ? null : botTokens.shift());
    if (token === undefined) return [`${call.note}: nobody is called ${call.as}`];
    tokens.set(call.as, token);
    const answer = await ask(sandbox.url, token, method, path, ourBody(call), ourHeaders(call));
    learnWords(call.response.body, answer.body);
    learnWords({ file_url: call.response.headers['location'] }, { file_url: answer.location });
    const body = isObject(answer.body) ? answer.body : {};
    if (call.request.path.endsWith('/agent_bots') && typeof body['access_token'] === 'string')
      botTokens.push(body['access_token']);
    const how = { delivery: false, late: false, presence };
    const found = differences(call.response.body, recordedUrl(answer.body), ids, how);
    if (answer.status !== call.response.status)
      found.unshift(`status ${call.response.status} recorded, ${answer.status} here`);
    return skipped ? [] : found.map((line) => `${method} ${call.request.path} (${call.note}): ${line}`);
  }

  async function playBlock(block: Block, scene: string, skips: Skips): Promise<string[]> {
    receiver.heard.length = 0;
    const found: string[] = [];
    // A refused delivery marks its message: those of the same moment are composed before any of them is answered.
    const isTogether = scene === '08-failures';
    sandbox.set({ hold: isTogether });
    for (const call of block.calls) {
      if (skips.calls?.some(([fits]) => fits.test(`${call.note} ${call.request.path}`))) continue;
      if (scene < firstScripted) answerAsTheTextSays(call);
      found.push(...(await playCall(call, skips.answers?.[call.note] !== undefined)));
      // real ones left enough time for what was set off by each call
      if (scene >= firstScripted) await sandbox.idle();
      if (scene === '16-catch-up' && call.note === 'without internal ones') await hangUp(call);
      if (scene === '18-limits' && call.note === 'conversation') await flood(call);
    }
    await sandbox.idle();
    if (isTogether) {
      sandbox.set({ hold: false });
      await sandbox.idle();
    }
    const unwritten = notWrittenDown[scene];
    const compared = { recorded: block.deliveries, heard: receiver.heard, isLate: block.calls.length > 1, presence };
    const told = { recordedUrl, ids, skips: skips.deliveries ?? [], unwritten };
    const undelivered = deliveryDifferences({ ...compared, ...told });
    return [...found, ...undelivered, ...(undelivered.length > 0 ? await failedDeliveries(sandbox.url) : [])];
  }

  function answerAsTheTextSays(call: RecordedCall): void {
    const reply = asTheReceiverDid(call);
    receiver.answers(reply);
    sandbox.set({ timeoutMs: reply === 'hang' ? 300 : 5000 }); // nobody wants to wait five seconds
  }

  /** Scene 18 wrote down the first of 200 messages and the 201st only. */
  async function flood({ response }: RecordedCall): Promise<void> {
    const id = isObject(response.body) ? ids.ours('conversation', Number(response.body['id'])) : 0;
    for (let n = 0; n < messagesPerMinute; n++) {
      const body = { content: `n ${n}`, message_type: 'incoming', source_id: `n-${n}` };
      await ask(sandbox.url, 'TOKEN-ASHA', 'POST', `/conversations/${id}/messages`, body);
    }
  }

  /** Scene 16: forty posts whose client hung up; all were stored, and are looked at in scene 17. */
  async function hangUp({ request }: RecordedCall): Promise<void> {
    const path = ourPath(request.path).replace(/\?.*/, '');
    for (let n = 0; n < 40; n++) {
      const body = { content: `cut ${n}`, message_type: 'incoming', source_id: `cut-${n}` };
      await abandon(sandbox.url + path, 'TOKEN-ASHA', body);
    }
    await until(async () => {
      const { body } = await ask(sandbox.url, 'TOKEN-ASHA', 'GET', path);
      return JSON.stringify(body).includes('cut-39');
    });
  }

  return {
    ids,
    async play(scene, skips = {}) {
      const found: string[] = [];
      const blocks = readScene(version, scene);
      const isScripted = scene >= firstScripted;
      // others sat at those desks, too
      presence = !isScripted;
      if (isScripted) botTokens.length = 0;
      const all = blocks.flatMap((block) => block.deliveries);
      const script = createScript(all);
      const first = new Set(onlyFirstTries(all, ({ webhook }) => webhook));
      for (const name of skips.online ?? [])
        await ask(sandbox.url, tokens.get(name) ?? null, 'POST', '/api/v1/profile/auto_offline', {
          auto_offline: false,
        });
      for (const block of blocks) {
        if (isScripted) {
          receiver.answers((heard) => script.reply(heard, block.deliveries));
          const isSlow = block.deliveries.some(({ webhook }) => (webhook.we_waited_ms ?? 0) > 5000);
          sandbox.set({ timeoutMs: isSlow ? 300 : 5000, retryMs: 5 });
        }
        const { calls, deliveries } = block;
        found.push(
          ...(await playBlock({ calls, deliveries: deliveries.filter((one) => first.has(one)) }, scene, skips)),
        );
      }
      return found;
    },
  };
}

/** What the sandbox could not deliver lately, for one who looks for what is missing. */
async function failedDeliveries(url: string): Promise<string[]> {
  const answer = await fetch(`${url}/sandbox/deliveries`);
  const all = (await answer.json()) as { event: string; outcome: string; error?: string }[];
  const failed = all.filter(({ outcome }) => outcome !== 'sent').slice(-5);
  return failed.map(({ event, outcome, error }) => `${event} ${outcome} a while ago: ${error ?? 'on purpose'}`);
}

/** What the receiver of the recording did, as the texts of scene 08 say. */
function asTheReceiverDid({ request: { body } }: RecordedCall): Reply {
  const content = isObject(body) ? body['content'] : undefined;
  if (typeof content !== 'string') return 200;
  if (content.includes('hook answers 500')) return 500;
  if (content.includes('hook takes 7 s')) return 'hang';
  return content.includes('hook redirects') ? 302 : 200;
}

/** The recorder left these deliveries out: one of many stands for all. */
const notWrittenDown: Record<string, RegExp> = { '16-catch-up': / cut \d+$/, '18-limits': / n \d+$/ };
