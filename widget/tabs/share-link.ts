import type { Body, News, Reply, RequestName, Value } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link, LinkChange } from '../link.ts';
import { createGreeter } from './greeter.ts';
import { meetTabs, type Meeting } from './meet-tabs.ts';
import type { Word } from './tab-channel.ts';

interface Parts extends Pick<Meeting, 'locks' | 'openChannel'> {
  link: Link;
  clock: Clock;
  /** Tabs that share a socket have the same name. */
  name: string;
  /** What this browser keeps: without it, each tab is a visitor of its own. */
  token: () => string | null;
}

/**
 * One socket for all tabs of a visitor. The tab that holds the lock leads: it has the socket, and the others ask through
 * it. When it goes, the browser gives the lock to the next one, which dials. Where anything of this fails, a tab has a
 * socket of its own.
 */
export function shareLink({ link, clock, name, token, locks, openChannel }: Parts): Link {
  let role: 'off' | 'alone' | 'follower' | 'leader' = 'off';
  /** The relay has welcomed this tab, or the one that leads. */
  let isUp = false;
  /** This tab was told to dial, and nothing has become of it yet. */
  let isDialling = false;
  /** The tab that leads could not answer hello; the relay itself can. */
  let isAloneNext = false;
  let tell: (change: LinkChange) => void = () => {};
  const hear = (word: Word) => (role === 'leader' ? serve(word) : follow(word));
  const { channel, lock, beat, questions, leave } = meetTabs({ name, clock, locks, openChannel, hear, lead, lost });
  const { say } = channel;
  const greeter = createGreeter(link, clock, say);
  const heard: Partial<Record<keyof News, (news: never) => void>> = {};

  function down() {
    if (role === 'leader') say({ is: 'down' });
    isUp = false;
    questions.forget();
  }
  function lead() {
    const before = role;
    const wasUp = isUp;
    role = 'leader';
    beat.end();
    // A tab that was alone has a socket already.
    if (before === 'alone') return say({ is: 'up' });
    down();
    if (isDialling) dialSelf();
    else if (wasUp) tell('lost');
  }
  /** Without the lock this tab stands in line again once it is told to dial, or goes on by itself. */
  function lost() {
    if (role !== 'leader' && role !== 'follower') return;
    const isRobbed = role === 'leader';
    role = isRobbed ? 'off' : 'alone';
    down();
    if (isRobbed) link.hangUp();
    else leave();
    if (isDialling) dialSelf();
    else tell('lost');
  }
  function dialSelf() {
    isDialling = false;
    link.dial();
  }
  function serve(word: Word) {
    if (word.is === 'who') say({ is: isUp ? 'up' : 'trying' });
    if (word.is === 'ask' && isUp) void greeter.serve(word);
  }
  function follow(word: Word) {
    if (role !== 'follower') return;
    if (word.is === 'up' || word.is === 'trying') beat.answered();
    if (word.is === 'up' && isDialling) {
      isDialling = false;
      isUp = true;
      tell('opened');
    } else if (word.is === 'down' && isUp) {
      down();
      tell('lost');
    } else if (word.is === 'reply') questions.answer(word.id, word.reply);
    else if (word.is === 'news' && isUp) heard[word.name]?.(word.news as never);
  }
  async function askLeader(which: RequestName, body: unknown) {
    const reply = isUp ? await questions.ask(which, body) : undefined;
    if (which === 'hello' && !reply) isAloneNext = isUp;
    return reply;
  }
  async function askRelay<N extends RequestName>(which: N, body: Body<N>) {
    if (which === 'hello') greeter.begin();
    const reply = await link.ask(which, body);
    if (reply?.ok && which === 'hello') {
      greeter.welcomed(reply.value as Value<'hello'>);
      isUp = true;
      if (role === 'leader') say({ is: 'up' });
    }
    // What was sent first began a conversation: other tabs may come to it from now on.
    const begins = which === 'message:send' || which === 'handoff:ask';
    if (reply?.ok && begins && role === 'alone' && !channel.isJoined() && token() !== null && channel.join())
      lock.tryNow();
    return reply;
  }

  for (const which of ['event', 'typing', 'desk', 'token'] as const) {
    link.on(which, (news: News[typeof which]) => {
      greeter.hear(which, news);
      if (role === 'leader') say({ is: 'news', name: which, news });
      heard[which]?.(news as never);
    });
  }
  link.onChange((became) => {
    if (became !== 'opened') down();
    tell(became);
  });

  return {
    dial() {
      if (role === 'leader') return link.dial();
      const isAlone = isAloneNext || token() === null || !channel.join();
      isAloneNext = false;
      role = isAlone ? 'alone' : 'follower';
      if (isAlone) return link.dial();
      isDialling = true;
      lock.wait();
      beat.ask();
    },
    hangUp() {
      down();
      role = 'off';
      isDialling = false;
      leave();
      link.hangUp();
    },
    // The tab that leads passes on what the relay answered to the same name.
    ask: async <N extends RequestName>(which: N, body: Body<N>) =>
      role === 'follower' ? ((await askLeader(which, body)) as Reply<Value<N>> | undefined) : askRelay(which, body),
    on: (which, listener) => void (heard[which] = listener as (news: never) => void),
    onChange: (listener) => void (tell = listener),
  };
}
