import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { callTool, initialize } from '../e2e/rpc.ts';
import { makeHome, monitor, type Run, testServer } from '../e2e/start-km.ts';
import { runPrometheus, untilTrue } from './run-prometheus.ts';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** A km whose figures are served, or would be if nobody else did. */
function member(home: string, port: number, name: string): Run {
  const config = path.join(home, '.config/km');
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, 'config.json'), '{"resources":{"interval":1}}');
  const env = { KM_DEFAULT_TIER: 'pro', KM_METRICS_ENABLED: 'true', KM_METRICS_PORT: String(port) };
  const run = monitor(testServer('modern'), { home, env, options: ['--name', name] });
  run.child.stdin.write(initialize());
  return run;
}

let calls = 0;

/** Calls that are answered, of which km stops the last. */
async function talk(run: Run, count: number): Promise<void> {
  for (let i = 1; i < count; i++) run.child.stdin.write(callTool(++calls, 'echo', { message: 'hello' }));
  run.child.stdin.write(callTool(`${++calls}!`, 'run_command', { command: 'rm -rf ~' }));
  await run.out.has(`"${calls}!"`);
}

const metrics = async (port: number) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
const served = (port: number) =>
  untilTrue(() =>
    metrics(port).then(
      () => true,
      () => false,
    ),
  );

test('ten km have one endpoint, which outlives the km that serves it, and no counter ever goes back', async () => {
  const [port, home] = [await freePort(), makeHome()];
  const { query, until } = await runPrometheus(port);
  const first = member(home, port, 'server-0');
  await served(port);
  const others = Array.from({ length: 9 }, (_, index) => member(home, port, `server-${index + 1}`));
  const all = [first, ...others];
  await Promise.all(all.map((run, index) => talk(run, index + 2)));

  const total = all.reduce((sum, _, index) => sum + index + 2, 0);
  await until('sum(km_calls_total{method="tools/call"})', (value) => value === total);
  await until('count(km_sessions_open > 0)', (value) => value === 10);
  execFileSync('promtool', ['check', 'metrics'], { input: await metrics(port) });

  first.child.kill('SIGKILL');
  await first.status;
  await served(port);
  await until('sum(km_sessions_open)', (value) => value === 9);
  for (const run of others) {
    await talk(run, 2);
    run.finish();
    if (run === others[0]) await run.status; // One that ends well, while others go on.
  }
  const last = member(home, port, 'server-0');
  await Promise.all(others.map((run) => run.status));
  await served(port);
  await until('sum(km_calls_total{method="tools/call"})', (value) => value === total + 18);
  await until('sum(km_sessions_open)', (value) => value === 1);

  const names = await query('count by (__name__) ({__name__=~"(km|mcp)_.+_(total|count|bucket)"})');
  expect(names.length).toBeGreaterThan(10);
  for (const { metric } of names) {
    const resets = await query(`sum(resets(${metric.__name__}[10m]))`);
    expect({ ...metric, resets: resets[0]?.value[1] }).toEqual({ ...metric, resets: '0' });
  }
  expect(await query('sum(km_blocked_total)')).toMatchObject([{ value: [expect.any(Number), '19'] }]);
  execFileSync('promtool', ['check', 'metrics'], { input: await metrics(port) });
  last.finish();
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const dashboard = () =>
  JSON.parse(readFileSync(path.join(deploy, 'grafana/kilometers.json'), 'utf8')) as {
    readonly panels: readonly Panel[];
  };

test('every query of the dashboard is answered with data', async () => {
  const [port, home] = [await freePort(), makeHome()];
  const { query, until } = await runPrometheus(port);
  const runs = [member(home, port, 'one'), member(home, port, 'two')] as const;
  await Promise.all(runs.map((run) => talk(run, 3)));
  // What is asked is how figures rise, so they have to have been seen before.
  await until('count(km_process_memory_bytes{process="server"})', (value) => value === 2);
  await Promise.all(runs.map((run) => talk(run, 3)));
  runs[1].finish();
  await until('sum(km_sessions_open)', (value) => value === 1);
  await until('sum(increase(km_server_exits_total[1h]))', (value) => value > 0);

  const asked = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$server', '.*');
  const { panels } = dashboard();
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const values = (await query(asked(expr))).map(({ value }) => Number(value[1]));
      expect({ title, expr, answered: values.some((value) => Number.isFinite(value)) }).toMatchObject({
        answered: true,
      });
    }
  }
  // Not only zeros: each of these stands for something that has happened.
  for (const title of ['Calls in the last hour', 'Stopped in the last hour', 'High risk in the last hour', 'Memory']) {
    const { expr = '' } = panels.find((panel) => panel.title === title)?.targets[0] ?? {};
    expect({ title, value: Number((await query(asked(expr)))[0]?.value[1]) }).toEqual({
      title,
      value: expect.toSatisfy((value: number) => value > 0),
    });
  }
});

test('no panel of the dashboard lies on another', () => {
  const { panels } = dashboard();
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});

test('promtool takes the alert rules, and they speak when they should', () => {
  const folder = path.join(deploy, 'prometheus');
  execFileSync('promtool', ['check', 'rules', path.join(folder, 'alerts.yml')]);
  execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: folder });
});
