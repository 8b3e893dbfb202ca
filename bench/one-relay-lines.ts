import type { Heard } from './hearing.ts';
import type { Throughput, Trips } from './measure.ts';
import { compare, type Line, type Section } from './numbers.ts';

export interface Round {
  disk: Trips;
  /** One visitor, one message in flight. */
  alone: { bare: Trips; people: Trips; bot: Trips; botSpeaks: Trips };
  /** 50 visitors, ten in flight each. */
  crowd: { bare: Throughput; people: Throughput; bot: Throughput };
  webhook: { bare: Trips; express: Trips; relay: Trips };
  webhooks: { bare: Throughput; express: Throughput; relay: Throughput };
}

/** What is printed of one relay. */
export function linesOf(rounds: readonly Round[], heard: readonly Heard[]): Section[] {
  const all = (of: (round: Round) => number) => rounds.map(of);
  const base = ({ alone, disk }: Round) => alone.bare.p50 + disk.p50;
  const beside = (
    what: string,
    measured: (round: Round) => number,
    floor: (round: Round) => number,
    goal?: Line['goal'],
  ) => compare(rounds, what, 'µs', measured, floor, goal);
  const perCpu = (
    what: string,
    of: (round: Round) => Throughput,
    floor: (round: Round) => Throughput,
    goal?: Line['goal'],
  ) =>
    compare(
      rounds,
      what,
      '/cpu s',
      (r) => of(r).perCpuSecond,
      (r) => floor(r).perCpuSecond,
      goal,
    );
  const { people, bot, botSpeaks, bare } = {
    people: ({ alone }: Round) => alone.people,
    bot: ({ alone }: Round) => alone.bot,
    botSpeaks: ({ alone }: Round) => alone.botSpeaks,
    bare: ({ alone }: Round) => alone.bare,
  };
  const p50 = (of: (round: Round) => { p50: number }) => (round: Round) => of(round).p50;
  const p99 = (of: (round: Round) => { p99: number }) => (round: Round) => of(round).p99;
  return [
    [
      'What it stands on',
      [
        { what: 'fdatasync of 4 KiB, p50', unit: 'µs', measured: all((r) => r.disk.p50) },
        { what: 'fdatasync of 4 KiB, p99', unit: 'µs', measured: all((r) => r.disk.p99) },
      ],
    ],
    [
      'One visitor, one message in flight: sent to acknowledged (people own the conversation)',
      [
        beside('1  p50 over bare socket.io p50 + fdatasync p50', p50(people), base, { most: 1.6, fail: 2.2 }),
        beside('2  p50 over bare socket.io p50', p50(people), p50(bare), { most: 4.5, fail: 6 }),
        beside('2  p99 over bare socket.io p99', p99(people), p99(bare), { most: 8, fail: 12 }),
      ],
    ],
    [
      'The same while the bot answers',
      [
        beside('   p50 to the acknowledgement, over both', p50(bot), base),
        beside("   p50 to the bot's answer, over both", p50(botSpeaks), base),
      ],
    ],
    [
      '50 visitors, 10 messages in flight each: messages per second of server CPU',
      [
        perCpu(
          '3  people own the conversation',
          (r) => r.crowd.people,
          (r) => r.crowd.bare,
          { least: 0.35, fail: 0.25 },
        ),
        perCpu(
          '   the bot answers',
          (r) => r.crowd.bot,
          (r) => r.crowd.bare,
        ),
        compare(
          rounds,
          '   people own it, per second by the clock',
          '/s',
          (r) => r.crowd.people.perSecond,
          (r) => r.crowd.bare.perSecond,
        ),
      ],
    ],
    hearingLines(heard),
    [
      'The webhook',
      [
        beside(
          '   answer time p50, over bare http',
          (r) => r.webhook.relay.p50,
          (r) => r.webhook.bare.p50,
          { most: 4, fail: 6 },
        ),
        beside(
          '   answer time p99, over bare http',
          (r) => r.webhook.relay.p99,
          (r) => r.webhook.bare.p99,
        ),
        beside(
          '   answer time p50, over an empty Express POST',
          (r) => r.webhook.relay.p50,
          (r) => r.webhook.express.p50,
        ),
        perCpu(
          '   per second of CPU, over bare http',
          (r) => r.webhooks.relay,
          (r) => r.webhooks.bare,
        ),
        perCpu(
          '12 per second of CPU, over an empty Express POST',
          (r) => r.webhooks.relay,
          (r) => r.webhooks.express,
          { least: 0.55, fail: 0.35 },
        ),
      ],
    ],
  ];
}

function hearingLines(heard: readonly Heard[]): Section {
  const ways = [
    { by: 'frame', name: 'with the websocket', goal: { most: 0.5, fail: 1 } },
    { by: 'webhook', name: 'with the webhook alone', goal: { most: 1.6, fail: 2 } },
  ] as const;
  return [
    'A person’s words, from hearing to the visitor’s screen, at a desk that takes 20 ms for a request',
    ways.flatMap(({ by, name, goal }): Line[] => [
      compare(
        heard,
        `   ${name}, over a bare request`,
        'µs',
        (one) => one[by],
        (one) => one.bare,
        goal,
      ),
      { what: `   ${name}, requests in between`, unit: '', measured: heard.map(({ requests }) => requests[by]) },
    ]),
  ];
}
