import type { Version } from '../model.ts';
import type { Skips } from './replay.ts';

/* What of the recorded scenes is not compared, each with its reason. */

const elsewhere = 'also lists what scenes made that are not replayed here';
const race = 'the order of messages of the same instant, which is decided by a race';
const never = 'nothing of Baton uses it, and the sandbox does not imitate it';
const later = 'a job that failed is tried again much later';
const others = 'counts what others did there, too';
const late = 'came after the next part had begun';
const heavy = 'only shows that no limit bites, with files of 40 MB and more';
const drawn = 'pictures of bots, visitors and inboxes are not imitated';

const both: Record<string, Skips> = {
  '24-internal-text': { answers: { 'visitor sees the survey': race, 'as REST has it': race } },
  '25-agent-starts': {
    answers: {
      'what the dashboard asks first: a contact we know': elsewhere,
      'contactable inboxes of the stranger': elsewhere,
    },
  },
  '27-csat': { calls: [[/the page for people/, never]], answers: { metrics: others } },
  '28-files': {
    calls: [[/MiB/, heavy]],
    answers: {
      'attachments of the conversation': heavy,
      'the list now (widths, thumbnails, sizes)': heavy,
      'the list after the deletion': heavy,
    },
    deliveries: [[/MiB/, heavy]],
  },
  '28-files-later': {
    calls: [
      [/second hop again/, 'the second address does not end after five minutes here'],
      [/thumbnail of no picture|range request/, 'files are sent whole and as they are'],
    ],
  },
  '29-read-state': {
    answers: {
      'marked unread': 'counts what came within the last second, and here all does',
      'after unread': 'counts what came within the last second, and here all does',
    },
  },
  '33-identity': { answers: { 'its conversation at once': 'what belongs to a visitor goes with them at once here' } },
  '34-avatars': {
    calls: [
      [/^(bot|picture (from|off)|contact's picture|by URL|contact after|bad URL|inbox picture|it speaks)/, drawn],
    ],
    deliveries: [[/from the pictured bot/, drawn]],
  },
  '35-housekeeping': { answers: { definitions: elsewhere } },
  '35-empty-conversation': { answers: { 'download with dates': elsewhere } },
  '36-what-agents-produce': {
    calls: [
      [/(translate|macro|executed|automation_rules|canned_responses)/, never],
      [/unexpanded/, 'its text holds the number of the conversation'],
    ],
    answers: { conversation: never, 'visitor triggers it': never, messages: never },
    deliveries: [
      [/Macro says|macro note|\/hook\/(macro|automation)|Rule says|label_list|priority null→low|team_id/, never],
      [/Dear Pim|waiting_since|\) look/, 'its text or its state comes from what is not imitated'],
      [/conversation_status_changed|status (open→resolved|resolved→open)/, never],
    ],
  },
};

const only: Record<Version, Record<string, Skips>> = {
  '4.10': {
    '27-csat': { deliveries: [[/@(64702|64705|71818)$/, later]] },
    '13-burst': { answers: { 'order in the API': race } },
    '14-deleted': { answers: { 'delete an inbox': elsewhere } },
    '23-quiet-return': {
      answers: {
        'conversation attributes defined': elsewhere,
        "liam's notifications at the end": elsewhere,
        "mei's notifications at the end": elsewhere,
        "omar's notifications at the end": elsewhere,
      },
    },
  },
  '4.14': {
    '24-internal-failing': { deliveries: [[/@(67759|67907|67936)$/, late]] },
    '25-agent-starts': { online: ['liam', 'mei'] },
    '27-csat': { deliveries: [[/@(65725|65851|73067)$/, later]] },
    '01-setup': { answers: { 'list inboxes': elsewhere } },
    '14-deleted': { answers: { 'delete an inbox': elsewhere } },
    '16-catch-up': { answers: { 'after=0: from the beginning': race, before: race } },
    '20-second-handoff': { answers: { inboxes: elsewhere } },
    '23-quiet-return': {
      answers: {
        "liam's notifications at the end": elsewhere,
        "mei's notifications at the end": elsewhere,
        "omar's notifications at the end": elsewhere,
      },
    },
  },
};

export function skipsOf(version: Version, scene: string): Skips {
  const [one = {}, other = {}] = [both[scene], only[version][scene]];
  return {
    answers: { ...one.answers, ...other.answers },
    online: [...(one.online ?? []), ...(other.online ?? [])],
    calls: [...(one.calls ?? []), ...(other.calls ?? [])],
    deliveries: [...(one.deliveries ?? []), ...(other.deliveries ?? [])],
  };
}
