import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startRelay } from '../testing/start-relay.ts';

const drawing = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

test("the assistant's name and logo are told in the welcome, the name in the visitor's language", async () => {
  await using relay = await startRelay({
    settings: ({ bots: { helper } }) => {
      if (helper) Object.assign(helper, { title: { en: 'Fen', ar: 'فِن' }, logo: 'https://shop.example/logo.png' });
    },
  });
  const logo = 'https://shop.example/logo.png';
  expect((await relay.visit()).welcome.site.bot).toEqual({ name: 'Fen', logo });
  expect((await relay.visit({ language: 'ar-EG' })).welcome.site.bot).toEqual({ name: 'فِن', logo });
});

test('an assistant without a name and a logo has neither in the welcome', async () => {
  await using relay = await startRelay({
    settings: ({ bots: { helper } }) => {
      delete helper?.title;
      delete helper?.logo;
    },
  });
  expect((await relay.visit()).welcome.site).not.toHaveProperty('bot');
});

test('a logo that is a file comes from the relay, for good, and what is in it does nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-logo-'));
  const file = join(folder, 'logo.svg');
  await writeFile(file, drawing);
  {
    await using relay = await startRelay({ settings: ({ bots: { helper } }) => void (helper && (helper.logo = file)) });
    const path = (await relay.visit()).welcome.site.bot?.logo ?? '';
    expect(path).toMatch(/^\/logos\/[\w-]{22}$/);
    const answer = await fetch(relay.url + path);
    expect(await answer.text()).toBe(drawing);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await fetch(`${relay.url}/logos/logo.svg`)).status).toBe(404);
  }
  await rm(folder, { recursive: true });
});
