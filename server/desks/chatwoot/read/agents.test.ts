import { expect, test } from 'vitest';
import { startDesk } from '../testing/start-desk.ts';

test('where the pictures of people are is known from the start, and only of those who have one', async () => {
  await using under = await startDesk();
  await expect.poll(() => [...under.desk.pictures().keys()]).toEqual(['1', '2']);
  expect(under.desk.pictures().get('2')).toMatch(/^http:\/\/localhost:\d+\/rails\/.*\/mara\.png$/);
  expect(under.desk.pictures()).toBe(under.desk.pictures());
});

test('a picture whose address is nonsense is none, and hides no other', async () => {
  await using under = await startDesk();
  await expect.poll(() => under.desk.pictures().size).toBe(2);
  const people = [
    { id: 2, name: 'Mara Ostby', available_name: 'Mara', thumbnail: 7 },
    { id: 3, name: 'Jon Abara', available_name: 'Jon', thumbnail: 'https://desk.example/jon.png' },
  ];
  under.sandbox.fault({ path: '/agents$', method: 'GET', status: 200, body: people, times: 9 });
  const again = await under.reopen();
  await expect.poll(() => [...again.pictures()]).toEqual([['3', 'https://desk.example/jon.png']]);
});
