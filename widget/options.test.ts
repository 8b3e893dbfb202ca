import { expect, test } from 'vitest';
import { pickLanguage, readOptions, storageKey } from './options.ts';

function tag(attributes: Record<string, string>, src = 'https://relay.example/widget.js') {
  const script = document.createElement('script');
  script.setAttribute('src', src);
  Object.assign(script.dataset, attributes);
  return script;
}

test('the relay is where the script came from', () => {
  expect(readOptions(tag({ site: 'demo' }))?.relay).toBe('https://relay.example/');
  expect(readOptions(tag({ site: 'demo' }, 'https://shop.example/chat/widget.js?v=2'))?.relay).toBe(
    'https://shop.example/chat/',
  );
});

test('a tag without a site is nobody’s', () => {
  expect(readOptions(tag({}))).toBeUndefined();
});

test.each([
  [['de-CH', 'en'], 'de'],
  [[undefined, 'AR'], 'ar'],
  [['fr', 'de'], 'de'],
  [['fr', ''], 'en'],
  [['constructor'], 'en'],
])('of %j the widget speaks %s', (wanted, language) => {
  expect(pickLanguage(wanted)).toBe(language);
});

test('each site of each relay has a storage item of its own', () => {
  const keys = [
    { relay: 'https://a.example/', site: 'one' },
    { relay: 'https://a.example/', site: 'two' },
    { relay: 'https://b.example/', site: 'one' },
  ].map(storageKey);
  expect(new Set(keys).size).toBe(3);
});
