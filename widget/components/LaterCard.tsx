import { Card } from './Card.tsx';
import { type DockProps, firstName } from './dock-kind.ts';
import { DockButton } from './DockButton.tsx';
import { clock, timeToCome } from './time.ts';

type Props = Pick<
  DockProps,
  'handoff' | 'words' | 'isBusy' | 'now' | 'onAsk' | 'onCancel' | 'onWait' | 'onLeave' | 'onFinish' | 'onBack'
> & { kind: 'away' | 'tooLong' | 'hold' | 'left' | 'closed' };

/** Nobody answers at once: what else the visitor can do, and when an answer comes. */
export function LaterCard(props: Props) {
  const { kind, handoff, words, isBusy, now, onAsk, onCancel, onWait, onLeave, onFinish, onBack } = props;
  const team = 'team' in handoff ? handoff.team : null;
  const leave = (
    <button class="btn" part="button" type="button" data-kind="main" aria-disabled={isBusy} onClick={onLeave}>
      {words.leaveMessage}
    </button>
  );
  const stay = (
    <DockButton isBusy={isBusy} onPress={onCancel}>
      {words.stay}
    </DockButton>
  );
  switch (kind) {
    case 'away': {
      const opensAt = handoff.phase === 'asking' ? (handoff.away?.opensAt ?? null) : null;
      const when = timeToCome(opensAt, now, words);
      return (
        <Card at="bot" title={words.nobodyHere(when)} hint={words.nobodyHereHint(when !== null)} names={[when]}>
          <p class="row">
            {leave}
            <DockButton isChoice isBusy={isBusy} onPress={onWait}>
              {words.keepWaiting}
            </DockButton>
            {stay}
          </p>
        </Card>
      );
    }
    case 'tooLong': {
      const ms = handoff.phase === 'waiting' ? (handoff.tooLong ?? 0) : 0;
      const minutes = Math.max(1, Math.round(ms / 60_000));
      return (
        <Card at="waiting" title={words.nobodyFree(minutes)} hint={words.nobodyFreeHint}>
          <p class="row">
            <DockButton isChoice isBusy={isBusy} onPress={onWait}>
              {words.keepWaiting}
            </DockButton>
            {leave}
            {stay}
          </p>
        </Card>
      );
    }
    case 'hold': {
      const { agent, until } = handoff.phase === 'hold' ? handoff : { agent: null, until: null };
      const name = agent && firstName(agent.name);
      const when = timeToCome(until, now, words);
      return (
        <Card title={words.comesBack(name, when)} hint={words.comesBackHint} names={[name, when]}>
          <p class="row" data-end="">
            <DockButton isBusy={isBusy} onPress={() => onFinish(true)}>
              {words.finish}
            </DockButton>
          </p>
        </Card>
      );
    }
    case 'left': {
      const when = timeToCome(handoff.phase === 'async' ? handoff.opensAt : null, now, words);
      return (
        <Card title={words.answersLater(team, when)} hint={words.answersLaterHint} names={[team, when]}>
          <p class="row">
            <DockButton isChoice isBusy={isBusy} onPress={onBack}>
              {words.askAssistant}
            </DockButton>
          </p>
        </Card>
      );
    }
    case 'closed': {
      const time = clock(handoff.phase === 'closed' ? handoff.at : NaN, words);
      return (
        <Card title={words.thanks} hint={words.endedAt(time)} names={[time]}>
          <p class="row">
            <DockButton icon="person" isBusy={isBusy} onPress={onAsk}>
              {words.talkToPerson}
            </DockButton>
          </p>
        </Card>
      );
    }
  }
}
