import type { LogEvent } from '../../shared/protocol.ts';
import { plainText } from '../markdown/parse.ts';
import type { Heard } from '../state/history.ts';
import type { Words } from '../text/words.ts';
import { authorName } from './Bubble.tsx';
import { noticeOf } from './notices.ts';
import { stayAt } from './stay.ts';
import { timeToCome } from './time.ts';

const isHeardMessage = (event: LogEvent) => event.kind === 'message' && event.message.author.kind !== 'visitor';

/**
 * What is said aloud when something became part of the log: one thing in full, several as their number, and the last
 * word on who answers.
 * @param all the whole log, for what was before
 */
export function announcement({ events, first }: Heard, all: readonly LogEvent[], words: Words): string {
  if (first) return '';
  const said = events.filter(isHeardMessage);
  const turn = events.findLast((event) => event.kind === 'handoff' || event.kind === 'botFailed');
  const sentences = [];
  if (turn) sentences.push(turnText(turn, all, words));
  const [message] = said;
  if (said.length > 1) sentences.push(words.newMessages(said.length));
  else if (message?.kind === 'message')
    sentences.push(`${authorName(message.message.author, words)}: ${plainText(message.message.text)}`);
  if (events.some((event) => event.kind === 'undelivered')) sentences.push(words.notSent);
  return sentences.filter(Boolean).join('. ');
}

function turnText(turn: LogEvent, all: readonly LogEvent[], words: Words): string {
  if (turn.kind === 'handoff' && turn.because !== 'rerouted') {
    const { handoff } = turn;
    switch (handoff.phase) {
      case 'asking': {
        const { away, topics } = handoff;
        if (!away) return `${words.whatAbout} ${words.choices(topics.length + 1)}`;
        return words.nobodyHere(timeToCome(away.opensAt, turn.at, words));
      }
      case 'transferring':
        return words.connecting(handoff.team);
      case 'waiting':
        if (handoff.tooLong !== undefined) return words.nobodyFree(Math.max(1, Math.round(handoff.tooLong / 60_000)));
        return handoff.agent
          ? words.hasConversation(handoff.agent.name)
          : `${words.knows(handoff.team)}. ${words.waitUnknown}`;
      case 'async':
        return words.answersLater(handoff.team, timeToCome(handoff.opensAt, turn.at, words));
      case 'closed':
        return handoff.isRated ? words.thanks : '';
      case 'bot':
      case 'human':
      case 'hold':
      case 'ending':
    }
  }
  if (turn.kind !== 'handoff' && turn.kind !== 'botFailed') return '';
  const earlier = all.slice(0, turn.seq - 1);
  const handoff = earlier.findLast((event) => event.kind === 'handoff');
  return noticeOf(turn, { handoff, stay: stayAt(earlier) }, words, true)?.text ?? '';
}
