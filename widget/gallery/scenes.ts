import type { Handoff } from '../../shared/handoff.ts';
import type { Author } from '../../shared/message.ts';
import type { Kept } from '../state/saved.ts';
import type { FakeLink, FakeRelay } from '../testing/fake-relay.ts';

/** What a scene may use: the relay before the widget looks, and afterwards what the visitor's side can do. */
interface Stage {
  relay: FakeRelay;
  /** Sets the hands of the clock: everything that follows happens at this time of day. */
  at: (time: string, daysAgo?: number) => void;
}
interface Scene {
  /** What there was when the page came. */
  before?: (stage: Stage) => void;
  /** What the browser kept. */
  kept?: Partial<Kept>;
  /** What happens before the visitor's eyes. */
  then?: (
    stage: Stage & { link: FakeLink; write: (text: string) => void; press: (name: string) => Promise<void> },
  ) => void | Promise<void>;
  closed?: true;
  label?: string;
  /** The relay does not answer. */
  silent?: true;
  /** How much time has passed, in milliseconds; without it, none does. */
  passed?: number;
  offline?: true;
  /** Storage throws. */
  refuses?: true;
}

const visitor: Author = { kind: 'visitor' };
const bot: Author = { kind: 'bot' };
const team = 'Orders and returns';
const agent = { name: 'Mara Ostby', picture: 'widget/gallery/mara.svg', hue: 2 };
const mara: Author = { kind: 'agent', ...agent, team };
const jonsName = { name: 'Jon Abara', hue: 4 };
const jon: Author = { kind: 'agent', ...jonsName, team: 'Workshop' };

/** The token that opens the conversation of every scene. */
export const token = 'gallery';
const has = (tell: (stage: Stage) => void) => (stage: Stage) => {
  stage.relay.begin(token);
  tell(stage);
};
const complaint = ({ relay, at }: Stage) => {
  at('14:31');
  relay.say(visitor, 'The shade that came is not the one I ordered. Can someone look at my order?');
  relay.say(bot, 'Of course. I will pass on everything above, so you need not repeat it.');
};
const hand = ({ relay }: Stage, handoff: Handoff, because: Parameters<FakeRelay['hand']>[1]) => {
  relay.hand(handoff, because);
};
const asking: Handoff = {
  phase: 'asking',
  epoch: 1,
  topics: [
    { id: 'orders', label: 'An order or a return' },
    { id: 'repairs', label: 'A repair' },
  ],
};
const waiting: Handoff = { phase: 'waiting', epoch: 1, team, agent: null };
const human: Handoff = { phase: 'human', epoch: 2, team, agent };
const asked = (stage: Stage) => {
  complaint(stage);
  hand(stage, asking, 'asked');
};
const queued = (stage: Stage) => {
  asked(stage);
  hand(stage, { phase: 'transferring', epoch: 1, team }, 'connecting');
  hand(stage, waiting, 'queued');
};
const joined = (stage: Stage) => {
  queued(stage);
  stage.at('14:33');
  hand(stage, human, 'joined');
};
const talked = (stage: Stage) => {
  joined(stage);
  const { relay, at } = stage;
  relay.say(mara, 'Hello, I am Mara. I have order LF-2291 here: a Heron with a sage shade.');
  relay.say(mara, 'What does the one you got look like?');
  at('14:34');
  relay.say(visitor, 'More of a moss green, quite dark.');
  at('14:35');
  relay.say(mara, 'I have a sage one on the shelf. I can post it today, and you keep the lamp.');
};
const thanked = (stage: Stage) => {
  talked(stage);
  stage.at('14:36');
  stage.relay.say(visitor, 'That would be lovely, thank you.');
};
const posted = (stage: Stage) => {
  talked(stage);
  stage.at('14:51');
  stage.relay.say(mara, 'Posted. It should be with you on Tuesday. Enjoy the lamp.');
  stage.at('14:52');
};
const monday = new Date(2026, 10, 23, 9).getTime();
const rewired = ({ relay, at }: Stage) => {
  at('14:40');
  relay.say(visitor, 'Can someone check whether my old lamp can be rewired?');
  relay.say(bot, 'Most can, for 35 to 60 euros. Whether yours can is something the workshop has to see.');
};
const address = (stage: Stage) => {
  joined(stage);
  stage.at('14:35');
  stage.relay.say(mara, 'Which address should the new shade go to?');
};

