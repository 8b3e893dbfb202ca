import { by, goesRound, ofBots, relay, routing, row, setup, type Row } from './row.ts';

/** What people see and do, and how what a visitor has begun finds them. */
export const peopleRows: readonly Row[] = [
  // What people see and do
  row(
    'H-30',
    'Whoever is assigned is told; where nobody is, the whole team is.',
    by(
      'e2e/desk.test.ts',
      'whoever is online is told of a handoff, and of nothing before it',
      'nobody is online: every member of the team is told, by a note that mentions it',
    ),
  ),
  row(
    'H-31',
    'People read there what was said with the bot, and what was pressed.',
    goesRound,
    by('server/desks/chatwoot/write/perform.test.ts', 'the choices of a bot are listed'),
    by(relay('bots'), 'what was pressed is told apart from what was written'),
  ),
  row(
    'H-32',
    'What people answer is there at once, with their name and picture.',
    goesRound,
    by(relay('hearing'), 'with the webhook alone one request lies between hearing and showing'),
    by('server/visitors/pictures.test.ts', "an agent's picture comes from the relay's own origin"),
  ),
  row('H-33', 'People end it by resolving, and the visitor is told.', goesRound),
  row(
    'H-34',
    'The next words are the bot’s, also after a restart, and when nobody rang.',
    by('e2e/crash.test.ts', 'with the relay killed after every step'),
    by('e2e/doorbells.test.ts', 'with neither, answers and resolve arrive within 15 s'),
  ),
  row(
    'H-35',
    'Everybody of the team may go on with it.',
    by(relay('people'), 'their words arrive once, in their order, with their names'),
    by(
      `${setup}/provision.test.ts`,
      'in an inbox that we did not make, it is said who is missing, and nobody is added',
    ),
  ),
  row(
    'H-36',
    'Whoever answers is shown under their own name.',
    by(relay('people'), 'their words arrive once, in their order, with their names'),
    by('e2e/desk.test.ts', 'the person whose token it is answers: the visitor sees it'),
  ),
  row(
    'H-37',
    'What the visitor writes reaches people; where it does not, the visitor sees that.',
    goesRound,
    by(relay('waiting'), 'is told after a while where people are involved'),
    by('e2e/undelivered.spec.ts', 'a message that the desk refuses says so; it can be sent again or deleted'),
  ),

  // By what a visitor has begun
  row(
    'H-40',
    'What the visitor has begun with the bot finds the team.',
    goesRound,
    by(routing, 'a name beneath a pattern'),
  ),
  row(
    'H-41',
    'Skills make sets, a set a team; one that is in two is warned of.',
    by('server/config.test.ts', 'a skill that a rule above has already is allowed, with a warning'),
  ),
  row(
    'H-42',
    'What is unfinished decides, and what is finished does not.',
    ofBots('what was begun is unfinished, and is no more once it is finished'),
    by(routing, 'an exact name', 'without the question, nothing unfinished goes to the default'),
  ),
  row(
    'H-43',
    'Which skill leads to which team is the operator’s to say, not the bot’s.',
    by(routing, 'the same wish goes elsewhere under other rules'),
  ),
  row(
    'H-44',
    'The rule that stands higher wins.',
    by(routing, 'the order of the rules decides, whatever the order in which skills were opened'),
  ),
  row('H-45', 'A skill of a rule leads to its team.', by(routing, 'an exact name', 'a short name by its last part')),
  row('H-46', 'Any other skill leads to the default team.', by(routing, 'a skill without a rule')),
  row(
    'H-47',
    'The default team is given by its number, and looked for at the start.',
    by('server/config.test.ts', 'numbers may be pasted as pages of the desk'),
    by(routing, 'the default team by name of its number'),
    by(relay('teams'), 'a handoff to a team that is not at the desk goes to everybody, and the log says so'),
  ),
  row(
    'H-48',
    'There may be any number of rules.',
    by('server/config.test.ts', 'there may be many rules, each with several skills'),
  ),
  row(
    'H-49',
    'A rule lists its skills.',
    by('server/config.test.ts', 'there may be many rules, each with several skills'),
  ),
  row(
    'H-50',
    'A skill is named by organization, project and its own name; an organization may hold dots.',
    by(routing, 'an exact name', 'a short name by its last part', '%s covers %s: %s'),
  ),
  row(
    'H-51',
    'With nothing unfinished the visitor is asked, and the answer finds the team.',
    by(
      relay('handoff'),
      'with nothing begun they are asked, and what they press decides',
      'something else goes to the default, and so does a topic that does not exist',
      'who does not answer the question is not left alone with it',
    ),
  ),
  row(
    'H-52',
    'The question can be left out.',
    by(routing, 'without the question, nothing unfinished goes to the default'),
  ),
  row(
    'H-54',
    'The number of a team is easy to find, and its page may be pasted.',
    by('server/command/check-desk.test.ts', 'has all of it, is left as it was, and nobody there was told anything'),
    by('server/config.test.ts', 'numbers may be pasted as pages of the desk'),
  ),
  row(
    'H-55',
    'A team may be given by its name.',
    by(
      'server/desks/chatwoot/teams.test.ts',
      'teams are found by number, by name in any case, by the address of their page',
    ),
  ),
];
