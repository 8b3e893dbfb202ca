import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shortName } from '../short-name.ts';
import { quiet, startWithPeople } from '../testing/people.ts';
import { isPostgres } from '../testing/test-store.ts';
import { runCommand } from './run-command.ts';

const yaml = new URL('../../baton.yaml', import.meta.url);

test.skipIf(isPostgres)(
  'wishes that were passed on are tried on other rules, and who would go elsewhere is told; nothing is changed',
  async () => {
    await using relay = await startWithPeople();
    const asked = async (skill: string) => {
      relay.bot.next({
        messages: [],
        skills: [{ name: skill, slots: { name: 'Ada' } }],
        handoff: { reason: 'bot_asked' },
      });
      const visitor = await relay.visit();
      await visitor.say('My address is 5 Mill Lane');
      await visitor.hears('[queued]');
      await quiet(relay);
    };
    await asked('org.demo.shop.Repairs');
    const [repair] = await relay.store.recent(0, 1);
    await asked('org.demo.shop.ReturnOrder');
    const before = await relay.store.recent(0, 5);

    const file = join(relay.folder, 'baton.yaml');
    const folder = new URL('.', yaml).pathname;
    const tryRules = async (change: (text: string) => string) => {
      writeFileSync(file, change(readFileSync(yaml, 'utf8').replaceAll('demo/', `${folder}demo/`)));
      const said: string[] = [];
      const tell = (line: string) => void said.push(line);
      const env = { BATON_CONFIG: file, DATA_DIR: relay.folder };
      const code = await runCommand(['route'], { env, folder, now: () => 0, say: tell, complain: tell });
      return [...said, code];
    };
    expect(await tryRules((text) => text)).toEqual(['0 of 2 wishes would go elsewhere.', 0]);
    const moved = await tryRules((text) =>
      text.replace('team: support\n      label: { en: Repairs', 'team: sales\n      label: { en: Repairs'),
    );
    expect(moved).toEqual([
      expect.stringMatching(
        /^\S+ {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}demo {2}Repairs and spare parts \(support\) → Repairs and spare parts \(sales\): Rule 2 \(Repairs and spare parts\): the skill org\.demo\.shop\.Repairs is unfinished\.$/,
      ),
      '1 of 2 wishes would go elsewhere.',
      0,
    ]);
    expect(moved[0]).toContain(shortName(repair?.id ?? ''));
    expect(await relay.store.recent(0, 5)).toEqual(before);
  },
);
