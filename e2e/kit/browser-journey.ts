import { expect } from '@playwright/test';
import type { Chat } from './browser.ts';

/* Parts of the journey in a browser that more than one test goes through. */

export const question = 'How long does delivery take?';
export const answer = 'Every lamp is made to order in nine days.';
export const firstSlot = 'The test skill has two questions. The first one is your name.';

export async function askBot(chat: Chat): Promise<void> {
  await chat.say(question);
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);
}

export async function beginSkill(chat: Chat): Promise<void> {
  await chat.say('test skill');
  await expect(chat.saidBy('Assistant').last()).toContainText(firstSlot);
}

export async function askForPerson(chat: Chat): Promise<void> {
  await chat.button('Talk to a person').click();
  await expect(chat.log.getByText('You asked for a person')).toBeVisible();
  await expect(chat.panel.getByRole('group', { name: 'Waiting for a person', exact: true })).toBeVisible();
}
