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
const deafCable = { file: `${chatwoot}/cable.ts`, find: `if (frame?.type === 'event') heard(frame);`, put: '' };
const deafWebhook = {
  file: `${chatwoot}/chatwoot-desk.ts`,
  find: `          tell(delivery.event, delivery.inbox, delivery.about);\n`,
  put: '          void tell;\n',
};

export const sabotages: readonly Sabotage[] = [
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

  // Visitors
  change(
    'a message that is sent again is taken again',
    'server/visitors/serve.ts',
    'if (before) return { log: draft.log, seq: before.seq, at: before.at };',
    '',
    'server/visitors/serve.test.ts',
    'a lost acknowledgement doubles nothing',
  ),
  change(
    'the same id with another text is taken',
    'server/visitors/serve.ts',
    'if (before && before.hash !== hash) {',
    'if (before && before.hash === undefined) {',
    'server/visitors/serve.test.ts',
    'an id that was used with another text',
  ),
  change(
    'a link to a file opens without its signature',
    'server/visitors/files.ts',
    'const good = given.length === wanted.length && timingSafeEqual(given, wanted);',
    'const good = given.length === wanted.length || timingSafeEqual(given, wanted);',
    'server/visitors/files.test.ts',
    'a link that was not made here opens nothing',
  ),

  // Who answers
  {
    breaks: 'a late bot is listened to',
    changes: [
      {
        file: 'server/conversation/conversation.ts',
        find: `    handoff.phase === 'bot' &&\n    handoff.epoch === row.task.epoch &&\n    draft.work.some((known) => known.id === row.id)`,
        put: '    (handoff.epoch >= 0 || draft.work.some((known) => known.id === row.id))',
      },
      { file: 'server/conversation/lanes.ts', find: 'turn.controller.abort(fence)', put: 'void fence' },
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
    `        { step: 'note', note: intent.note },\n        { step: 'open' },`,
    `        { step: 'open' },\n        { step: 'note', note: intent.note },`,
    `${chatwoot}/pure.test.ts`,
    'the order of every intent',
  ),

  // What is written at the desk
  change(
    'notes are not escaped',
    `${chatwoot}/write.ts`,
    'content: byVisitor ? meant : escapeLiquid(meant),',
    `content: byVisitor || task.op.step === 'note' ? meant : escapeLiquid(meant),`,
    `${chatwoot}/perform.test.ts`,
    'whatever is said stands at the desk as it was meant',
  ),
  change(
    'what is in doubt is sent again at once',
    `${chatwoot}/perform.ts`,
    'if (since < settleMs)',
    'if (since < 0)',
    `${chatwoot}/faults.test.ts`,
    'a message that never arrived is in doubt until the settle time is over',
  ),
  change(
    'an inbox of ours keeps more than one conversation',
    `${chatwoot}/provision-inbox.ts`,
    'lock_to_single_conversation: true',
    'lock_to_single_conversation: false',
    `${chatwoot}/provision.test.ts`,
    'an empty',
  ),

  // What is read there
  change(
    'notes are shown to visitors',
    `${chatwoot}/read.ts`,
    `if (row.private || type === 0`,
    `if (type === 0`,
    `${chatwoot}/chatwoot-desk.test.ts`,
    'what is private stays private',
  ),
  change(
    'the cursor does not trail behind what may still appear',
    `${chatwoot}/read.ts`,
    'const trailsMs = 60_000;',
    'const trailsMs = 0;',
    `${chatwoot}/chatwoot-desk.test.ts`,
    'the cursor never passes what is new',
  ),
  change(
    'one 404 ends a thread',
    `${chatwoot}/read.ts`,
    'return conversation.gone ? confirmGone(shared, place, number) : ',
    `void confirmGone;\n    return conversation.gone ? { result: 'gone' } : `,
    `${chatwoot}/read.test.ts`,
    'a thread is gone only if the desk says so twice',
  ),
  change(
    'whoever knows the path of the webhook need not know its secret',
    `${chatwoot}/chatwoot-desk.ts`,
    'if (!same(secret, memory.saved.webhookSecret)) return 404;',
    'if (!same(secret, secret)) return 404;',
    `${chatwoot}/listen.test.ts`,
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
    'widget/state/chat.ts',
    `if (event.kind === 'handoff' && event.seq > handoffSeq) {`,
    `if (event.kind === 'handoff') {`,
    'widget/state/chat.test.ts',
    'older passes in it change nothing',
  ),
  change(
    'a token is stored before anything was said',
    'widget/state/chat.ts',
    'if (welcome.token !== known) keepToken(welcome.token);',
    'if (welcome.token !== known) keepToken(welcome.token);\n      saved.change((kept) => ({ ...kept, token }));',
    'widget/state/chat.test.ts',
    'opening the chat shows the site and stores nothing',
  ),
];
