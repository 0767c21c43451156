import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Time, and the value as text. */
  readonly value: readonly [number, string];
}

export interface RunningPrometheus {
  /** What the server answers to a query, now. */
  query(expression: string): Promise<readonly Sample[]>;
  /** Ends when the query has a value that is wanted. */
  until(expression: string, wanted: (value: number) => boolean): Promise<void>;
}

/** Debian's prometheus, which asks a port of this machine each half second. Ended when the test ends. */
export async function runPrometheus(scraped: number): Promise<RunningPrometheus> {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-prometheus-'));
  const config = path.join(folder, 'prometheus.yml');
  writeFileSync(config, configuration(scraped));
  execFileSync('promtool', ['check', 'config', config]);
  const port = await freePort();
  const options = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus', [...options, '--log.level=error'], { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await untilTrue(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true);
  const query = (expression: string) => ask(url, expression);
  return {
    query,
    until: (expression, wanted) =>
      untilTrue(async () => (await query(expression)).some(({ value }) => wanted(Number(value[1])))),
  };
}

const configuration = (port: number) => `global: { scrape_interval: 500ms, scrape_timeout: 500ms }
scrape_configs:
  - job_name: km
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;

async function ask(url: string, expression: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  });
  const { status, data, error } = (await response.json()) as {
    readonly status: string;
    readonly error?: string;
    readonly data?: { readonly result: readonly Sample[] };
  };
  if (status !== 'success' || data === undefined) throw new Error(`${expression}: ${error}`);
  return data.result;
}

/** Asks again and again; the test's own time limit ends it. */
export async function untilTrue(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 50));
}
