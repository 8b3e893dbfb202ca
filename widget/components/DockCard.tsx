import { Card, Row } from './Card.tsx';
import { type DockKind, type DockProps, firstName } from './dock-kind.ts';
import { DockButton } from './DockButton.tsx';
import { LaterCard } from './LaterCard.tsx';
import { RatingCard } from './RatingCard.tsx';
import { Sentence } from './Sentence.tsx';

/** What is under way, and what the visitor can do about it. The way back stands in the last row, at its end. */
export function DockCard(props: DockProps & { kind: Exclude<DockKind, 'line'> }) {
  const { kind, handoff, words, isBusy, onChoose, onCancel, onFinish, onBack, onEnd, onStartAnew } = props;
  const team = 'team' in handoff ? handoff.team : null;
  const person = 'agent' in handoff ? handoff.agent : null;
  const agent = person?.name ?? null;
  const name = agent === null ? null : firstName(agent);
  const cancel = (
    <Row>
      <DockButton isBusy={isBusy} onPress={onCancel}>
        {words.cancel}
      </DockButton>
    </Row>
  );
  switch (kind) {
    case 'asked':
      return (
        <Card at="asked" title={words.asked} hint={words.passedOnInOrder}>
          {cancel}
        </Card>
      );
    case 'asking':
      return (
        <Card at="asked" title={words.whatAbout}>
          <div class="choices">
            {'topics' in handoff &&
              handoff.topics.map(({ id, label }) => (
                <DockButton isChoice isBusy={isBusy} onPress={() => onChoose(id)}>
                  {label}
                </DockButton>
              ))}
            <DockButton isChoice isBusy={isBusy} onPress={() => onChoose(null)}>
              {words.somethingElse}
            </DockButton>
          </div>
          <p class="row">
            <DockButton isBusy={isBusy} onPress={onCancel}>
              {words.stay}
            </DockButton>
          </p>
        </Card>
      );
    case 'transferring':
      return (
        <Card at="asked" title={words.connecting(team)} hint={words.passedOnInOrder} names={[team]}>
          {cancel}
        </Card>
      );
    case 'waiting':
      return (
        <Card
          at="waiting"
          person={person}
          title={agent === null ? words.knows(team) : words.hasConversation(agent)}
          hint={agent === null ? words.waitUnknown : words.readAndKept}
          names={[agent ?? team]}
        >
          {cancel}
        </Card>
      );
    case 'joined':
      return (
        <Card
          at="agent"
          person={person}
          title={words.answersFromHere(agent ?? words.person)}
          hint={words.canReadAbove(name ?? words.person)}
          names={[agent, name]}
        />
      );
    case 'finish':
      return (
        <Card
          title={words.finishWith(name ?? words.person)}
          hint={words.finishHint(name ?? words.person)}
          names={[name]}
        >
          <div class="choices">
            <DockButton isChoice icon="assistant" isBusy={isBusy} onPress={onBack}>
              {words.backToAssistant}
            </DockButton>
            <DockButton isChoice icon="end" isBusy={isBusy} onPress={onEnd}>
              {words.endChat}
            </DockButton>
          </div>
          <Row>
            <DockButton isBusy={false} onPress={() => onFinish(false)}>
              <Sentence text={words.stayWith(name ?? words.person)} names={[name]} />
            </DockButton>
          </Row>
        </Card>
      );
    case 'away':
    case 'tooLong':
    case 'hold':
    case 'left':
    case 'closed':
      return <LaterCard {...props} kind={kind} />;
    case 'rating':
      return <RatingCard {...props} />;
    case 'expired':
      return (
        <Card title={words.expired} hint={words.expiredHint}>
          <p class="row">
            <button class="btn" part="button" type="button" data-kind="main" onClick={onStartAnew}>
              {words.startAnew}
            </button>
          </p>
        </Card>
      );
  }
}
