import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Json } from '../model.ts';
import { createSandbox } from '../server.ts';

const png = readFileSync(new URL('../pictures/mara.png', import.meta.url));

test("a person's picture is at two addresses that need no token, and a new one kills the first", async () => {
  await using sandbox = await createSandbox();
  const api = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${sandbox.url}/api/v1${path}`, {
      ...init,
      headers: { 'Api-Access-Token': 'sandbox-jon' },
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const change = (type: string) => {
    const form = new FormData();
    form.set('profile[avatar]', new File([png], 'jon.png', { type }));
    return api('/profile', { method: 'PUT', body: form });
  };
  const listed = async () => {
    const { body } = await api('/accounts/1/agents');
    return Object.fromEntries((body as unknown as Json[]).map(({ name, thumbnail }) => [name, thumbnail]));
  };

  expect(await listed()).toMatchObject({ 'Jon Abara': '', 'Mara Ostby': expect.stringMatching(/^http.*mara\.png$/) });
  const first = String((await change('image/png')).body['avatar_url']);
  expect((await listed())['Jon Abara']).toBe(first);
  expect(await (await fetch(first, { redirect: 'manual' })).text()).toBe('');
  const shown = await fetch(first);
  expect([shown.redirected, shown.headers.get('content-type')]).toEqual([true, 'image/png']);
  expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);

  expect((await change('image/svg+xml')).status).toBe(422);
  await change('image/png');
  expect((await fetch(first)).status).toBe(404);
  await api('/profile/avatar', { method: 'DELETE' });
  expect((await listed())['Jon Abara']).toBe('');
});
