/**
 * Every word the visitor reads. One file per language; a missing key is a type error. Names, teams and times come in
 * as they are to be read. A `team` is null where nothing was said of one.
 */
export interface Words {
  /** For times and dates. */
  locale: string;

  openChat: string;
  closeChat: string;
  newMessages: (count: number) => string;
  /** The dialog's name; the site's is null until the relay said it. */
  chatWith: (site: string | null) => string;

  /** What the assistant is called where the site gave it no name, and what stands beside that. */
  assistant: string;
  automatic: string;
  /** What stands beside the name that a site gave it. */
  assistantRole: string;
  automaticAssistant: string;
  person: string;
  you: string;
  system: string;

  answersNow: string;
  answersNowNamed: string;
  wheneverYouAsk: string;

  conversation: string;
  suggestions: string;
  today: string;
  isTyping: (name: string) => string;
  isAnswering: string;
  deleted: string;
  copy: string;
  copied: string;
  code: string;
  table: string;

  message: string;
  send: string;
  charactersLeft: (count: number) => string;
  charactersTooMany: (count: number) => string;
  sending: string;
  sent: string;
  kept: string;
  keptByItself: string;
  notSent: string;
  retry: string;
  delete: string;
  invalid: string;
  conflict: string;

  talkToPerson: string;
  cancel: string;
  finish: string;
  finishWith: (firstName: string) => string;
  finishHint: (firstName: string) => string;
  backToAssistant: string;
  endChat: string;
  stayWith: (firstName: string) => string;
  /** `time` is null where it was another day, or nobody knows. */
  withSince: (firstName: string, time: string | null) => string;
  whatAbout: string;
  somethingElse: string;
  stay: string;
  choices: (count: number) => string;
  asked: string;
  connecting: (team: string | null) => string;
  passedOnInOrder: string;
  /** Names the card that says that a person took over. */
  whoAnswers: string;
  waiting: string;
  waitingFor: (name: string) => string;
  knows: (team: string | null) => string;
  waitUnknown: string;
  hasConversation: (name: string) => string;
  readAndKept: string;
  answersFromHere: (name: string) => string;
  canReadAbove: (firstName: string) => string;

  /** `when`: as `atAbout` and `backOn` say it; null where nobody knows. */
  comesBack: (firstName: string | null, when: string | null) => string;
  comesBackHint: string;
  isAway: (name: string | null, when: string | null) => string;
  /** A time today, or a day and a time. */
  onDay: (day: string, time: string) => string;
  nobodyFree: (minutes: number) => string;
  nobodyFreeHint: string;
  keepWaiting: string;
  leaveMessage: string;
  nobodyHere: (when: string | null) => string;
  nobodyHereHint: (isTimed: boolean) => string;
  youLeftMessage: (team: string | null) => string;
  yourMessage: string;
  answersLater: (team: string | null, when: string | null) => string;
  answersLaterHint: string;
  askAssistant: string;
  rating: string;
  didSolve: (firstName: string | null) => string;
  notAtAll: string;
  completely: string;
  anythingToAdd: string;
  optional: string;
  sendRating: string;
  skip: string;
  chatEnded: string;
  thanks: string;
  endedAt: (time: string) => string;

  youAsked: string;
  joined: (name: string, team: string | null) => string;
  cameInToo: (name: string) => string;
  passedOn: (from: string | null, to: string, team: string | null) => string;
  rerouted: (team: string) => string;
  released: (name: string | null) => string;
  leftQueue: string;
  youStay: string;
  nobodyReached: string;
  closedThis: (name: string | null) => string;
  gaveBack: (name: string | null) => string;
  youWentBack: string;
  youEnded: string;
  assistantIsBack: string;
  tookUpAgain: (name: string | null) => string;
  deskGone: string;
  botFailed: string;

  /** The connection takes longer than usual. */
  slow: string;
  offline: (kept: number) => string;
  unreachable: (kept: number) => string;
  backOnline: (sent: number) => string;
  /** `isRequest`: what waits is no message. */
  tooFast: (seconds: number, isRequest: boolean) => string;
  /** The people's side is out of reach, ours is not. */
  deskAway: string;
  notKept: string;
  expired: string;
  expiredHint: string;
  startAnew: string;
  forbidden: string;
  outdated: string;
}
