import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from './numbers.ts';
import type { Program } from './programs.ts';
import { openStage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';

/* From starting a program to the line that says where it listens, on a database that is there; and its memory at rest. */

/** How much memory a process has, in MB. */
const rss = ({ pid }: Program): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1_024;

async function timed(start: () => Promise<Program>): Promise<{ ms: number; mb: number }> {
  const begun = performance.now();
  const program = await start();
  const ms = performance.now() - begun;
  await sleep(1_500);
  const mb = rss(program);
  await program.stop();
  return { ms, mb };
}

export async function measureStart({ quick, say }: Run): Promise<Findings> {
  await using stage = await openStage();
  await stage.relay.stop();
  const measured = await rounds(quick ? 3 : 5, async () => ({
    bare: await timed(() => stage.startBare()),
    relay: await timed(() => stage.startRelay()),
  }));
  say('started and stopped');
  return {
    sections: [
      [
        'Starting',
        [
          compare(
            measured,
            '18 to the line that says where it listens',
            'ms',
            (r) => r.relay.ms,
            (r) => r.bare.ms,
            { most: 3, fail: 5 },
          ),
          compare(
            measured,
            '18 memory (RSS) at rest; the relay’s should be below 110 MB',
            'MB',
            (r) => r.relay.mb,
            (r) => r.bare.mb,
          ),
        ],
      ],
    ],
  };
}
