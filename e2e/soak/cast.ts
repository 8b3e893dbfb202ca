import { openAgent, type Agent } from '../kit/agent.ts';
import type { Chance } from '../kit/chance.ts';
import { sleep } from '../kit/numbers.ts';
import { openVisitor, type Visitor } from '../kit/visitor.ts';

/*
 * Those who talk. Every word is numbered, so that it is unlike all others: `v3.12` is the twelfth of the third visitor,
 * `a3.4` the fourth that an agent said to that one, `b77: v3.12` an answer of the bot, which names what it answers.
 */

interface Sent {
  text: string;
  acknowledged: boolean;
}

interface Spoken {
  thread: number;
  text: string;
  certain: boolean;
}

/** What one visitor says and is told. */
export interface Talk {
  readonly name: string;
  readonly visitor: Visitor;
  /** Others read along in a tab of their own. */
  readonly tabs: readonly Visitor[];
  readonly sent: Sent[];
  readonly spoken: Spoken[];
}

export interface Cast {
  readonly talks: readonly Talk[];
  /** How long acknowledgements took, in milliseconds. */
  readonly waits: readonly number[];
  /** Opens second tabs, once their visitors have a conversation. */
  begin(): void;
  /** Says no more, and waits until nobody is in the middle of something. */
  stop(): Promise<void>;
  /** Everybody says one word more, and answers what the relay asks. */
  sayGoodbye(): void;
  close(): Promise<void>;
}

const wish = 'I want a person';
/** How long a visitor thinks before the next word, in milliseconds. */
const thinks = { from: 800, to: 5_200 };
/** How often agents look at what there is, in milliseconds. */
const agentsLookMs = 700;
/** Every so many visitors one polls, and one has a second tab. */
const every = { polls: 5, secondTab: 4 };
const usualPatienceMs = 3_000;

/** The bot: numbers its answers by turns, fails now and then, and calls people when it is asked to. */
export function createAnswers(chance: Chance): (heard: string, turn: string) => object[] | undefined {
  const numbers = new Map<string, number>();
  return (heard, turn) => {
    const number = numbers.get(turn) ?? numbers.size + 1;
    numbers.set(turn, number);
    if (chance() < 0.03) return undefined;
    const text = `b${number}: ${(heard.match(/v\d+\.\d+/g) ?? []).join(' ')}`;
    const handoff = heard.includes(wish) ? [{ type: 'handoff', reason: 'bot_asked' }] : [];
    return [{ type: 'message', text }, ...handoff];
  };
}

