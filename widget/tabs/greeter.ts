import { markOf } from '../../shared/mark.ts';
import { pageOfEvents } from '../../shared/limits.ts';
import type { Handoff } from '../../shared/handoff.ts';
import type { Body, LogEvent, News, Reply, Welcome } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import type { Word } from './tab-channel.ts';

/**
 * Answers what other tabs ask of the relay. It answers one hello on each connection; so what that was answered with is
 * remembered, and what has been said since is read anew.
 */
export function createGreeter(link: Link, clock: Clock, say: (word: Word) => void) {
  /** The token that is good from now on, where it has changed since hello. */
  let rotated: string | null = null;
  let welcome: Welcome | undefined;
  let welcomedAt = 0;
  let isDeskAway = false;
  /** Who answers now, by the newest event that told of it. */
  let turn: { seq: number; handoff: Handoff } = { seq: 0, handoff: { phase: 'bot', epoch: 0 } };

  function note(events: readonly LogEvent[]) {
    for (const event of events)
      if (event.kind === 'handoff' && event.seq > turn.seq) turn = { seq: event.seq, handoff: event.handoff };
  }
  const read = async (after: number) => {
    const reply = await link.ask('log:read', { after: Math.max(0, after) });
    if (reply?.ok) note(reply.value.events);
    return reply?.ok ? reply.value : undefined;
  };

  /** @returns undefined where only the relay itself can answer */
  async function greet({ token, log, after = 0, mark }: Body<'hello'>): Promise<Reply<Welcome> | undefined> {
    if (!welcome || token !== (rotated ?? welcome.token)) return undefined;
    // One event more, to see whether the last one there is the last one here.
    let page = await read(after - 1);
    const [last] = page?.events ?? [];
    if (log !== page?.log) page = await read(0);
    else if (after > 0 && (!last || (mark !== undefined && markOf(last) !== mark))) return undefined;
    if (page?.events.length === pageOfEvents) await read(page.seq - pageOfEvents);
    if (!page) return undefined;
    const conversation = { ...page, handoff: turn.handoff, ...(isDeskAway && { deskAway: true as const }) };
    const site = { ...welcome.site, now: welcome.site.now + clock.now() - welcomedAt };
    return { ok: true, value: { token, site, conversation } };
  }

  return {
    /** A connection begins. */
    begin() {
      rotated = null;
    },
    welcomed(by: Welcome) {
      welcome = by;
      welcomedAt = clock.now();
      const { conversation } = by;
      isDeskAway = conversation?.deskAway === true;
      turn = { seq: conversation?.seq ?? 0, handoff: conversation?.handoff ?? { phase: 'bot', epoch: 0 } };
    },
    hear<N extends keyof News>(name: N, news: News[N]) {
      if (name === 'event') note([(news as News['event']).event]);
      if (name === 'desk') isDeskAway = !(news as News['desk']).reached;
      if (name === 'token') rotated = (news as News['token']).token;
    },
    async serve({ id, name, body }: Extract<Word, { is: 'ask' }>) {
      const reply = await (name === 'hello' ? greet(body as Body<'hello'>) : link.ask(name, body as Body<typeof name>));
      say({ is: 'reply', id, reply });
    },
  };
}
