import tseslint from 'typescript-eslint';
import { arrows } from './scripts/lint/arrows.mjs';

const longestFunction = ['error', { max: 120, skipBlankLines: true, skipComments: true }];

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
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { arrows },
    rules: { 'arrows/imports': 'error', 'arrows/circles': 'error' },
  },
  {
    files: ['{server,shared,widget}/**/*.{ts,tsx}'],
    ignores: ['**/*.{test,contract}.{ts,tsx}', '**/testing/**'],
    rules: { 'max-lines-per-function': longestFunction },
  },
  {
    files: ['sandbox/**/*.{ts,js}'],
    rules: { 'max-lines-per-function': longestFunction },
  },
);
