import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHome, start, surroundingsOf } from '../e2e/start-km.ts';
import { onDemand } from './on-demand.ts';
import { installedTalks, onDemandTalks, type Talk, type ToolCall } from './talks.ts';
import { direct, throughKm, wiretap } from './wiretap.ts';

const talks = [...installedTalks, ...onDemandTalks];
const ways = [
  { way: 'direct', through: direct },
  { way: 'km', through: throughKm },
];

/** Calls whose arguments the inspector's command line can carry. */
function inspectorCalls(talk: Talk, home: string): readonly string[][] {
  const plain = ({ arguments: args }: ToolCall) => Object.values(args).every((value) => typeof value !== 'object');
  const call = ({ name, arguments: args }: ToolCall) => [
    ...['--method', 'tools/call', '--tool-name', name],
    ...Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${value}`]),
  ];
  return [['--method', 'tools/list'], ...talk.calls(home).filter(plain).slice(0, 1).map(call)];
}

async function inspect(home: string, method: readonly string[], command: readonly string[]) {
  const inspector = [onDemand.node, onDemand.program('mcp-inspector'), '--cli', '-q', '--format', 'json'];
  // The inspector takes the first `--` for itself; without one it would take that of `km monitor`.
  const run = start([...inspector, ...method, '--', ...command], { home });
  run.finish();
  return { status: await run.status, stdout: run.out.text };
}

describe('mcp-inspector --cli', () => {
  test.each(talks)('$server: the same output with km as without', async (talk) => {
    const home = makeHome();
    for (const method of inspectorCalls(talk, home)) {
      const [without, withKm] = ways.map(({ way, through }) =>
        wiretap(path.join(home, `${way}-${method[1]?.replace('/', '-')}`), talk.command(home), through),
      );
      if (without === undefined || withKm === undefined) throw new Error('There are two ways.');
      const wanted = await inspect(home, method, without.command);
      expect(wanted.stdout).toContain('{');
      expect(await inspect(home, method, withKm.command)).toEqual(wanted);
      withKm.expectSameBytes();
    }
  });
});

describe('claude mcp list', () => {
  test.each(ways)('$way: its health check finds every server connected', async ({ way, through }) => {
    const home = makeHome();
    const taps = talks.map((talk) => wiretap(path.join(home, way, talk.server), talk.command(home), through));
    const servers = talks.map(({ server, env }, n) => {
      const [command, ...args] = taps[n]?.command ?? [];
      return [server, { type: 'stdio', command, args, env: { ...surroundingsOf(home), ...env?.(home) } }];
    });
    writeFileSync(path.join(home, '.claude.json'), JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
    const run = start([onDemand.program('claude'), 'mcp', 'list'], { home, env: offline });
    run.finish();
    expect(await run.status).toBe(0);
    expect(run.out.text.match(/✔ Connected/g)?.length, run.out.text).toBe(talks.length);
    for (const tap of taps) tap.expectSameBytes();
  });
});

const offline = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1' };
