import { ofKeeping } from './keeping.ts';
import { ofPostgres } from './postgres.ts';
import type { Sabotage } from './run.ts';

/*
 * Small changes that break something that matters. Each was tried by hand once; some passed all tests for weeks. What
 * changes a line that stands here changes it here, too: a place that is gone counts as not caught.
 */

type Project = Sabotage['noticedBy']['project'];

/** One change in one file. */
const change = (
  breaks: string,
  file: string,
  find: string,
  put: string,
  noticing: string,
  test: string,
  project: Project = file.startsWith('widget/') ? 'widget' : 'unit',
): Sabotage => ({ breaks, changes: [{ file, find, put }], noticedBy: { project, file: noticing, test } });

const chatwoot = 'server/desks/chatwoot';
const doorbells = 'e2e/doorbells.test.ts';
const deafCable = { file: `${chatwoot}/listen/cable.ts`, find: `if (frame?.type === 'event') heard(frame);`, put: '' };
const deafWebhook = {
  file: `${chatwoot}/listen/webhook.ts`,
  find: `        watches.tell(delivery.event, delivery.inbox, delivery.about);\n`,
  put: '',
};

export const sabotages: readonly Sabotage[] = [
  ...ofPostgres,
  ...ofKeeping,
  // What is kept, and when it is acknowledged
  change(
    'a message is acknowledged before the disk has it',
    'server/stores/sqlite/write-queue.ts',
    'waiting.push({ entry, resolve, reject });',
    `waiting.push({ entry, resolve, reject });\n        resolve('ok');`,
    'server/visitors/serve.test.ts',
    'a full disk refuses what cannot be kept',
  ),
  change(
    'a commit does not wait for the disk',
    'server/stores/sqlite/writer.ts',
    `db.pragma('synchronous = FULL');`,
    `db.pragma('synchronous = NORMAL');`,
    'server/stores/sqlite/sqlite-store.test.ts',
    'waits for the disk at each commit',
  ),
  change(
    'blanked words stay in the file',
    'server/stores/sqlite/writer.ts',
    `db.pragma('secure_delete = ON');`,
    `db.pragma('secure_delete = OFF');`,
    'server/stores/sqlite/sqlite-store.test.ts',
    'leaves no copy anywhere',
  ),
  change(
    'two relays may run on one database',
    'server/stores/sqlite/process-lock.ts',
    `lock.exec('BEGIN EXCLUSIVE');`,
    `lock.exec('BEGIN');`,
    'server/stores/sqlite/sqlite-store.test.ts',
    'belongs to one relay at a time',
  ),
  change(
    'what is to be done at the desk loses its order',
    'server/stores/sqlite/reader.ts',
    'FROM work WHERE conversation = ${ofConversation} ORDER BY num',
    'FROM work WHERE conversation = ${ofConversation} ORDER BY id',
    'server/stores/sqlite/sqlite-store.test.ts',
    'keeps its order, and is changed and dropped by id',
  ),

  change(
    'a step goes to the desk before the words it comes after',
    'server/conversation/desk-steps.ts',
    'if (step && (!word || step.after < word.seq)) return { step };',
    'if (step) return { step };',
    'server/relay.waiting.test.ts',
    'leave after a start one request after the other, in order',
  ),
  change(
    'a decision that fails halfway leaves what it did',
    'server/conversation/conversations.ts',
    'if ((isSpoilt = draft.isTouched)) break;',
    'isSpoilt = false;',
    'server/conversation/conversations.test.ts',
    'one that fails halfway leaves nothing of itself',
  ),

  // Visitors
  change(
    'a message that is sent again is taken again',
    'server/visitors/requests.ts',
    'if (before) return { log: draft.log, seq: before.seq, at: before.at };',
    '',
    'server/visitors/serve.test.ts',
    'a lost acknowledgement doubles nothing',
  ),
  change(
    'the same id with another text is taken',
    'server/visitors/requests.ts',
    'if (before && before.hash !== hash) {',
    'if (before && before.hash === undefined) {',
    'server/visitors/serve.test.ts',
    'an id that was used with another text',
  ),
  change(
    'a link to a file opens without its signature',
    'server/visitors/files.ts',
    'return isSameSecret(mac, sign(conversation, message, index, end));',
    'return isSameSecret(mac, mac);',
    'server/visitors/files.test.ts',
    'a link that was not made here opens nothing',
  ),

  change(
    'a browser that does not read may have any number of bytes wait for it',
    'server/visitors/output.ts',
    'if (queued > 0 && queued + bytes > mostWaiting) {',
    'if (queued + bytes + mostWaiting < 0) {',
    'server/visitors/output.test.ts',
    'more than 256 KiB do not wait for one connection',
  ),
  change(
    'an address in X-Forwarded-For is believed from anybody',
    'server/visitors/address.ts',
    'if (proxies === 0 || !isForwarded) {',
    'if (!isForwarded) {',
    'server/visitors/connections.test.ts',
    'a header lifts no limit',
  ),
  change(
    'what is in the query of a page goes to the desk',
    'server/visitors/visitor-text.ts',
    'origin + pathname :',
    'origin + pathname + new URL(url).search :',
    'server/visitors/serve.test.ts',
    'what stands in the query of the page is told to nobody',
  ),
  change(
    'lost history is not noticed',
    'server/visitors/history.ts',
    'if (!isDue) return loaded;',
    'if (loaded) return loaded;',
    'server/visitors/serve.test.ts',
    'a browser that has read further than there is anything learns',
  ),

  change(
    'all browsers of a network together may leave any number of bytes unread',
    'server/visitors/output.ts',
    'while (of.waiting > mostOfAll) {',
    'while (of.waiting + mostOfAll < 0) {',
    'server/visitors/output.test.ts',
    'what waits for all connections of a network is bounded',
  ),

  // Who answers
  {
    breaks: 'a late bot is listened to',
    changes: [
      {
        file: 'server/conversation/turns.ts',
        find: `    handoff.phase === 'bot' &&\n    handoff.epoch === task.epoch &&\n    draft.work.some((known) => known.id === row.id)`,
        put: '    (handoff.epoch >= 0 || draft.work.some((known) => known.id === row.id))',
      },
      { file: 'server/conversation/run-turn.ts', find: 'turn.controller.abort(fenced)', put: 'void fenced' },
    ],
    noticedBy: {
      project: 'unit',
      file: 'server/relay.people.test.ts',
      test: 'a person who answers while the bot thinks has it',
    },
  },
  change(
    'the thread is opened before the note stands there',
    'server/desks/plan.ts',
    `        note(intent.note),\n        change({ step: 'open' }),`,
    `        change({ step: 'open' }),\n        note(intent.note),`,
    'server/desks/plan.test.ts',
    'the order of every intent',
  ),

  change(
    'after “given back”, what a person has answered is put to the bot',
    'server/conversation/messages.ts',
    'state.answered = first ? first.seq - 1 : draft.seq;',
    'void first;',
    'server/relay.over.test.ts',
    'is what was said since the person’s last answer, and nothing before it',
  ),
  change(
    'the visitor goes on reading the name of a team that has not got them any more',
    'server/conversation/wish.ts',
    'handoff.wish.route = { team: null, trail: [], ...handoff.wish.route, label };',
    'void label;',
    'server/relay.teams.test.ts',
    'is told while waiting and with a person, in one sentence each, by its label',
  ),
  change(
    'a deletion leaves the words in the bot’s summary',
    'server/conversation/messages.ts',
    'note.summary = null;',
    '',
    'server/relay.deletions.test.ts',
    'is in no note any more, what was made of it included',
  ),
  change(
    'a deletion leaves the words in what a note says was told',
    'server/conversation/messages.ts',
    "note.told = '';",
    '',
    'server/relay.deletions.test.ts',
    'is in no note any more, what was made of it included',
  ),
  change(
    'a word that the desk refuses is dropped in silence',
    'server/conversation/desk-answers.ts',
    '      return stepRefused(draft, context, op, round, by);',
    '      return void [stepRefused, op, round, by];',
    'server/relay.refused.test.ts',
    'is told to the visitor and noted at the desk',
  ),
  change(
    'after a start, waiting words are written without looking for them',
    'server/conversation/run-step.ts',
    'const before = telling?.sentAt ?? (word.seq <= draft.foundUpTo ? sentByOlderCopy : null);',
    'const before = telling?.sentAt ?? null;',
    'server/relay.waiting.test.ts',
    'are looked for at the desk after a start',
  ),
  change(
    'the desk is back, and nobody hurries',
    'server/conversation/run-step.ts',
    'else if (telling) draft.tell({ ...telling, notBefore: draft.at });',
    'else void telling;',
    'server/relay.waiting.test.ts',
    'a desk that is back takes what waits at once',
  ),
  change(
    'a reopened older thread does not come alive',
    'server/conversation/desk-read.ts',
    '    reopenThread(draft, context, round);\n  }\n  const before =',
    '    return;\n  }\n  const before =',
    'server/relay.watch.test.ts',
    'a person who opens an older round again',
  ),
  change(
    'messages are never read again for what was deleted',
    'server/conversation/desk-watch.ts',
    '    reader.markDeep(live);',
    '',
    'server/relay.watch.test.ts',
    'the newest messages are read again',
  ),
  change(
    'a word in a frame is taken although it is older than what was seen',
    'server/conversation/thread-reader.ts',
    'if (!isClean(thread) || said.id <= (seen.get(threadKey(thread)) ?? Infinity)) return false;',
    'if (!isClean(thread)) return false;',
    'server/relay.watch.test.ts',
    'with an older id is read first',
  ),
  {
    breaks: 'a note in a frame is shown',
    changes: [
      {
        file: `${chatwoot}/listen/frames.ts`,
        find: 'const hidden = isNoteToPeople(message) || message.message_type === 2;',
        put: 'const hidden = message.message_type === 2;',
      },
      {
        file: `${chatwoot}/listen/hints.ts`,
        find: 'const [said] = eventOf({ installation, lastDelivery: () => 0 }, message);',
        put: 'const [said] = eventOf({ installation, lastDelivery: () => 0 }, { ...message, private: false });',
      },
    ],
    noticedBy: {
      project: 'unit',
      file: 'server/relay.hearing.test.ts',
      test: 'with the websocket, a private note, a file',
    },
  },

  // What is written at the desk
  change(
    'notes are not escaped',
    `${chatwoot}/write/write-message.ts`,
    'content: byVisitor ? meant : escapeLiquid(meant),',
    `content: byVisitor || task.op.step === 'note' ? meant : escapeLiquid(meant),`,
    `${chatwoot}/write/perform.test.ts`,
    'whatever is said stands at the desk as it was meant',
  ),
  change(
    'what is in doubt is sent again at once',
    `${chatwoot}/write/perform.ts`,
    'if (since < reconcileMs)',
    'if (since < 0)',
    `${chatwoot}/write/faults.test.ts`,
    'a message that never arrived is in doubt until the settle time is over',
  ),
  change(
    'an inbox of ours keeps more than one conversation',
    `${chatwoot}/setup/provision-inbox.ts`,
    'lock_to_single_conversation: true',
    'lock_to_single_conversation: false',
    `${chatwoot}/setup/provision.test.ts`,
    'an empty',
  ),

  {
    breaks: 'answers are not escaped',
    changes: [
      {
        file: `${chatwoot}/write/write-message.ts`,
        find: 'content: byVisitor ? meant : escapeLiquid(meant),',
        put: `content: task.op.step === 'note' ? escapeLiquid(meant) : meant,`,
      },
    ],
    noticedBy: { project: 'system', file: 'e2e/desk.test.ts', test: 'what looks like a template' },
  },
  change(
    'the team is set with the bot’s token',
    `${chatwoot}/http/calls.ts`,
    'body: to, answer: Assigned',
    `body: to, as: 'bot', answer: Assigned`,
    `${chatwoot}/write/meant.test.ts`,
    'the team is set with the user’s token',
  ),
  change(
    'what the desk has kept is not compared with what was meant',
    `${chatwoot}/write/write-message.ts`,
    'if (answer.body.content !== meant)',
    'if (answer.body.content === undefined)',
    `${chatwoot}/write/meant.test.ts`,
    'words that the desk has kept otherwise',
  ),
  change(
    'in an inbox without our bot a conversation begins open',
    `${chatwoot}/write/begin.ts`,
    'if (fresh) {',
    'if (fresh && made.body.id < 0) {',
    `${chatwoot}/write/meant.test.ts`,
    'in an inbox that lost our bot',
  ),
  change(
    'a 422 on a read refuses what was to be written',
    `${chatwoot}/http/classify.ts`,
    `const no = isRead(ask) ? 'unsent' : 'refused';`,
    `const no = 'refused';`,
    `${chatwoot}/write/write-message.test.ts`,
    'a read that is answered with 422 refuses nothing',
  ),

  change(
    'who had the visitor is told of each word between visitor and bot',
    `${chatwoot}/write/ownership.ts`,
    'if (!also.participants) return undefined;',
    'if (also) return undefined;',
    `${chatwoot}/write/perform.test.ts`,
    'a second handover to the same team tells the person picked, again',
  ),
  change(
    'who answers a thread of the bot’s is not given it',
    'server/conversation/rounds.ts',
    '  if (draft.state.round > 0)\n    addSteps(',
    '  if (draft.state.round < 0)\n    addSteps(',
    'server/relay.people.test.ts',
    'a person who answers while the bot thinks has it',
  ),
  // What is read there
  change(
    'notes are shown to visitors',
    `${chatwoot}/read/words.ts`,
    `if (!isPublic(row) || type === 0`,
    `if (type === 0`,
    `${chatwoot}/chatwoot-desk.test.ts`,
    'what is private stays private',
  ),
  change(
    'the cursor does not trail behind what may still appear',
    `${chatwoot}/read/words.ts`,
    'const trailsMs = 60_000;',
    'const trailsMs = 0;',
    `${chatwoot}/chatwoot-desk.test.ts`,
    'the cursor never passes what is new',
  ),
  change(
    'one 404 ends a thread',
    `${chatwoot}/read/read-thread.ts`,
    'return conversation.gone ? confirmGone(shared, provisioned, number) : ',
    `void confirmGone;\n    return conversation.gone ? { result: 'gone' } : `,
    `${chatwoot}/read/read-thread.test.ts`,
    'a thread is gone only if the desk says so twice',
  ),
  {
    breaks: 'the secret of the webhook is not checked',
    changes: [{ file: 'server/doorbells.ts', find: 'if (!knows(params)) {', put: 'if (knows === undefined) {' }],
    noticedBy: {
      project: 'unit',
      file: 'server/doorbells.test.ts',
      test: 'a delivery with a wrong secret is turned away',
    },
  },
  change(
    'the desk’s own look at the secret of a delivery is left out',
    `${chatwoot}/listen/webhook.ts`,
    'if (!isSameSecret(secret, secrets().webhookSecret)) return 404;',
    'if (!isSameSecret(secret, secret)) return 404;',
    `${chatwoot}/listen/listen.test.ts`,
    'a delivery is let in by its path',
  ),
  {
    breaks: 'the desk’s websocket is not heard',
    changes: [deafCable],
    noticedBy: { project: 'system', file: doorbells, test: 'with the websocket alone' },
  },
  {
    breaks: 'the desk’s webhook is not heard',
    changes: [deafWebhook],
    noticedBy: { project: 'system', file: doorbells, test: 'with the webhook alone, a third of it doubled' },
  },
  {
    breaks: 'both doorbells are deaf',
    changes: [deafCable, deafWebhook],
    noticedBy: { project: 'system', file: doorbells, test: 'and no sweep' },
  },

  change(
    'after a long absence only the first page is read',
    `${chatwoot}/listen/catch-up.ts`,
    'if (answer.body.count < pageSize ||',
    'if (answer.body.count <= pageSize ||',
    `${chatwoot}/listen/listen.test.ts`,
    'after an hour all that moved is found',
  ),
  change(
    'after a long absence the list that is not paged is read',
    `${chatwoot}/listen/catch-up.ts`,
    'if (now - since <= longestMs) {',
    'if (now - since <= Infinity) {',
    `${chatwoot}/listen/listen.test.ts`,
    'after an hour all that moved is found',
  ),
  change(
    'of more messages than a range gives the rest is not read',
    `${chatwoot}/http/calls.ts`,
    'if (count >= fullRange &&',
    'if (count > fullRange &&',
    `${chatwoot}/http/calls.test.ts`,
    '1001 messages are read whole',
  ),
  change(
    'what could not be read counts as caught up',
    `${chatwoot}/listen/catch-up.ts`,
    'if (ended || startedAt < since || !isRead) return;',
    'if (ended || startedAt < since) return void isRead;',
    `${chatwoot}/listen/listen.test.ts`,
    'the desk is caught up only once all that was told of has been read',
  ),

  change(
    'what the token’s own user writes at the desk is nobody’s word',
    `${chatwoot}/read/words.ts`,
    `if (type === 1 && sender?.type === 'user')`,
    `if (type === 1 && sender?.type === 'user' && sender.id !== 1)`,
    `${chatwoot}/read/read-thread.test.ts`,
    'the token’s own user, writing at the desk, is a person like any other',
  ),
  // The sandbox
  change(
    'in the sandbox whoever takes part is told nothing',
    'sandbox/notify.ts',
    `for (const user of conversation.participants) once(user, 'participating_conversation_new_message');`,
    '',
    'sandbox/server.test.ts',
    'of each word in a conversation that they were assigned to once',
  ),

  // The widget
  change(
    'the visitor’s own words count as new',
    'widget/state/panel.ts',
    `          event.message.author.kind !== 'visitor' &&\n`,
    '',
    'widget/mount.test.ts',
    'an answer while the chat is closed is counted',
  ),
  change(
    'an older pass says who answers now',
    'widget/state/history.ts',
    `if (event.kind !== 'handoff' || event.seq <= handoffSeq) continue;`,
    `if (event.kind !== 'handoff') continue;`,
    'widget/state/chat.test.ts',
    'older passes in it change nothing',
  ),
  change(
    'a link may run a script',
    'widget/markdown/addresses.ts',
    'const leads = /^(https?|mailto|tel):/i;',
    'const leads = /^(https?|mailto|tel|javascript):/i;',
    'widget/markdown/parse.test.ts',
    'javascript:alert(1)',
  ),
  change(
    'a token is stored before anything was said',
    'widget/state/chat.ts',
    'if (token !== presented) session.rotate(token);',
    'if (token !== presented) session.rotate(token);\n      saved.change((kept) => ({ ...kept, token }));',
    'widget/state/chat.test.ts',
    'opening the chat shows the site and stores nothing',
  ),
];
