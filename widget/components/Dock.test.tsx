import { cleanup, render } from '@testing-library/preact';
import { type ComponentProps, createRef } from 'preact';
import { afterEach, expect, test, vi } from 'vitest';
import type { Handoff } from '../../shared/handoff.ts';
import { cards } from '../cards.ts';
import { words as en } from '../text/en.ts';
import { Dock } from './Dock.tsx';

type Props = ComponentProps<typeof Dock>;

afterEach(cleanup);

const agent = { name: 'Mara Ostby' };
const human: Handoff = { phase: 'human', epoch: 2, team: 'Support', agent };
const bot: Handoff = { phase: 'bot', epoch: 0 };

/** A dock and the field below it. `show` changes what it is about. */
function stage(first: Partial<Props> = {}) {
  const pressed = {
    onAsk: vi.fn(),
    onChoose: vi.fn(),
    onCancel: vi.fn(),
    onFinish: vi.fn(),
    onBack: vi.fn(),
    onEnd: vi.fn(),
    onStartAnew: vi.fn(),
    onAppear: vi.fn(),
  };
  const message = createRef<HTMLTextAreaElement>();
  let props: Props = {
    handoff: bot,
    words: en,
    cards,
    isAsked: false,
    hasJoined: false,
    isFinishing: false,
    isExpired: false,
    isSlow: false,
    isTyping: false,
    people: [],
    since: null,
    isBusy: false,
    message,
    ...pressed,
    ...first,
  };
  const tree = () => (
    <div>
      <Dock {...props} />
      <textarea ref={message} />
    </div>
  );
  const page = render(tree());
  return {
    ...pressed,
    page,
    button: (name: string) => page.getByRole('button', { name }),
    buttons: () => page.getAllByRole('button').map((button) => button.textContent),
    show(next: Partial<Props>) {
      props = { ...props, ...next };
      page.rerender(tree());
    },
  };
}

test('leaving a person takes two presses; the second is among three, and none of them is under the first', () => {
  const { button, buttons, show, onFinish, onBack, onEnd } = stage({ handoff: human });
  expect(buttons()).toEqual(['Finish…']);
  button('Finish…').click();
  expect(onFinish).toHaveBeenCalledWith(true);
  show({ isFinishing: true });
  expect(buttons()).toEqual(['Back to the assistant', 'End the chat', 'Stay with Mara']);
  expect([onBack, onEnd].flatMap(({ mock }) => mock.calls)).toEqual([]);
  button('Stay with Mara').click();
  expect(onFinish).toHaveBeenLastCalledWith(false);
  button('Back to the assistant').click();
  expect(onBack).toHaveBeenCalledOnce();
  button('End the chat').click();
  expect(onEnd).toHaveBeenCalledOnce();
});

test('the card that asks how to leave asks by name, and says what comes of it', () => {
  const { page } = stage({ handoff: human, isFinishing: true });
  expect(page.getByRole('group', { name: 'Finish…' }).textContent).toContain(
    'Finished with Mara?Mara will see it. You can write again whenever you like.',
  );
});

test('a person’s dock says who answers and since when, and instead that they are typing', () => {
  const since = new Date(2026, 10, 19, 14, 33).getTime();
  const { page, show } = stage({ handoff: human, since });
  const line = () => page.getByText(/With|typing/).textContent;
  expect(line()).toBe('With Mara since 14:33');
  show({ isTyping: true });
  expect(line()).toBe('Mara is typing');
  show({ isTyping: false, since: null });
  expect(line()).toBe('With Mara');
});

test('a name in a sentence keeps its own direction', () => {
  const { page } = stage({ handoff: human, hasJoined: true });
  const [name] = [...page.getByRole('heading').querySelectorAll('bdi')];
  expect(name?.textContent).toBe('Mara Ostby');
  expect(page.getByRole('heading').textContent).toBe('Mara Ostby answers from here');
});

test('a relay that lets the visitor wait is told of where it is seen', () => {
  const { page } = stage({ isSlow: true });
  expect(page.getByText('Connecting takes longer than usual. What you write is kept.')).toBeTruthy();
});

test('the focus goes from a pressed button to the card in its place, and from a card that folds to the field', () => {
  const { page, button, show } = stage({ handoff: human });
  button('Finish…').focus();
  show({ isFinishing: true });
  expect(document.activeElement).toBe(page.getByRole('group', { name: 'Finish…' }));
  button('Stay with Mara').focus();
  show({ isFinishing: false });
  expect(document.activeElement).toBe(page.getByRole('textbox'));
});

test('a card that comes while the visitor is elsewhere takes no focus', () => {
  const { page, show } = stage();
  page.getByRole('textbox').focus();
  show({ handoff: { phase: 'waiting', epoch: 1, team: 'Support', agent: null } });
  expect(document.activeElement).toBe(page.getByRole('textbox'));
});

test('each new dock says that it appeared, an unchanged one does not', () => {
  const { show, onAppear } = stage();
  expect(onAppear).toHaveBeenCalledTimes(1);
  show({ isTyping: true });
  expect(onAppear).toHaveBeenCalledTimes(1);
  show({ handoff: human });
  expect(onAppear).toHaveBeenCalledTimes(2);
});

test('while something is awaited, a second press does nothing; staying is always possible', () => {
  const { button, onBack, onFinish } = stage({ handoff: human, isFinishing: true, isBusy: true });
  button('Back to the assistant').click();
  expect(onBack).not.toHaveBeenCalled();
  button('Stay with Mara').click();
  expect(onFinish).toHaveBeenCalledWith(false);
});

test('two people who answer in turn are both named, and no time is that of both', () => {
  const { page } = stage({ handoff: human, people: ['Mara Ostby', 'Jon Abara'], since: 0 });
  expect(page.container.querySelector('.status')?.textContent).toBe('With Mara and Jon');
});
