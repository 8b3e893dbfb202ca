import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { sleep } from '../kit/numbers.ts';
import { elsewhere, judged, notBuilt, type Row } from '../kit/rows.ts';
import { until } from '../kit/wait.ts';
import { during, openScene, preload } from './scene.ts';

/* F44 to F53, F59, F75: the disk, the database, the clock, handles; and what bots do. */

const isRoot = process.getuid?.() === 0;

export const storage: Row<unknown>[] = [
  {
    id: 'F44',
    tried: 'the disk is full, then there is room again',
    async try() {
      const mounted = `/tmp/baton-full-${process.pid}`;
      await mkdir(mounted, { recursive: true });
      if (!isRoot || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mounted]).status !== 0)
        return { verdict: 'skipped', figure: 'no small file system can be mounted here: it takes root' };
      try {
        await using scene = await openScene({ visitors: 1, env: { DATA_DIR: `${mounted}/data` } });
        const [talk] = scene.talks;
        if (!talk) return judged(false, 'nobody is there');
        const filler = await open(`${mounted}/filler`, 'w');
        const block = Buffer.alloc(65_536, 1);
        try {
          for (;;) await filler.write(block);
        } catch {
          // It is full.
        }
        await filler.close();
        const said: Promise<void>[] = [];
        for (let i = 0; i < 40; i += 1) said.push(scene.say(talk, `full ${i} ${'x'.repeat(3_000)}`));
        let status = 200;
        await until(
          async () => (status = (await fetch(`${scene.stage.relayUrl}/readyz`)).status) === 503,
          '/readyz to say 503',
          20_000,
        ).catch(() => {});
        const early = talk.sent.filter(({ acknowledged }) => acknowledged).length;
        await rm(`${mounted}/filler`);
        const from = performance.now();
        await Promise.race([Promise.all(said), sleep(30_000)]);
        const took = (performance.now() - from) / 1_000;
        const outcome = await scene.finish(60_000);
        return {
          verdict: outcome.verdict === 'pass' && status === 503 ? 'pass' : 'FAIL',
          figure: `/readyz ${status}, ${early} of ${talk.sent.length} acknowledged while full; the rest ${took.toFixed(1)} s after there was room; ${outcome.figure}`,
        };
      } finally {
        spawnSync('umount', ['-l', mounted]);
        await rm(mounted, { recursive: true, force: true });
      }
    },
  },
  elsewhere('F45', 'an error of the disk at any write', 'needs a tracer that injects errors'),
  elsewhere('F46', 'a power cut', 'needs a disk that forgets; synchronous=FULL is checked by the bench'),
  {
    id: 'F47',
    tried: 'another process holds the database for 6 s',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      const other = new Database(`${scene.stage.folder}/data/baton.db`);
      let locked = false;
      try {
        other.exec('BEGIN IMMEDIATE');
        locked = true;
      } catch {
        other.close();
      }
      if (!locked) return judged(true, 'nobody else may open it: locked out');
      const said = scene.say(talk, 'while it is locked');
      const times: number[] = [];
      for (let i = 0; i < 12; i += 1) {
        const from = performance.now();
        await fetch(`${scene.stage.relayUrl}/healthz`);
        times.push(performance.now() - from);
        await sleep(500);
      }
      const early = talk.sent.at(-1)?.acknowledged;
      other.exec('ROLLBACK');
      other.close();
      await said;
      const outcome = await scene.finish();
      const slowest = Math.max(...times);
      return {
        verdict: outcome.verdict === 'pass' && !early && slowest < 500 ? 'pass' : 'FAIL',
        figure: `nothing acknowledged meanwhile: ${!early}; /healthz at most ${slowest.toFixed(0)} ms; ${outcome.figure}`,
      };
    },
  },
  elsewhere('F48', 'a reader that pins the log of the database', 'server/stores'),
  {
    id: 'F49',
    tried: 'the database is damaged: its header, a page, its end, empty',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      await scene.relay.stop();
      const file = `${scene.stage.folder}/data/baton.db`;
      await copyFile(file, `${file}.good`);
      const good = await readFile(file);
      const damages: [string, Buffer][] = [
        ['header', Buffer.concat([Buffer.alloc(100, 0x41), good.subarray(100)])],
        ['page', Buffer.concat([good.subarray(0, 4_096), Buffer.alloc(4_096, 0x41), good.subarray(8_192)])],
        ['cut off', good.subarray(0, good.length - 5_000)],
        ['garbage', Buffer.alloc(good.length, 0x42)],
      ];
      const said: string[] = [];
      for (const [name, bytes] of damages) {
        await writeFile(file, bytes);
        for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true });
        const started = await scene.startRelay().then(
          () => true,
          () => false,
        );
        if (started) await scene.relay.kill();
        const untouched = (await readFile(file)).equals(bytes);
        if (started || !untouched) said.push(`${name}: ${started ? 'started' : 'changed'}`);
      }
      await copyFile(`${file}.good`, file);
      await scene.startRelay();
      const outcome = await scene.finish();
      return {
        verdict: outcome.verdict === 'pass' && said.length === 0 ? 'pass' : 'FAIL',
        figure:
          said.length > 0
            ? said.join(', ')
            : `${damages.length} refused, the files left as they were; put right again: ${outcome.figure}`,
      };
    },
  },
  {
    id: 'F50',
    tried: "the relay's database is restored from a backup while a browser is away",
    async try() {
      await using scene = await openScene({ visitors: 1 });
      const [talk] = scene.talks;
      if (!talk) return judged(false, 'nobody is there');
      const file = `${scene.stage.folder}/data/baton.db`;
      await scene.say(talk, 'before the backup');
      await scene.agent.sees(talk.id, 'before the backup');
      await scene.relay.stop();
      await copyFile(file, `${file}.backup`);
      await scene.startRelay();
      for (let i = 1; i <= 3; i += 1) await scene.say(talk, `lost by the relay ${i}`);
      await scene.agent.sees(talk.id, 'lost by the relay 3');
      talk.visitor.leave();
      await scene.relay.stop();
      for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true });
      await copyFile(`${file}.backup`, file);
      await scene.startRelay();
      for (let i = 1; i <= 5; i += 1) await scene.answer(talk, `said while the browser was away ${i}`);
      await sleep(3_000);
      talk.visitor.comeBack();
      await scene.say(talk, 'back again');
      // What was acknowledged after the backup stands at the desk, and only there: that is documented.
      talk.sent = talk.sent.filter(({ text }) => !text.startsWith('lost by'));
      return await scene.finish(45_000);
    },
  },
  notBuilt('F51', 'PostgreSQL restarts', 'PostgreSQL'),
  notBuilt('F52', 'two writers out of order', 'PostgreSQL'),
  notBuilt('F53', 'Redis is killed', 'Redis: there will be none'),
  {
    id: 'RO',
    tried: 'the folder is read-only',
    async try() {
      await using scene = await openScene({ visitors: 1 });
      await scene.relay.stop();
      const folder = `${scene.stage.folder}/data`;
      // Root writes wherever it likes, but not where nothing can be written at all.
      const bound = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', folder]).status === 0;
      if (isRoot && !bound)
        return { verdict: 'skipped', figure: 'root writes everywhere, and nothing can be mounted here' };
      if (!bound) await chmod(folder, 0o500);
      const said = await scene.startRelay().then(
        () => undefined,
        (error: unknown) => String(error).split('\n').slice(1).join(' ').trim(),
      );
      if (bound) spawnSync('umount', ['-l', folder]);
      else await chmod(folder, 0o700);
      return judged(
        said !== undefined && said.length > 0 && !/\bat \S+ \(/.test(said),
        said === undefined ? 'it started' : said.slice(0, 120),
      );
    },
  },
  ...(
    [
      ['F59', 'ten minutes back', -600_000],
      ['F59b', 'an hour back', -3_600_000],
      ['F59c', 'ten minutes on', 600_000],
    ] as const
  ).map(([id, what, ms]): Row<unknown> => ({
    id,
    tried: `the clock is set ${what} while words wait for the desk`,
    async try() {
      const file = `/tmp/baton-clock-${process.pid}-${id}`;
      await writeFile(file, '0');
      try {
        await using scene = await openScene({
          visitors: 1,
          env: { NODE_OPTIONS: `--import ${preload('clock')}`, CLOCK_FILE: file },
        });
        const [talk] = scene.talks;
        if (!talk) return judged(false, 'nobody is there');
        await scene.sandbox.kill();
        for (let i = 0; i < 5; i += 1) await scene.say(talk);
        await sleep(2_500);
        await writeFile(file, String(ms));
        await sleep(300);
        for (let i = 0; i < 5; i += 1) await scene.say(talk);
        await scene.startSandbox();
        await sleep(500);
        await scene.answer(talk);
        return await scene.finish(30_000);
      } finally {
        await rm(file, { force: true });
      }
    },
  })),
  during('F75', 'the relay may open 45 handles more, and 100 come', async (scene) => {
    const soft = spawnSync('prlimit', ['--pid', String(scene.relay.pid), '--nofile=75:4096']);
    if (soft.status !== 0) return 'prlimit is missing: not limited';
    const others = await Promise.all(
      Array.from({ length: 100 }, () =>
        fetch(`${scene.stage.relayUrl}/healthz`).then(
          () => true,
          () => false,
        ),
      ),
    );
    await sleep(1_000);
    spawnSync('prlimit', ['--pid', String(scene.relay.pid), '--nofile=4096:4096']);
    return `${others.filter(Boolean).length} of 100 answered`;
  }),
  ...['F77', 'F79'].map((id) =>
    elsewhere<unknown>(
      id,
      'a bot that fails, is late, answers strangely',
      'server/bots and server/conversation; npm run attacks, A72',
    ),
  ),
  notBuilt('F78', "a bot's answer in pieces", 'streamed answers'),
  elsewhere('F80', 'two bots talk to each other', 'a bot is only asked for a word of a visitor'),
  notBuilt('F84', 'secrets are changed under load', 'an admin API; a restart takes a new token'),
];