/** @param url where visitors go @param desk where agents go */
export function openCast({
  url,
  desk,
  count,
  chance,
}: {
  url: string;
  desk: string;
  count: number;
  chance: Chance;
}): Cast {
  const waits: number[] = [];
  const talks = Array.from({ length: count }, (_, index) => {
    const polls = index % every.polls === every.polls - 1;
    const transports: ('websocket' | 'polling')[] = [polls ? 'polling' : 'websocket'];
    const visitor = openVisitor(url, { transports, patienceMs: usualPatienceMs });
    return { name: String(index + 1), visitor, tabs: [] as Visitor[], sent: [] as Sent[], spoken: [] as Spoken[] };
  });
  let going = true;
  const loops: Promise<void>[] = [];

  function say(talk: Talk, more = ''): void {
    const entry = { text: `v${talk.name}.${talk.sent.length + 1}${more}`, acknowledged: false };
    talk.sent.push(entry);
    const from = performance.now();
    void talk.visitor.say(entry.text).then(() => {
      entry.acknowledged = true;
      waits.push(performance.now() - from);
    });
  }

  async function visitorLives(talk: (typeof talks)[number], own: Chance): Promise<void> {
    const hasSecondTab = Number(talk.name) % every.secondTab === 0;
    say(talk);
    while (going) {
      await sleep(own.between(thinks.from, thinks.to));
      if (!going) return;
      act(talk, own);
      const token = talk.sent[0]?.acknowledged ? talk.visitor.token() : undefined;
      if (hasSecondTab && talk.tabs.length === 0 && token)
        talk.tabs.push(openVisitor(url, { token, patienceMs: usualPatienceMs }));
    }
  }

  function act(talk: Talk, own: Chance): void {
    const { visitor, sent } = talk;
    const roll = own();
    // What is asked before the first word is there would be refused.
    const ask = (name: Parameters<Visitor['ask']>[0]) => void (sent[0]?.acknowledged && visitor.ask(name));
    switch (visitor.phase()) {
      case 'bot':
        if (roll < 0.08) return ask('handoff:ask');
        return say(talk, roll < 0.14 ? ` ${wish}` : '');
      case 'asking':
        if (roll < 0.6) return void visitor.choose(null);
        if (roll < 0.7) return ask('handoff:cancel');
        return say(talk);
      case 'transferring':
      case 'waiting':
        return roll < 0.05 ? ask('handoff:cancel') : say(talk);
      case 'human':
        if (roll < 0.03) return ask('handoff:back');
        return roll < 0.06 ? ask('chat:end') : say(talk);
      default:
        return roll < 0.1 ? ask('handoff:ask') : say(talk);
    }
  }

  return {
    talks,
    waits,
    begin() {
      for (const talk of talks) loops.push(visitorLives(talk, chance.of(`visitor ${talk.name}`)));
      const agents = createAgents({ desk, talks, chance: chance.of('agents') });
      loops.push(
        (async () => {
          while (going) {
            await sleep(agentsLookMs);
            await agents.look();
          }
        })(),
      );
    },
    async stop() {
      going = false;
      await Promise.all(loops);
    },
    sayGoodbye() {
      for (const talk of talks) {
        if (talk.visitor.phase() === 'asking') void talk.visitor.choose(null);
        say(talk);
      }
    },
    async close() {
      for (const { visitor, tabs } of talks) for (const each of [visitor, ...tabs]) await each[Symbol.asyncDispose]();
    },
  };
}

interface AgentsParts {
  desk: string;
  talks: readonly Talk[];
  chance: Chance;
}

/** Mara and Jon, who look at what was active last, and do now this, now that. */
function createAgents({ desk, talks, chance }: AgentsParts) {
  const agents = [openAgent(desk, 'sandbox-mara'), openAgent(desk, 'sandbox-jon')] as const;
  const known = new Map<number, Talk>();

  /** Whose thread it is: the visitor's own words say so. */
  async function talkOf(agent: Agent, thread: number): Promise<Talk | undefined> {
    const found = known.get(thread);
    if (found) return found;
    for (const { content } of await agent.messages(thread)) {
      const name = /^v(\d+)\.\d+/.exec(content ?? '')?.[1];
      const talk = name && talks[Number(name) - 1];
      if (talk) known.set(thread, talk);
    }
    return known.get(thread);
  }

  async function reply(agent: Agent, thread: number): Promise<void> {
    const talk = await talkOf(agent, thread);
    if (!talk) return;
    const entry = { thread, text: `a${talk.name}.${talk.spoken.length + 1}`, certain: false };
    talk.spoken.push(entry);
    // A desk that is away takes no words; one that was cut off in the middle may have them.
    await agent.reply(thread, entry.text);
    entry.certain = true;
  }

  async function serve(agent: Agent, { id, status }: { id: number; status: string }): Promise<void> {
    const roll = chance();
    if (status === 'pending') return roll < 0.003 ? reply(agent, id) : undefined;
    if (status === 'resolved') return roll < 0.001 ? reply(agent, id) : undefined;
    if (roll < 0.17) return reply(agent, id);
    if (roll < 0.195) return agent.setStatus(id, 'resolved');
    if (roll < 0.205) return agent.setStatus(id, 'pending');
    if (roll < 0.215) return void (await agent.call('POST', `/conversations/${id}/assignments`, { team_id: 1 }));
  }

  return {
    async look(): Promise<void> {
      try {
        const agent = chance.oneOf(agents);
        const { data } = await agent.call<{ data: { payload: { id: number; status: string }[] } }>(
          'GET',
          '/conversations?status=all',
        );
        for (const each of data.payload) await serve(agent, each);
      } catch {
        // The desk was killed; they look again in a moment.
      }
    },
  };
}
