import { useSignal } from '@preact/signals';
import type { Stars } from '../../shared/handoff.ts';
import { type DockProps, firstName } from './dock-kind.ts';
import { DockButton } from './DockButton.tsx';
import { Sentence } from './Sentence.tsx';

const all: readonly Stars[] = [1, 2, 3, 4, 5];

/** Whether it helped: five steps, of which the first and the last are named, and room for a word. */
export function RatingCard({
  handoff,
  words,
  isBusy,
  onAsk,
  onRate,
}: Pick<DockProps, 'handoff' | 'words' | 'isBusy' | 'onAsk' | 'onRate'>) {
  const stars = useSignal<Stars | null>(null);
  const text = useSignal('');
  const agent = handoff.phase === 'ending' ? handoff.agent : null;
  const name = agent && firstName(agent.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && stars.value !== null) onRate(stars.value, text.value.trim());
      }}
    >
      <fieldset class="rating">
        <legend>
          <Sentence text={words.didSolve(name)} names={[name]} />
        </legend>
        {all.map((value) => (
          <label>
            <input
              type="radio"
              name="rating"
              value={value}
              checked={stars.value === value}
              onChange={() => (stars.value = value)}
            />
            <span>{value}</span>
          </label>
        ))}
        <p class="ends" aria-hidden="true">
          <span>{words.notAtAll}</span>
          <span>{words.completely}</span>
        </p>
      </fieldset>
      <label class="field">
        <b>
          {words.anythingToAdd} <span>{words.optional}</span>
        </b>
        <textarea
          rows={2}
          maxLength={1_000}
          dir="auto"
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
      </label>
      <p class="row">
        <button class="btn" part="button" type="submit" data-kind="main" aria-disabled={isBusy || stars.value === null}>
          {words.sendRating}
        </button>
        <DockButton isBusy={isBusy} onPress={() => onRate(null, '')}>
          {words.skip}
        </DockButton>
        <DockButton icon="person" isBusy={isBusy} onPress={onAsk}>
          {words.talkToPerson}
        </DockButton>
      </p>
    </form>
  );
}
