import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
import { arrows, circle } from './arrows.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** What the linter says of a text, as if it stood in a file. */
function lint(file, text, ...names) {
  const config = {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { arrows },
    languageOptions: { parser: tseslint.parser },
    rules: Object.fromEntries(names.map((name) => [`arrows/${name}`, 'error'])),
  };
  return new Linter({ cwd: root }).verify(text, [config], file).map(({ message }) => message);
}

test.each([
  ['shared/message.ts', '../server/errors.ts'],
  ['shared/message.ts', 'socket.io'],
  ['server/conversation/conversation.ts', '../desks/chatwoot/chatwoot-desk.ts'],
  ['server/conversation/conversation.ts', '../visitors/serve.ts'],
  ['server/conversation/conversation.ts', '../config.ts'],
  ['server/visitors/serve.ts', '../desks/desk.ts'],
  ['server/visitors/serve.ts', '../desks/chatwoot/chatwoot-desk.ts'],
  ['server/visitors/serve.ts', '../relay.ts'],
  ['server/desks/chatwoot/chatwoot-desk.ts', '../../stores/sqlite/sqlite-store.ts'],
  ['server/desks/chatwoot/chatwoot-desk.ts', '../memory/memory-desk.ts'],
  ['server/desks/chatwoot/http/api.ts', '../shared.ts'],
  ['server/desks/chatwoot/setup/provision.ts', '../read/words.ts'],
  ['server/desks/chatwoot/read/words.ts', '../write/text.ts'],
  ['server/desks/chatwoot/listen/webhook.ts', '../setup/saved.ts'],
  ['server/desks/chatwoot/write/perform.ts', '../setup/saved.ts'],
  ['server/desks/chatwoot/shared.ts', './write/earlier.ts'],
  ['server/desks/chatwoot/write/perform.ts', '../chatwoot-desk.ts'],
  ['server/desks/desk.ts', '../conversation/draft.ts'],
  ['server/stores/store.ts', '../conversation/draft.ts'],
  ['server/config/schema.ts', '../conversation/routing.ts'],
  ['server/relay.ts', './desks/memory/memory-desk.ts'],
  ['server/main.ts', '../sandbox/main.ts'],
  ['widget/components/App.tsx', '../link.ts'],
  ['widget/components/App.tsx', 'zod'],
  ['widget/state/chat.ts', '../components/App.tsx'],
  ['widget/state/chat.ts', 'socket.io-client'],
  ['widget/state/chat.ts', '../../server/errors.ts'],
  ['sandbox/main.ts', '../shared/limits.ts'],
  ['e2e/journey.spec.ts', '../server/relay.ts'],
])('%s may not import %s', (file, from) => {
  expect(lint(file, `import { a } from '${from}';\nexport const b = a;\n`, 'imports')).toHaveLength(1);
  expect(lint(file, `export const b = await import('${from}');\n`, 'imports')).toHaveLength(1);
});

test.each([
  ['shared/message.ts', 'zod'],
  ['server/conversation/conversation.ts', '../desks/desk.ts'],
  ['server/visitors/serve.ts', '../conversation/conversations.ts'],
  ['server/visitors/serve.ts', '../config.ts'],
  ['server/desks/chatwoot/chatwoot-desk.ts', '../desk.ts'],
  ['server/desks/chatwoot/setup/provision-teams.ts', '../teams.ts'],
  ['server/desks/chatwoot/write/perform.ts', '../read/state.ts'],
  ['server/desks/chatwoot/listen/watches.ts', '../../desk.ts'],
  ['server/main.ts', './desks/chatwoot/chatwoot-desk.ts'],
  ['server/relay.test.ts', './desks/memory/memory-desk.ts'],
  ['widget/state/chat.ts', '../link.ts'],
  ['widget/components/App.tsx', '../../shared/message.ts'],
])('%s may import %s', (file, from) => {
  expect(lint(file, `import type { A } from '${from}';\nexport type B = A;\n`, 'imports')).toEqual([]);
});

test('two files that import each other are in a circle, even for a type', () => {
  const text = "import type { Author } from './message.ts';\n";
  expect(circle(root, 'shared/handoff.ts', text)).toBeUndefined();
  // limits.ts is imported by message.ts.
  expect(circle(root, 'shared/limits.ts', text)).toEqual(['shared/limits.ts', 'shared/message.ts', 'shared/limits.ts']);
  expect(lint('shared/limits.ts', text, 'circles')).toEqual([
    expect.stringContaining('circle: shared/limits.ts → shared/message.ts'),
  ]);
});
