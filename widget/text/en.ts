import type { Words } from './words.ts';

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];
const messages = (count: number, verb = '') =>
  `${numbers[count] ?? String(count)} ${count === 1 ? 'message' : 'messages'}${verb && (count === 1 ? ' is' : ' are')}`;
const comma = (team: string | null) => (team ? `, ${team}` : '');

/** From a minute and a half on in minutes: more exact than that nobody needs to know. */
const time = (seconds: number) =>
  seconds > 60
    ? `about ${seconds < 90 ? 'a minute' : `${Math.round(seconds / 60)} minutes`}`
    : `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;

export const words: Words = {
  locale: 'en-GB',

  openChat: 'Open chat',
  closeChat: 'Close chat',
  newMessages: (count) => (count === 1 ? '1 new message' : `${count} new messages`),
  chatWith: (site) => (site ? `Chat with ${site}` : 'Chat'),

  assistant: 'Assistant',
  automatic: 'automatic',
  assistantRole: 'assistant',
  automaticAssistant: 'Automatic assistant',
  person: 'A person',
  you: 'You',
  system: 'Automatic answer',

  answersNow: 'answers now, automatically',
  answersNowNamed: 'Assistant, answers now',
  wheneverYouAsk: 'whenever you ask',

  conversation: 'Conversation',
  suggestions: 'Suggestions',
  today: 'Today',
  isTyping: (name) => `${name} is typing`,
  isAnswering: 'Assistant is answering',
  deleted: 'This message was deleted',
  copy: 'Copy',
  copied: 'Copied',
  code: 'Code',
  table: 'Table',

  message: 'Message',
  send: 'Send',
  charactersLeft: (count) => (count === 1 ? '1 character left' : `${count} characters left`),
  charactersTooMany: (count) =>
    count === 1 ? '1 character too many' : `${count.toLocaleString('en-GB')} characters too many`,
  sending: 'Sending',
  sent: 'Sent',
  kept: 'Kept, goes out when you are back',
  keptByItself: 'Kept, goes out by itself',
  notSent: 'Not sent.',
  retry: 'Retry',
  delete: 'Delete',
  invalid: 'This message could not be taken. Shorten it to 4,000 characters and send again.',
  conflict: 'This message could not be taken. Send it again as a new one.',

  talkToPerson: 'Talk to a person',
  cancel: 'Cancel',
  backToAssistant: 'Back to the assistant',
  finish: 'Finish…',
  finishWith: (firstName) => `Finished with ${firstName}?`,
  finishHint: (firstName) => `${firstName} will see it. You can write again whenever you like.`,
  endChat: 'End the chat',
  stayWith: (firstName) => `Stay with ${firstName}`,
  withSince: (firstName, time) => `With ${firstName}${time ? ` since ${time}` : ''}`,
  whatAbout: 'What is it about?',
  somethingElse: 'Something else',
  stay: 'Stay with the assistant',
  choices: (count) => (count === 1 ? 'One choice' : `${numbers[count] ?? String(count)} choices`),
  asked: 'You asked for a person',
  connecting: (team) => `Connecting you to ${team ?? 'a person'}`,
  passedOnInOrder: 'What you write now is kept and passed on in order.',
  whoAnswers: 'Who answers',
  waiting: 'Waiting for a person',
  waitingFor: (name) => `Waiting for ${name}`,
  knows: (team) => `${team ?? 'The team'} knows you are here`,
  waitUnknown: 'We cannot say how long today. You can close the chat; your place is kept.',
  hasConversation: (name) => `${name} has your conversation`,
  readAndKept: 'Everything above is there to be read; your place is kept.',
  answersFromHere: (name) => `${name} answers from here`,
  canReadAbove: (firstName) => `${firstName} can read everything above. The assistant has stopped.`,

  comesBack: (name, when) => `${name ?? 'Your contact'} comes back to this ${when ? `at about ${when}` : 'later'}`,
  comesBackHint: 'You can close the chat; the answer will be here. Write now if something changed.',
  isAway: (name, when) =>
    `${name ?? 'Your contact'} ${when ? `is away until about ${when}` : 'comes back to this later'}`,
  onDay: (day, time) => `${day} at ${time}`,
  nobodyFree: (minutes) => `Nobody was free in ${minutes === 1 ? 'one minute' : `${minutes} minutes`}`,
  nobodyFreeHint: 'Leave a message for an answer here, or stay; your place is kept.',
  keepWaiting: 'Keep waiting',
  leaveMessage: 'Leave a message',
  nobodyHere: (when) => `Nobody is here now${when ? `. Back ${when}` : ''}`,
  nobodyHereHint: (isTimed) =>
    `${isTimed ? 'That is your local time. ' : ''}Leave a message, and a person answers here then.`,
  youLeftMessage: (team) => `You left a message${team ? ` for ${team}` : ''}`,
  yourMessage: 'Your message',
  answersLater: (team, when) =>
    `${team ?? 'A person'} answers ${when ? `from ${when}` : 'as soon as somebody is there'}`,
  answersLaterHint: 'You can close the chat; the answer will be here. You can add to it below.',
  askAssistant: 'Ask the assistant',
  rating: 'Rating',
  didSolve: (name) => (name ? `Did ${name} solve it?` : 'Was it solved?'),
  notAtAll: 'Not at all',
  completely: 'Completely',
  anythingToAdd: 'Anything to add?',
  optional: 'Optional',
  sendRating: 'Send rating',
  skip: 'Skip',
  chatEnded: 'Chat ended',
  thanks: 'Thank you for the rating',
  endedAt: (time) => `This chat ended at ${time}. Write again whenever you like; the assistant answers first.`,

  youAsked: 'You asked for a person',
  joined: (name, team) => `${name} joined${comma(team)}`,
  cameInToo: (name) => `${name} came in too`,
  passedOn: (from, to, team) => `${from ?? 'Your contact'} passed you to ${to}${comma(team)}`,
  rerouted: (team) => `${team} has your conversation now`,
  released: (name) => `${name ?? 'Your contact'} has handed this on. Another person is awaited`,
  leftQueue: 'You left the queue. The assistant answers again',
  youStay: 'You stay with the assistant',
  nobodyReached: 'Nobody could be reached just now. The assistant answers again',
  closedThis: (name) => (name ? `${name} has closed this` : 'This chat has ended'),
  gaveBack: (name) => (name ? `${name} has closed this, the assistant is back` : 'The assistant is back'),
  youWentBack: 'You went back to the assistant',
  youEnded: 'You ended this chat',
  assistantIsBack: 'The assistant is back',
  tookUpAgain: (name) => `${name ?? 'A person'} has taken this up again`,
  deskGone: 'The people here no longer have this conversation. The assistant is back',
  botFailed: 'The assistant has no answer to this. Ask differently, or talk to a person.',

  slow: 'Connecting takes longer than usual. What you write is kept.',
  offline: (kept) =>
    kept === 0
      ? 'You are offline. What you write is kept and goes out when you are back.'
      : `You are offline. ${messages(kept, 'be')} kept on this device and ${kept === 1 ? 'goes' : 'go'} out when you are back.`,
  unreachable: (kept) =>
    kept === 0
      ? 'The chat cannot be reached right now. What you write is kept and goes out by itself.'
      : kept === 1
        ? 'The chat cannot be reached right now. Your message is kept and goes out by itself.'
        : 'The chat cannot be reached right now. Your messages are kept and go out by themselves.',
  backOnline: (sent) => (sent === 0 ? 'Back online.' : `Back online. ${messages(sent)} sent.`),
  tooFast: (seconds, isRequest) =>
    `Many ${isRequest ? 'requests' : 'messages'} at once. The next goes out in ${time(seconds)}.`,
  deskAway: 'The team cannot be reached right now. What you write is kept and passed on by itself.',
  notKept: 'This browser keeps nothing for this page. Closing the page ends the chat.',
  expired: 'This conversation is no longer open on this device',
  expiredHint: 'Start a new one; the old one is kept.',
  startAnew: 'Start a new chat',
  forbidden: 'The chat cannot be used on this page.',
  outdated: 'The chat has changed. Load this page again to go on.',
};
