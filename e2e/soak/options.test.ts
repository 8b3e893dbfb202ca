import { expect, test } from 'vitest';
import { commandFor, readOptions } from './options.ts';

const read = (line: string) => readOptions(line === '' ? [] : line.split(' '), 7);

test('without options there is one relay on SQLite for a minute, and a seed by chance', () => {
  expect(read('')).toEqual({ seconds: 60, seed: 7, nodes: 1, store: 'sqlite', visitors: 20 });
});

test('two relays are on PostgreSQL', () => {
  expect(read('--nodes 2')).toMatchObject({ nodes: 2, store: 'postgres' });
});

test('the command that is printed does the same once more', () => {
  const options = read('--seconds 30 --seed 4294967295 --nodes 2 --store postgres --visitors 5');
  expect(read(commandFor(options).replace('npm run soak -- ', ''))).toEqual(options);
});

test.each([
  ['--nodes 2 --store sqlite', 'Two relays need PostgreSQL'],
  ['--nodes 3', '--nodes takes 1 or 2, and not “3”'],
  ['--nodes', 'is not understood'],
  ['--store mysql', '--store takes sqlite or postgres, and not “mysql”'],
  ['--seconds soon', '--seconds takes a whole number from 10 to 86400, and not “soon”'],
  ['--seconds 1', 'from 10 to 86400'],
  ['--seed 0.5', '--seed takes a whole number'],
  ['--visitors 0', '--visitors takes a whole number from 1 to 200'],
  ['--speed 3', '“--speed 3” is not understood. There are: --seconds'],
  ['fast', 'is not understood'],
])('“%s” is refused with a sentence', (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
