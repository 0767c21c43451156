import { expect, test } from 'vitest';
import type { Command } from '../commands/command.ts';
import { readArguments, readOptions } from './parse.ts';

const names = ['monitor', 'logs', 'logs verify', 'config show', 'config set'];

const monitor: Command = {
  name: 'monitor',
  summary: '',
  usage: '[options] -- <command>',
  options: {
    verbose: { type: 'boolean', short: 'v', multiple: true, help: '' },
    tag: { type: 'string', multiple: true, value: 'K=V', help: '' },
    name: { type: 'string', help: '' },
  },
  examples: [],
  takesProgram: true,
  run: async () => 0,
};
const { takesProgram: _, ...logs }: Command = { ...monitor, name: 'logs' };

/** Code and fix of what is thrown. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    const { code, fix } = error as { code: string; fix: string };
    return `${code}: ${fix}`;
  }
  return 'none';
}

test('the longest name that fits is the command', () => {
  const found = ['logs verify x', 'logs x', 'config show --json', 'logs'].map((line) =>
    readArguments(line.split(' '), names),
  );
  expect(found).toEqual([
    { kind: 'run', name: 'logs verify', args: ['x'], rest: undefined },
    { kind: 'run', name: 'logs', args: ['x'], rest: undefined },
    { kind: 'run', name: 'config show', args: ['--json'], rest: undefined },
    { kind: 'run', name: 'logs', args: [], rest: undefined },
  ]);
});

test('what stands after the first -- is passed on as it is', () => {
  const argv = ['monitor', '-v', '--', 'sh', '--help', '--', '', '--version', '-h'];
  const rest = ['sh', '--help', '--', '', '--version', '-h'];
  expect(readArguments(argv, names)).toEqual({ kind: 'run', name: 'monitor', args: ['-v'], rest });
  expect(readArguments(['monitor', '--'], names)).toMatchObject({ rest: [] });
});

test('help is asked for in many ways', () => {
  const ask = (line: string) => readArguments(line === '' ? [] : line.split(' '), names);
  for (const line of ['', '--help', '-h', 'help']) expect(ask(line)).toEqual({ kind: 'help', of: undefined });
  for (const line of ['help logs', 'logs --help', 'logs -n 4 -h'])
    expect(ask(line)).toEqual({ kind: 'help', of: 'logs' });
  for (const line of ['config', 'config --help', 'help config'])
    expect(ask(line)).toEqual({ kind: 'help', of: 'config' });
  for (const line of ['--version', '-V']) expect(ask(line)).toEqual({ kind: 'version' });
});

test('an unknown command suggests the nearest', () => {
  const ask = (line: string) => refusal(() => readArguments(line.split(' '), names));
  expect(ask('mointor -- x')).toBe('usage.unknown-command: Did you mean `km monitor`?');
  expect(ask('config shwo')).toBe('usage.unknown-command: Did you mean `km config show`?');
  expect(ask('confg')).toBe('usage.unknown-command: Did you mean `km config`?');
  expect(ask('help lgos')).toBe('usage.unknown-command: Did you mean `km logs`?');
  expect(ask('deploy')).toBe('usage.unknown-command: Run `km --help` for the list of commands.');
  expect(ask('--hlep')).toBe('usage.unknown-option: Did you mean `--help`?');
});

test('options are read by their definition', () => {
  const { options } = readOptions(monitor, ['-vvv', '--tag', 'a=b', '--tag=c=-d', '--json', '--name', '-'], ['x']);
  expect(options).toEqual({ verbose: [true, true, true], tag: ['a=b', 'c=-d'], json: true, name: '-' });
});

test('options that make no sense are refused with what would', () => {
  const ask = (...args: string[]) => refusal(() => readOptions(monitor, args, ['x']));
  expect(ask('--nmae', 'x')).toBe('usage.unknown-option: Did you mean `--name`?');
  expect(ask('-x')).toBe('usage.unknown-option: Run `km monitor --help` for its options.');
  expect(ask('--constructor')).toMatch(/^usage.unknown-option/);
  expect(ask('--name')).toMatch(/^usage.bad-value/);
  expect(ask('--name', '--json')).toMatch(/^usage.bad-value/);
  expect(ask('--json=3')).toMatch(/^usage.bad-value/);
});

test('a program without the two dashes is shown the right form', () => {
  const ask = (...args: string[]) => refusal(() => readOptions(monitor, args, undefined));
  expect(ask('npx', '-y', 'server')).toBe('usage.no-program: Write `km monitor -- npx -y server`.');
  expect(ask('--name', 'x', 'npx', '-y')).toBe('usage.no-program: Write `km monitor -- npx -y`.');
  expect(ask('--nmae', 'x', 'npx')).toBe('usage.unknown-option: Did you mean `--name`?');
  expect(readOptions(logs, ['verfy'], undefined).positionals).toEqual(['verfy']);
});
