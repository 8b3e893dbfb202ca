import { by, goesRound, journey, notBuilt, promise, relay, routing, row, semantic, type Row } from './row.ts';

/** How it begins, whose the channel is, and what a desk must be able to do. */
export const deskRows: readonly Row[] = [
  // How it begins
  row('H-01', 'Who wants a person is passed on to the desk.', goesRound),
  row(
    'H-02',
    'A bot that fails, gives up or does not help leads to a person, too.',
    by(
      relay('bots'),
      'where the operator wants it, a bot that failed hands over',
      'where the operator wants it, answers that help nobody hand over, and say why',
    ),
    by('server/bots/webhook/webhook-bot.test.ts', 'a bot that failed and asks for a person is heard'),
  ),
  row(
    'H-03',
    'Visitor and bot may both begin it, and the desk is told which of them did.',
    by(
      relay('handoff'),
      'with a skill begun nobody is asked: its team has it open, told why, and the note leaves the relay for nobody else',
      'a bot that wants a person says its last words first, and is not heard again',
    ),
  ),
  row('H-05', 'The visitor goes on writing in the same window.', goesRound),
  row(
    'H-08',
    'People work at the desk as it is, with nothing of ours.',
    goesRound,
    by(journey, 'with nothing unfinished the visitor is asked what it is about, and a person takes it by hand'),
    by(relay('people'), 'passing on, letting go and giving back are told'),
  ),

  // Whose the channel is
  notBuilt('H-10', 'A setting says whose the channel is: ours, or the desk’s.', 'it is always ours; no such setting'),
  notBuilt('H-11', 'In a channel of the desk’s, our bots answer and hand over there.', 'no such mode yet'),
  row('H-14', 'In our own channel, the desk gets a copy of what is said.', goesRound),
  notBuilt(
    'H-15',
    'At the desk the bot is a sender of its own, with name and picture.',
    'the name is there, the picture is not',
    semantic('what visitor and bot say stands there in order, once, under its author'),
  ),
  row(
    'H-16',
    'The relay asks the desk to open and to assign, and looks whether it did.',
    promise('a handover ends with the thread open, and with somebody of the team'),
  ),

  // What a desk must be able to do
  row(
    'H-20',
    'A visitor is one contact, however they come.',
    semantic('a visitor is made once, and known again'),
    promise('a round begins once, however often it is asked for'),
    by('server/visitors/serve.test.ts', 'the first message sent by two tabs at once is one message'),
  ),
  row(
    'H-21',
    'There is a conversation at the desk before anybody wants a person.',
    semantic('a conversation begins before people are wanted, and disturbs nobody'),
    by('e2e/desk.test.ts', 'whoever is online is told of a handoff, and of nothing before it'),
  ),
  notBuilt(
    'H-22',
    'What visitor and bot said before stands there: all of it, in order, by whom and when.',
    'a word carries the time at which the desk was told, which is later where the desk was away',
    semantic('what visitor and bot say stands there in order, once, under its author'),
  ),
  row(
    'H-23',
    'There may be several teams, each for its subject.',
    semantic('there are several teams'),
    by(routing, 'several rules: the higher one', 'one part for a star', 'a skill without a rule'),
  ),
  row(
    'H-24',
    'It goes to the team that is named.',
    semantic('a conversation goes to the team that is named, whichever that is'),
    by(relay('teams'), 'a team that the rule calls by %s is found, however the bot calls it'),
  ),
  row(
    'H-25',
    'The team may be fixed in the configuration.',
    by(routing, 'without the question, nothing unfinished goes to the default'),
    by(relay('handoff'), 'something else goes to the default, and so does a topic that does not exist'),
  ),
  row(
    'H-26',
    'The team may be found while it runs: by what the bot says, by skill, by what is known of the visitor.',
    by(relay('routing'), 'the visitor’s language and page decide, and what the bot says of them'),
    by(
      routing,
      'the skill that the bot named, before what is unfinished',
      'a team that a rule has, by name in any case',
    ),
  ),
  notBuilt(
    'H-27',
    'How often visitors are passed on and asked again is counted, for that is what routing is to lower.',
    'nothing is counted yet',
  ),
  row(
    'H-28',
    'Afterwards the visitor begins with the bot again, and it begins anew.',
    by('server/relay.test.ts', 'the baton goes round: bot, person, bot'),
    semantic('it comes back when people have finished, and may be closed twice'),
  ),
  row(
    'H-29',
    'One call gives the conversation back, the desk’s or the bot’s, and calling it twice does no harm.',
    semantic('it comes back when people have finished, and may be closed twice'),
    by(
      relay('bot-events'),
      'a bot that is done ends its session, and with `resolve` the thread; the next word begins both anew',
    ),
  ),
];