/** Every screen of the widget, by name. */
export const scenes: Record<string, Scene> = {
  closed: { closed: true },
  badge: { closed: true, before: has(talked), kept: { seen: 10 } },
  label: { closed: true, label: 'Ask us' },
  open: {},
  loading: { silent: true },
  slow: { silent: true, passed: 2_000 },
  bot: {
    before: has(({ relay, at }) => {
      at('14:28');
      relay.say(visitor, 'Can I send a lamp back if the shade is the wrong colour?');
      relay.say(
        bot,
        'Yes, within **30 days** of delivery:\n\n1. Keep the box; the lamp travels in it.\n2. [Print the label](own:/returns) with code `LF-2291-R`.\n3. Hand it in at [any post office](https://parcel.example/near)',
      );
      at('14:29');
      relay.say(visitor, 'Who pays the postage?');
      relay.say(
        bot,
        'We do, when the mistake is ours. Is this the order?\n\n```\norder   LF-2291\nshade   Sage, 24 cm\n```',
        {
          choices: [
            { title: 'Yes, that one', value: 'this' },
            { title: 'Another order', value: 'other' },
          ],
        },
      );
    }),
  },
  answered: { before: has(complaint) },
  rich: {
    before: has(({ relay, at }) => {
      at('14:40');
      relay.say(visitor, 'And which shades fit it?\nI have seen https://littlefen.example/sizes');
      relay.say(
        bot,
        'Two of the three, measured across the ring:\n\n| Shade | Ring | Cloth | Fits |\n|---|---|---|---|\n| Sage | 24 cm | washed linen | yes |\n| Rust | 24 cm | washed linen | yes |\n| Dusk | 30 cm | mulberry paper | no |\n\n> The ring matters, not the height.\n\n- ~~Fern~~ is sold out\n- Dusk comes back in March\n\nFrom [Shade sizes](own:/sizes), or write to [the bench](mailto:bench@littlefen.example).',
      );
    }),
  },
  /** Somebody answers in another language than the visitor's. */
  mixed: {
    before: has(({ relay, at }) => {
      at('14:40');
      relay.say(visitor, 'Which shade fits?');
      relay.say(bot, 'These fit the Heron lamp:\n\n- Sage linen\n- Rust linen\n\n> Dusk paper does not.');
    }),
  },
  thinking: {
    before: has(({ relay, at }) => {
      at('14:30');
      relay.say(visitor, 'And what if the glass is cracked?');
    }),
  },
  asked: {
    before: has(complaint),
    then: async ({ link, press }) => {
      link.drop();
      await press('Talk to a person');
    },
  },
  asking: { before: has(asked) },
  connecting: {
    before: has((stage) => {
      asked(stage);
      hand(stage, { phase: 'transferring', epoch: 1, team }, 'connecting');
    }),
  },
  waiting: { before: has(queued) },
  'waiting-no-team': {
    before: has((stage) => {
      complaint(stage);
      hand(stage, { ...waiting, team: null }, 'connecting');
    }),
  },
  assigned: {
    before: has((stage) => {
      queued(stage);
      hand(stage, { ...waiting, agent }, 'assigned');
    }),
  },
  joined: {
    before: has(queued),
    then: (stage) => {
      stage.at('14:33');
      hand(stage, human, 'joined');
    },
  },
  human: {
    before: has(thanked),
    then: ({ relay }) => {
      relay.tell('typing', { author: mara, on: true });
    },
  },
  two: {
    before: has((stage) => {
      joined(stage);
      const { relay, at } = stage;
      relay.say(mara, 'Hello, I am Mara. I have order LF-2291 here: a Heron with a sage shade.');
      relay.say(mara, 'What does the one you got look like?');
      at('14:34');
      relay.say(visitor, 'More of a moss green, quite dark.');
      at('14:38');
      hand(stage, { ...human, team: 'Workshop', agent: jonsName }, 'joined');
      relay.say(jon, 'Moss is the spring run; the label on the box was wrong.');
      at('14:39');
      hand(stage, human, 'joined');
      relay.say(mara, 'Then the sage one goes out today.');
    }),
  },
  'long-name': {
    before: has((stage) => {
      const name = 'Maximiliane-Friederike von Hohenstein-Ostrowska';
      queued(stage);
      stage.at('14:33');
      hand(stage, { ...human, agent: { name } }, 'joined');
      stage.relay.say({ kind: 'agent', name, team }, 'What does the one you got look like?');
      stage.at('14:34');
      stage.relay.say(visitor, 'More of a moss green, quite dark.');
    }),
  },
  transferred: {
    before: (stage) => {
      stage.at('14:33', 1);
      stage.relay.begin(token);
      hand(stage, human, 'joined');
      stage.relay.say(mara, 'Hello, I am Mara. I have order LF-2291 here: a Heron with a sage shade.');
      stage.relay.say(mara, 'What does the one you got look like?');
      stage.at('14:34', 1);
      stage.relay.say(visitor, 'More of a moss green, quite dark.');
      stage.at('09:05');
      hand(stage, { phase: 'human', epoch: 2, team: 'Workshop', agent: jonsName }, 'passedOn');
      stage.at('09:06');
      stage.relay.say(jon, 'Jon from the workshop. Mara told me about the shade, so we can start where you left off.');
    },
  },
  released: {
    before: has((stage) => {
      talked(stage);
      hand(stage, { ...waiting, epoch: 2 }, 'released');
    }),
  },
  files: {
    before: has((stage) => {
      joined(stage);
      stage.at('14:36');
      stage.relay.say(mara, 'A picture of the shade would help, and here is the label in case you need it.', {
        files: [{ name: 'Return label LF-2291.pdf', type: 'application/pdf', size: 84_000, url: '/files/label' }],
      });
      stage.relay.say(mara, '', { files: [{ name: 'sage.jpg', type: 'image/jpeg', url: '/files/sage' }] });
    }),
  },
  deleted: {
    before: has((stage) => {
      talked(stage);
      const { relay } = stage;
      const id = relay.say(mara, 'This was for somebody else.');
      relay.push({ kind: 'deletion', id, at: 0 });
      relay.say({ kind: 'system' }, 'We are out of the shop until 15:30.');
    }),
  },
  failed: {
    before: has(address),
    then: ({ relay, write }) => {
      relay.fail('message:send', 'invalid');
      write('The same one as before: 4 Mill Lane, Little Fen.');
    },
  },
  offline: {
    before: has(address),
    offline: true,
    then: ({ link, write }) => {
      link.drop();
      write('The same one as before: 4 Mill Lane, Little Fen.');
      write('And please leave it with the neighbour if I am out.');
    },
  },
  unavailable: {
    before: has(address),
    then: ({ relay, write }) => {
      relay.fail('message:send', 'unavailable');
      write('The same one as before: 4 Mill Lane, Little Fen.');
    },
  },
  'too-fast': {
    before: has(address),
    then: ({ relay, write }) => {
      relay.fail('message:send', 'tooFast', 10_000);
      write('The same one as before: 4 Mill Lane, Little Fen.');
    },
  },
  'too-fast-long': {
    before: has(address),
    then: ({ relay, write }) => {
      relay.fail('message:send', 'tooFast', 170_000);
      write('The same one as before: 4 Mill Lane, Little Fen.');
    },
  },
  undelivered: {
    before: has((stage) => {
      address(stage);
      const { relay } = stage;
      const first = relay.say(visitor, 'The same one as before: 4 Mill Lane, Little Fen.');
      relay.push({ kind: 'undelivered', id: first, at: 0 });
      relay.say(visitor, 'Thank you.');
    }),
  },
  'desk-away': {
    before: has((stage) => {
      address(stage);
      stage.relay.say(visitor, 'The same one as before: 4 Mill Lane, Little Fen.');
    }),
    then: ({ relay }) => relay.tell('desk', { reached: false }),
  },
  rerouted: {
    before: has((stage) => {
      queued(stage);
      hand(stage, { ...waiting, team: 'Workshop' }, 'rerouted');
    }),
  },
  'not-kept': {
    refuses: true,
    then: ({ write }) => {
      write('Where is order LF-2291?');
    },
  },
  'bot-failed': {
    before: has(({ relay, at }) => {
      at('14:40');
      relay.say(visitor, 'Can my old lamp be rewired?');
      relay.push({ kind: 'botFailed', at: new Date(2026, 10, 19, 14, 40).getTime() });
    }),
  },
  back: {
    before: has((stage) => {
      posted(stage);
      hand(stage, { phase: 'bot', epoch: 3 }, 'returned');
      stage.relay.say(
        bot,
        'From Mara’s note: a sage shade was posted today, due Tuesday, and you keep the lamp. What else can I look up?',
        {
          choices: [
            { title: 'Follow the parcel', value: 'parcel' },
            { title: 'Nothing else', value: 'no' },
          ],
        },
      );
    }),
  },
  ended: {
    before: has((stage) => {
      posted(stage);
      hand(stage, { phase: 'ending', epoch: 3, by: 'agent', agent }, 'resolved');
    }),
  },
  rating: {
    before: has((stage) => {
      posted(stage);
      hand(stage, { phase: 'ending', epoch: 3, by: 'agent', agent, mayRate: true }, 'resolved');
    }),
  },
  rated: {
    before: has((stage) => {
      posted(stage);
      hand(stage, { phase: 'ending', epoch: 3, by: 'agent', agent, mayRate: true }, 'resolved');
      hand(stage, { phase: 'closed', epoch: 3, at: new Date(2026, 10, 19, 14, 52).getTime(), isRated: true }, 'rated');
    }),
  },
  'put-off': {
    before: has((stage) => {
      talked(stage);
      stage.at('14:38');
      const until = new Date(2026, 10, 19, 15, 30).getTime();
      hand(stage, { phase: 'hold', epoch: 2, team, agent, until }, 'putOff');
    }),
  },
  'too-long': {
    before: has((stage) => {
      queued(stage);
      stage.at('14:36');
      hand(stage, { ...waiting, tooLong: 300_000 }, 'waitedTooLong');
    }),
  },
  away: {
    before: has((stage) => {
      rewired(stage);
      hand(stage, { phase: 'asking', epoch: 1, topics: [], away: { why: 'hours', opensAt: monday } }, 'away');
    }),
  },
  left: {
    before: has((stage) => {
      rewired(stage);
      hand(stage, { phase: 'async', epoch: 1, team: 'Workshop', opensAt: monday, byMail: false }, 'left');
    }),
  },
  expired: {
    before: has(talked),
    then: ({ relay, link }) => {
      relay.expire(token);
      link.drop();
      link.comeBack();
    },
  },
  forbidden: {
    before: ({ relay }) => {
      relay.fail('hello', 'forbidden');
    },
  },
  jump: {
    before: has((stage) => {
      posted(stage);
      for (let more = 0; more < 4; more++) stage.relay.say(mara, 'And one more thing about the shade, since you ask.');
    }),
    then: async ({ relay, press }) => {
      await press('');
      relay.say(mara, 'The parcel has left.');
    },
  },
  long: {
    before: has(({ relay, at }) => {
      for (let index = 0; index < 250; index++) {
        at(`${8 + Math.floor(index / 60)}:${index % 60}`);
        relay.say(visitor, `Question ${index}: which *shade* fits a lamp of this size, and may I send it back?`);
        relay.say(
          bot,
          `Answer ${index}, **measured** across the ring:\n\n1. Sage linen, \`24 cm\`\n2. [Dusk paper](https://littlefen.example/dusk)`,
        );
      }
    }),
  },
};
