import { cleanup, fireEvent, render } from '@testing-library/preact';
import { createRef } from 'preact';
import { afterEach, expect, test, vi } from 'vitest';
import { words as en } from '../text/en.ts';
import { Composer } from './Composer.tsx';

afterEach(cleanup);

function compose(draft: string) {
  const onSend = vi.fn();
  const onDraft = vi.fn();
  const message = createRef<HTMLTextAreaElement>();
  const page = render(<Composer {...{ draft, onSend, onDraft, message }} isShut={false} words={en} />);
  return {
    onSend,
    onDraft,
    field: page.getByLabelText('Message') as HTMLTextAreaElement,
    send: page.getByRole('button', { name: 'Send' }),
    text: page.container.textContent,
  };
}
/** What explains an element to those who listen. */
const explained = (element: Element) =>
  element.ownerDocument.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent;

test('what is pasted is kept whole, however long, and it is told by how much it is too long', () => {
  const { field, send, onDraft } = compose('a'.repeat(5_000));
  expect(field.value).toHaveLength(5_000);
  expect(field.hasAttribute('maxlength')).toBe(false);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(send.getAttribute('aria-disabled')).toBe('true');
  for (const element of [field, send]) expect(explained(element)).toBe('1,000 characters too many');
  fireEvent.input(field, { target: { value: 'a'.repeat(6_000) } });
  expect(onDraft).toHaveBeenCalledWith('a'.repeat(6_000));
});

test('blanks around a text are not sent, so they do not count', () => {
  const { send, text } = compose(`  ${'a'.repeat(4_000)}\n\n`);
  expect(send.getAttribute('aria-disabled')).toBe('false');
  expect(text).toBe('0 characters left');
});

test.each([
  [3_799, ''],
  [3_800, '200 characters left'],
  [3_999, '1 character left'],
  [4_001, '1 character too many'],
])('of %i characters it says: "%s"', (length, hint) => {
  expect(compose('a'.repeat(length)).text).toBe(hint);
});
