import { cleanup, fireEvent, render, within } from '@testing-library/preact';
import { type ComponentProps, createRef } from 'preact';
import { afterEach, describe, expect, test, vi } from 'vitest';
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
    onWait: vi.fn(),
    onLeave: vi.fn(),
    onRate: vi.fn(),
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
    now: Date.UTC(2026, 6, 14, 14, 38),
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

describe('where nobody answers at once', () => {
  const mara = { name: 'Mara Ostby' };
  const at = (hours: number, days = 0) => new Date(2026, 6, 14 + days, hours).getTime();
  const now = at(14);

  test('what was put off says by whom and until when, and can be finished', () => {
    const dock = stage({ now, handoff: { phase: 'hold', epoch: 1, team: 'Support', agent: mara, until: at(15) } });
    expect(dock.page.getByRole('group', { name: 'Who answers' }).textContent).toContain(
      'Mara comes back to this at about 15:00',
    );
    fireEvent.click(dock.button('Finish…'));
    expect(dock.onFinish).toHaveBeenCalledWith(true);
    dock.show({ handoff: { phase: 'hold', epoch: 1, team: 'Support', agent: null, until: null } });
    expect(dock.page.container.textContent).toContain('Your contact comes back to this later');
  });

  test('after a long wait one may wait on, leave a message or stay', () => {
    const dock = stage({ handoff: { phase: 'waiting', epoch: 1, team: 'Support', agent: null, tooLong: 300_000 } });
    expect(dock.page.container.textContent).toContain('Nobody was free in 5 minutes');
    expect(dock.buttons()).toEqual(['Keep waiting', 'Leave a message', 'Stay with the assistant']);
    fireEvent.click(dock.button('Keep waiting'));
    fireEvent.click(dock.button('Leave a message'));
    fireEvent.click(dock.button('Stay with the assistant'));
    expect([dock.onWait, dock.onLeave, dock.onCancel].map((pressed) => pressed.mock.calls.length)).toEqual([1, 1, 1]);
  });

  test('where nobody is there, the next opening stands in the visitor’s own time', () => {
    const away = { why: 'hours', opensAt: at(9, 6) } as const;
    const dock = stage({ now, handoff: { phase: 'asking', epoch: 1, topics: [], away } });
    expect(dock.page.container.textContent).toContain('Nobody is here now. Back Monday at 09:00');
    expect(dock.button('Leave a message')).toBeTruthy();
    dock.show({ handoff: { phase: 'asking', epoch: 1, topics: [], away: { why: 'nobody', opensAt: null } } });
    expect(dock.page.container.textContent).toContain('Nobody is here nowLeave a message');
  });

  test('a message that was left says when it is answered, and the assistant is there', () => {
    const dock = stage({
      now,
      handoff: { phase: 'async', epoch: 1, team: 'Workshop', opensAt: at(9, 1), byMail: false },
    });
    expect(dock.page.getByRole('group', { name: 'Your message' }).textContent).toContain(
      'Workshop answers from Wednesday at 09:00',
    );
    fireEvent.click(dock.button('Ask the assistant'));
    expect(dock.onBack).toHaveBeenCalledOnce();
  });
});

describe('whether it was solved', () => {
  const ending: Handoff = { phase: 'ending', epoch: 1, by: 'agent', agent: { name: 'Mara Ostby' }, mayRate: true };

  test('is a group of five, of which one is chosen, and a word may be added', () => {
    const dock = stage({ handoff: ending });
    const group = dock.page.getByRole('group', { name: 'Did Mara solve it?' });
    expect(within(group).getAllByRole('radio')).toHaveLength(5);
    fireEvent.click(dock.button('Send rating'));
    expect(dock.onRate).not.toHaveBeenCalled();
    fireEvent.click(within(group).getByRole('radio', { name: '4' }));
    fireEvent.input(dock.page.getByRole('textbox', { name: /Anything to add/ }), { target: { value: ' Quick. ' } });
    fireEvent.click(dock.button('Send rating'));
    expect(dock.onRate).toHaveBeenCalledExactlyOnceWith(4, 'Quick.');
  });

  test('need not be said, and a person is still one press away', () => {
    const dock = stage({ handoff: ending });
    fireEvent.click(dock.button('Skip'));
    expect(dock.onRate).toHaveBeenCalledExactlyOnceWith(null, '');
    fireEvent.click(dock.button('Talk to a person'));
    expect(dock.onAsk).toHaveBeenCalledOnce();
  });

  test('is thanked for, once', () => {
    const dock = stage({
      handoff: { phase: 'closed', epoch: 1, at: new Date(2026, 6, 14, 14, 52).getTime(), isRated: true },
    });
    expect(dock.page.getByRole('group', { name: 'Chat ended' }).textContent).toContain('This chat ended at 14:52.');
    dock.show({ handoff: { phase: 'closed', epoch: 1, at: 0, isRated: false } });
    expect(dock.buttons()).toEqual(['Talk to a person']);
  });
});
