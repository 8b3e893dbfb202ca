import { by, goesRound, notBuilt, promise, relay, row, setup, type Row } from './row.ts';

/** How it is set up, handoffs that have a name, and small things. */
export const setupRows: readonly Row[] = [
  // Setting it up
  notBuilt(
    'H-60',
    'One switch for a bot turns people on and off, and nothing goes to the desk any more.',
    'the switch is there; what is said still goes to the desk',
    by('server/config.test.ts', 'handoffs have names; a site and a bot may have one for all, or nobody at all'),
    by(relay('handoffs'), 'a site with nobody behind it says so, to the page, to who asks, and to the bot'),
  ),
  row(
    'H-67',
    'A second bot of the same account adds an inbox, and nothing else.',
    by(
      `${setup}/provision.test.ts`,
      'a second bot of one account gets an inbox and an identity of its own, and hears nothing of the first',
    ),
  ),
  row(
    'H-71',
    'The bot has an identity of its own at the desk.',
    by(
      `${setup}/provision.test.ts`,
      'an empty %s gets an inbox, a bot, members, attributes: once',
      'a bot that was deleted at the desk is made again',
    ),
  ),
  row(
    'H-72',
    'A token whose user has lost a right is named, with what to do.',
    by(
      `${setup}/set-up.test.ts`,
      'a user taken out of the inbox while we run is said once, with what to do; all goes on when they are back',
      'an administrator who is none any more is named so',
    ),
  ),
  row(
    'H-73',
    'A user who is only in the inbox is enough once it is set up.',
    by(`${setup}/provision.test.ts`, 'an agent’s token is enough once the desk is set up'),
  ),
  row(
    'H-74',
    'The inbox is made, once.',
    by(
      `${setup}/provision.test.ts`,
      'an empty %s gets an inbox, a bot, members, attributes: once',
      'lost settings make no second inbox and no second bot',
    ),
  ),
  row(
    'H-75',
    'The inbox has the bot’s name, and a bot that is renamed keeps its inbox.',
    by(`${setup}/provision.test.ts`, 'an empty %s gets an inbox, a bot, members, attributes: once'),
    by(
      `${setup}/renamed.test.ts`,
      'a bot with another name keeps its inbox, its conversations, and its bot at the desk',
      'the name of before is free again: a new bot of that name gets an inbox of its own',
    ),
  ),
  row(
    'H-76',
    'Inbox and bot are connected, and that can be tried from end to end.',
    by(`${setup}/provision.test.ts`, 'an empty %s gets an inbox, a bot, members, attributes: once'),
    by('server/command/check-desk.test.ts', 'has all of it, is left as it was, and nobody there was told anything'),
  ),
  row(
    'H-77',
    'Each bot has its inbox, and none hears another’s.',
    by(
      `${setup}/provision.test.ts`,
      'a second bot of one account gets an inbox and an identity of its own, and hears nothing of the first',
    ),
  ),
  row('H-78', 'A conversation of a site appears in its bot’s inbox.', goesRound),
  row(
    'H-81',
    'Who must be in the inbox and is not is named, or added where the inbox is ours.',
    by(
      `${setup}/provision.test.ts`,
      'in an inbox that we did not make, it is said who is missing, and nobody is added',
      'an empty %s gets an inbox, a bot, members, attributes: once',
    ),
  ),
  row(
    'H-82',
    'A team that a rule names and the desk does not have is told.',
    by(relay('teams'), 'a handoff to a team that is not at the desk goes to everybody, and the log says so'),
    promise('a team that is not there stops nothing'),
  ),
  row(
    'H-83',
    'It works with a desk of one’s own, under any path, with a certificate of one’s own.',
    by('server/desks/chatwoot/http/address.test.ts', 'the address %s'),
    by(
      'e2e/own-desk.test.ts',
      'a desk under a path of its own, with a certificate of its own, is used once that is named',
    ),
  ),

  // Handoffs that have a name
  row(
    'H-90',
    'Handoffs are set for each bot.',
    by('server/config.test.ts', 'handoffs have names; a site and a bot may have one for all, or nobody at all'),
    by('server/conversation/routing-rules.test.ts', 'a rule is for the bots that it names'),
  ),
  row(
    'H-91',
    'A handoff has a name; there may be several.',
    by('server/config.test.ts', 'handoffs have names; a site and a bot may have one for all, or nobody at all'),
    by(relay('handoffs'), 'a handoff that the bot names: its words, its team, and no more than it carries'),
  ),
  row(
    'H-93',
    'Address, account, token and inbox are all it needs; the address may end in any way.',
    by('server/desks/chatwoot/http/address.test.ts', 'the address %s'),
    by('server/config.test.ts', 'the tiny one is enough'),
  ),
  row(
    'H-94',
    'What there is to choose from is listed, and pasted pages are read.',
    by(`${setup}/provision.test.ts`, '%s ends the first set-up with a sentence and a remedy'),
    by('server/command/check-desk.test.ts', 'an account that is not theirs', 'an inbox that is not there'),
    by('server/config.test.ts', 'numbers may be pasted as pages of the desk'),
  ),
  row(
    'H-95',
    'A handoff is a draft, active or inactive; one that is not active is refused, and another way is found.',
    by(relay('handoffs'), 'one that is not active: the rules decide, and the bot is told with its next turn, once'),
    by('server/config.test.ts', 'a handoff for all that is not active is warned of'),
  ),
  row(
    'H-96',
    'A message of the bot’s dialogue begins a handoff by its name, with words beside it.',
    by(relay('handoffs'), 'a handoff that the bot names: its words, its team, and no more than it carries'),
    by(
      'server/bots/webhook/webhook-bot.test.ts',
      'nothing said after the wish for a person is shown, but what it says of skills counts',
    ),
  ),
  row(
    'H-97',
    'What is typed while it is handed over arrives, in order.',
    by(relay('faults'), '%s at the step "%s" changes nothing that anybody sees'),
  ),
  notBuilt(
    'H-98',
    'A desk that was told nothing before gets all of it at the handoff.',
    'the desk is always told live',
  ),
  row(
    'H-99',
    'The desk’s deliveries have an address for each site, and no stranger’s is let in.',
    by(
      'server/desks/chatwoot/listen/listen.test.ts',
      'a delivery is let in by its path, and believed by its signature',
    ),
  ),
  row(
    'H-100',
    'One site’s deliveries do nothing at another’s address.',
    by('server/desks/chatwoot/listen/listen.test.ts', 'another inbox’s news is none of ours'),
  ),
  notBuilt(
    'H-101',
    'Without websockets answers arrive all the same; a switch turns them off.',
    'it polls by itself; there is no switch',
    by(
      'e2e/connection.spec.ts',
      'where a proxy swallows the request for a websocket, polling brings the greeting within three seconds',
    ),
  ),
  row(
    'H-102',
    'A handoff can be tried without a visitor, and shows what people would get.',
    by(
      'server/command/dry-run.test.ts',
      'a rule, why another one was not, and who is asked for at that moment',
      'a handoff with a name, with its words and what people get',
    ),
  ),
  row(
    'H-103',
    'The bot learns that a handoff has worked.',
    by(
      relay('bot-events'),
      'is told how the session and the handoff go, in order with the words, and goes on after people',
    ),
  ),
  row(
    'H-104',
    'A handoff that fails is told to visitor and bot, and the bot goes on.',
    by(relay('bot-events'), 'is told that nobody could be reached, and says what it can do instead'),
    by(relay('faults'), 'a desk that refuses to open a thread fails the handoff; one that refuses a team does not'),
  ),
  row(
    'H-105',
    'What people write comes as a chat message: words, files, and what the desk makes of others.',
    by('server/desks/chatwoot/read/read-thread.test.ts', 'an agent’s words', 'a file without words', 'an automation'),
    by(
      'server/visitors/files.test.ts',
      'an agent’s file comes through the relay, as something to keep and never as a page',
    ),
  ),

  // Small things
  row(
    'H-110',
    'Passed on to another person or team, it goes on, and the visitor is told.',
    by(relay('people'), 'passing on, letting go and giving back are told'),
    by(relay('teams'), 'is told while waiting and with a person, in one sentence each, by its label'),
  ),
  row(
    'H-111',
    'What is over can be read at the desk.',
    by(
      relay('handoff'),
      'back to the assistant: the thread is resolved with a note, and the bot goes on in one of its own',
    ),
  ),
  row(
    'H-112',
    'Who comes back after days meets the bot, and is the same visitor at the desk.',
    by(relay('return'), 'a visitor who comes back after three weeks meets the bot, and is the same one at the desk'),
  ),
  row(
    'H-113',
    'Who is who on both sides is kept, and lives through a restart and a lost database.',
    by(relay('backup'), 'what was said since the backup is taken from the desk again: once here, and once there'),
    by(relay('faults'), 'the relay ends and starts again in gap %i'),
  ),
];
