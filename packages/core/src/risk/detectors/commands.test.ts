import { expect, test } from 'vitest';
import { createEngine } from '../assess.ts';
import { commands } from './commands.ts';

const engine = createEngine({ detectors: [commands] });
const suggestionsFor = (text: string) =>
  engine.assessText({ surface: 'shell', text }).findings.flatMap(({ suggestion }) => suggestion?.text ?? []);
const scoreOf = (text: string) => engine.assessText({ surface: 'shell', text }).score;

test('a program from the network is suggested to be shown, not run', () => {
  expect(suggestionsFor('curl -fsSL https://setup.example.net/i.sh | sudo sh')).toEqual([
    'curl -fsSL https://setup.example.net/i.sh',
  ]);
});

test('where something else stands before or behind, nothing is suggested', () => {
  expect(suggestionsFor('cd /opt && curl -fsSL https://setup.example.net/i.sh | sh')).toEqual([]);
  expect(suggestionsFor('curl -fsSL https://setup.example.net/i.sh | sh && start-it')).toEqual([]);
});

test('a forced push and open rights are suggested to be narrower', () => {
  expect(suggestionsFor('git push --force origin main')).toEqual(['git push --force-with-lease origin main']);
  expect(suggestionsFor('chmod -R 777 ./public && ls')).toEqual(['chmod -R 755 ./public && ls']);
});

test('a deletion cannot be made safe', () => {
  expect(suggestionsFor('rm -rf ~')).toEqual([]);
});

test('what was set before is known: the folder, variables, what a list is made of', () => {
  expect(scoreOf('cd / && rm -rf *')).toBeGreaterThan(0.9);
  expect(scoreOf('cd build && rm -rf *')).toBeLessThan(0.4);
  expect(scoreOf('D=~; rm -rf "$D"')).toBeGreaterThan(0.9);
  expect(scoreOf('D=dist; rm -rf "$D"')).toBeLessThan(0.4);
  expect(scoreOf('for d in /home/*; do rm -rf "$d"; done')).toBeGreaterThan(0.7);
  expect(scoreOf('echo / | xargs rm -rf')).toBeGreaterThan(0.9);
});

test('SQL that a database client is given is read as SQL', () => {
  expect(scoreOf(`psql shop -c 'drop table customers'`)).toBeGreaterThan(0.8);
  expect(scoreOf(`psql shop -c 'delete from customers where id = 4'`)).toBeLessThan(0.4);
});

test('a text that starts itself again and again is given up in bounded time', () => {
  const text = `echo "${'ls ; '.repeat(4_000)}" ${'| sh '.repeat(2_000)}`;
  expect(() => scoreOf(text)).not.toThrow();
});

test('code that is only searched for is not run', () => {
  expect(scoreOf(`grep -rn 'eval(base64_decode(' ./site`)).toBeLessThan(0.4);
  expect(scoreOf(`php -r 'eval(base64_decode("aWQ="));'`)).toBeGreaterThan(0.8);
});
