import tseslint from 'typescript-eslint';

/** The arrows of the tree: `widget → shared ← server`; sandbox and e2e know the others only over the wire. */
const arrows = (files, forbidden) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: forbidden.map(([regex, message]) => ({ regex, message })) }],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'data', 'node_modules', 'test-results', 'playwright-report', 'sandbox/recordings'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  arrows(['shared/**'], [['(server|widget|sandbox|e2e)/', 'shared/ imports nothing but zod']]),
  arrows(
    ['widget/**'],
    [
      ['(server|sandbox|e2e)/', 'the widget knows only shared/'],
      ['^zod', 'zod stays out of the widget: take types from the schemas'],
    ],
  ),
  // The tests' fake relay is held to the real one.
  arrows(
    ['widget/testing/*.test.ts'],
    [['(server/(?!testing/)|sandbox/|e2e/)', 'a test here may start a whole relay']],
  ),
  arrows(['widget/components/**'], [['/link(\\.ts)?$', 'components know no link: values in, callbacks out']]),
  arrows(['widget/state/**'], [['components/', 'state knows no component']]),
  arrows(
    ['sandbox/**', 'e2e/**', 'bench/**'],
    [['\\.\\./(\\.\\./)*(server|widget|shared)/', 'sandbox, e2e and bench know the others only over the wire']],
  ),
  arrows(
    ['server/conversation/**'],
    [
      [
        '(visitors|desks/(chatwoot|memory)|bots/(skills|webhook)|stores/sqlite)/',
        'the core knows only the ports and shared/',
      ],
      ['(widget|sandbox|e2e)/', 'the relay knows only shared/'],
    ],
  ),
);
