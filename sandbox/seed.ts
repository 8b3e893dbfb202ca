import { readFileSync } from 'node:fs';
import type { Availability } from './model.ts';
import { setPicture } from './routes/pictures.ts';
import type { State } from './state.ts';
import { newToken } from './values.ts';

/** Who is at the desk when it is opened for the first time. Ids are given in this order, from 1. */
export interface Seed {
  account: string;
  people: {
    name: string;
    email: string;
    role: 'administrator' | 'agent';
    token: string;
    /** What they have set; without it they follow Chatwoot's default: online while a websocket of theirs is heard. */
    availability?: Availability;
    /** A file in `pictures/`; without one initials are drawn. */
    picture?: string;
  }[];
  /** Teams by name, with the e-mail addresses of their members. */
  teams: Record<string, string[]>;
  /** What a team is for, where anything is said of it. */
  descriptions?: Record<string, string>;
}

/** The people of the demo. No inbox: whoever connects makes it. */
export const demo: Seed = {
  account: 'Sandbox',
  people: [
    {
      name: 'Asha Verma',
      email: 'asha@sandbox.example',
      role: 'administrator',
      token: 'sandbox-administrator',
      picture: 'asha.png',
    },
    {
      name: 'Mara Ostby',
      email: 'mara@sandbox.example',
      role: 'agent',
      token: 'sandbox-mara',
      availability: 'online',
      picture: 'mara.png',
    },
    { name: 'Jon Abara', email: 'jon@sandbox.example', role: 'agent', token: 'sandbox-jon', availability: 'offline' },
    { name: 'Wim Dekker', email: 'wim@sandbox.example', role: 'agent', token: 'sandbox-wim', availability: 'offline' },
  ],
  teams: {
    support: ['mara@sandbox.example', 'wim@sandbox.example'],
    sales: ['jon@sandbox.example', 'mara@sandbox.example'],
  },
};

/** Fills an empty state; does nothing to one that was filled before. */
export function plant(state: State, seed: Seed, now: number): void {
  if (state.all('account').length > 0) return;
  state.put('account', { id: state.nextId('account'), name: seed.account });
  for (const { availability, picture, ...person } of seed.people) {
    const user = state.put('user', {
      ...person,
      id: state.nextId('user'),
      pubsub_token: newToken(),
      availability: availability ?? 'online',
      auto_offline: availability === undefined,
    });
    if (picture !== undefined) {
      setPicture(state, user, picture, 'image/png', readFileSync(new URL(`pictures/${picture}`, import.meta.url)));
    }
  }
  for (const [name, members] of Object.entries(seed.teams)) {
    const users = state.all('user').filter((user) => members.includes(user.email));
    const times = { created_at: now, updated_at: now };
    const id = state.nextId('team');
    state.put('team', {
      id,
      name,
      description: seed.descriptions?.[name] ?? null,
      allow_auto_assign: true,
      members: users.map(({ id }) => id),
      ...times,
    });
  }
  state.flush();
}
