import { randomBytes } from 'node:crypto';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../../sandbox/server.ts';
import { silent } from '../../../log.ts';
import type { DeskOp, DeskTask, DeskThread, HandedIn, Hint, Intent, Outcome, Watch } from '../../desk.ts';
import { openChatwoot, type ChatwootDesk } from '../chatwoot-desk.ts';
import type { Renaming } from '../setup/renamed.ts';
import type { ChatwootOptions } from '../options.ts';

/** The people of the sandbox's demo, as the desk knows them. */
export const mara = { key: '2', name: 'Mara Ostby' };
export const jon = { key: '3', name: 'Jon Abara' };
const tokens: Record<string, string> = {
  asha: 'sandbox-administrator',
  mara: 'sandbox-mara',
  jon: 'sandbox-jon',
  wim: 'sandbox-wim',
};
export type Who = 'asha' | 'mara' | 'jon' | 'wim';

export function memorySettings(): Renaming['settings'] & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get: (name) => Promise.resolve(all.get(name)),
    set: (name, value) => Promise.resolve(void all.set(name, value)),
    list: (prefix) =>
      Promise.resolve([...all].flatMap(([name, value]) => (name.startsWith(prefix) ? [{ name, value }] : []))),
  };
}

export interface DeskUnderTest extends AsyncDisposable {
  sandbox: Sandbox;
  desk: ChatwootDesk;
  settings: ReturnType<typeof memorySettings>;
  /** The same desk opened anew, as after a restart; the old one is closed. */
  reopen(options?: Partial<ChatwootOptions>): Promise<ChatwootDesk>;
  /** Asks the sandbox's API as one of its people. */
  as(who: Who, method: string, path: string, body?: object): Promise<Json>;
  /** Performs an intent in a thread, one step after the other, and returns what came of each. */
  run(thread: DeskThread, intent: Intent, more?: Partial<DeskTask>): Promise<(Outcome & { step: DeskOp['step'] })[]>;
  /** A thread that has begun. */
  begin(visitor?: Partial<DeskTask['visitor']>): Promise<DeskThread>;
  say(thread: DeskThread, text: string, by?: 'visitor' | 'bot'): Promise<Outcome>;
  /** All messages of a thread as the desk keeps them, activities left out. */
  messages(thread: DeskThread): Promise<Json[]>;
}

// A test looks at whatever it likes in an answer; what the adapter itself reads goes through its schemas.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** A sandbox and the adapter on it, in this process, on free ports. */
export async function startDesk(
  options: { sandbox?: SandboxOptions; desk?: Partial<ChatwootOptions> } = {},
): Promise<DeskUnderTest> {
  const sandbox = await createSandbox({ ...options.sandbox, switches: { delayMs: 1, ...options.sandbox?.switches } });
  const settings = memorySettings();
  const open = (more: Partial<ChatwootOptions> = {}) =>
    openChatwoot({
      url: sandbox.url,
      account: 1,
      token: tokens['asha'] ?? '',
      botName: 'Helper',
      siteName: 'demo',
      settings,
      log: silent,
      waitMs: 60_000, // until it is set up, however busy this machine is
      reconcileMs: 300,
      teams: ['support', 'sales'],
      ...options.desk,
      ...more,
      timing: { retryMs: 20, totalMs: 2_000, ...options.desk?.timing, ...more.timing },
    });

  let desk: ChatwootDesk;
  try {
    desk = await open();
  } catch (error) {
    await sandbox.close();
    throw error;
  }

  const as: DeskUnderTest['as'] = async (who, method, path, body) => {
    const url = path.startsWith('/') ? path : `/api/v1/accounts/1/${path}`;
    const response = await fetch(`${sandbox.url}${url}`, {
      method,
      headers: { 'Api-Access-Token': tokens[who] ?? '', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const run: DeskUnderTest['run'] = async (thread, intent, more = {}) => {
    const outcomes = [];
    for (const op of under.desk.plan(intent)) {
      outcomes.push({ ...(await under.desk.perform(taskFor(thread, op, more))), step: op.step });
    }
    return outcomes;
  };

  const under: DeskUnderTest = {
    sandbox,
    get desk() {
      return desk;
    },
    settings,
    async reopen(more) {
      await desk.close();
      desk = await open(more);
      return desk;
    },
    as,
    run,
    async begin(visitor = {}) {
      const thread = newThread(desk.home);
      const who = {
        id: randomBytes(6).toString('hex'),
        name: 'Olle Sand',
        site: 'demo',
        language: 'en',
        page: null,
        ...visitor,
      };
      let [began] = await run(thread, { do: 'begin' }, { visitor: who });
      // On a busy machine the desk is set up a little later.
      for (const end = Date.now() + 20_000; began?.result === 'unsent' && Date.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        [began] = await run(thread, { do: 'begin' }, { visitor: who });
      }
      if (began?.result !== 'done' || !began.ref) throw new Error(`did not begin: ${JSON.stringify(began)}`);
      return { ...thread, ref: began.ref };
    },
    async say(thread, text, by = 'visitor') {
      const message = { author: { kind: by }, text, at: Date.now() };
      const [said] = await run(thread, { do: 'say', message: 'm' }, { message });
      if (!said) throw new Error('nothing was planned');
      return said;
    },
    async messages(thread) {
      const answer = await as(
        'asha',
        'GET',
        `conversations/${thread.ref?.['number']}/messages?after=1&before=2147483647`,
      );
      return (answer.payload as Json[]).filter((row) => row.message_type !== 2);
    },
    async [Symbol.asyncDispose]() {
      await desk.close();
      await sandbox.close();
    },
  };
  return under;
}

export function newThread(home: string): DeskThread {
  const source = randomBytes(24).toString('base64url');
  return { conversation: 'c', round: 1, home, source, ref: null, cursor: 0, takesAfter: null };
}

export function taskFor(thread: DeskThread, op: DeskOp, more: Partial<DeskTask> = {}): DeskTask {
  const visitor = { id: 'v-1', name: 'Olle Sand', site: 'demo', language: 'en', page: null };
  const mayLeave = () => true;
  return { op, thread, visitor, sentAt: null, mayLeave, ...(op.step === 'note' ? { note: 'A note' } : {}), ...more };
}

/** A watch that keeps what it heard, and can wait for more. */
export function createEar(options: Partial<Pick<Watch, 'since' | 'peopleInvolved'>> = {}) {
  const hints: Hint[] = [];
  const handedIn: HandedIn[] = [];
  const waiting = new Set<() => void>();
  const look = () => waiting.forEach((go) => go());
  let caughtUp = 0;
  const until = (holds: () => boolean) =>
    new Promise<void>((done) => {
      const go = () => {
        if (!holds()) return;
        waiting.delete(go);
        done();
      };
      waiting.add(go);
      go();
    });
  const watch: Watch = {
    // As the core does: what was handed in is read all the same.
    handIn(message) {
      handedIn.push(message);
      void watch.heard({ thread: message.thread, ids: [message.said.id] });
    },
    heard(hint) {
      hints.push(hint);
      look();
    },
    caughtUp() {
      caughtUp += 1;
      look();
    },
    peopleInvolved: options.peopleInvolved ?? (() => true),
    since: options.since ?? Date.now(),
  };
  return {
    watch,
    hints,
    handedIn,
    /** Waits for a hint like this. */
    hears: (like: (hint: Hint) => boolean) => until(() => hints.some(like)),
    /** Waits until the desk was read to the end so often. */
    catchesUp: (times = 1) => until(() => caughtUp >= times),
  };
}
