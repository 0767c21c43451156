/** Measures how fast the control plane takes events, beside a bare COPY of the same rows, and how charts answer. Writes INGEST.md. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { openPostgres } from '../packages/control-plane/src/database/postgres.ts';
import { runPostgres } from '../packages/control-plane/test/start-postgres.ts';
import { type ApiClient, apiClient, signIn } from '../scripts/api-client.ts';
import { runControlPlane } from '../scripts/run-control-plane.ts';
import { describeMachine } from './machine.ts';
import { quantile } from './quantile.ts';
import { storeEvents } from './store-events.ts';

const clients = 4;
const batch = 500;

interface Ingest {
  readonly engine: string;
  readonly events: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Rows a second of a COPY into a table without an index, and into one that has those of `events`. */
  readonly copy: number;
  readonly copyIndexed: number;
}

interface Chart {
  readonly name: string;
  readonly stored: number;
  readonly p50: number;
  readonly p99: number;
}

type Event = ReturnType<typeof makeEvent>;
/** A batch is of one km, as those that come are: of one run. */
const runOf = (n: number) => `run-${Math.floor(n / batch) % 40}`;
const makeEvent = (n: number, at: number) => ({
  id: `${runOf(n)}:${n}`,
  kind: 'exchange',
  ts: new Date(at).toISOString(),
  run: runOf(n),
  server: 'files',
  client: { name: 'a client', version: '1.0.0' },
  method: 'tools/call',
  tool: `tool-${n % 20}`,
  ms: 1 + (n % 200),
  bytes_in: 150,
  bytes_out: 1_200,
  status: 'ok',
  outcome: 'forwarded',
  risk: 0,
  findings: [],
});

/** Sends all events, a few clients at a time, each batch once. */
async function send(
  url: string,
  jwt: string,
  events: readonly Event[],
): Promise<Pick<Ingest, 'perSecond' | 'p50' | 'p99'>> {
  const km = apiClient(url, { Authorization: `Bearer ${jwt}` });
  const times: number[] = [];
  const batches = Array.from({ length: events.length / batch }, (_, n) => events.slice(n * batch, (n + 1) * batch));
  const client = async () => {
    for (let next = batches.pop(); next; next = batches.pop()) {
      const began = performance.now();
      await km.send('POST', '/api/events/telemetry', { events: next });
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1_000;
  return { perSecond: events.length / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

const columns = 'org_id uuid, day date, id text, ts timestamptz, run text, kind text, body jsonb';
const tables = {
  bare: `create table bare (${columns})`,
  indexed: `create table indexed (${columns}, primary key (org_id, day, id));
    create index on indexed (org_id, run, ts desc);`,
};

/** The rows as COPY takes them. JSON has no tab and no line end of its own; its backslashes are doubled. */
function copyText(org: string, events: readonly Event[]): string {
  const line = (event: Event) => [
    org,
    event.ts.slice(0, 10),
    event.id,
    event.ts,
    event.run,
    event.kind,
    JSON.stringify(event).replaceAll('\\', '\\\\'),
  ];
  return `${events.map((event) => line(event).join('\t')).join('\n')}\n`;
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

/** A server on the database, its first owner, and a km's token. */
async function open(env: Readonly<Record<string, string>>) {
  const plane = await runControlPlane(env);
  const owner = await signIn(plane.url, plane.signInUrl ?? '');
  const { org } = await owner.get<{ org: { id: string } }>('/api/account');
  const { api_key } = await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'bench' });
  const { jwt } = await apiClient(plane.url).send<{ jwt: string }>('POST', '/api/auth/exchange', { api_key });
  return { plane, owner, org: org.id, jwt };
}

async function onPostgres(folder: string, events: readonly Event[], stored: readonly number[]) {
  const postgres = await runPostgres();
  const database = `${postgres.url}postgres`;
  const { plane, owner, org, jwt } = await open({ DATABASE_URL: database, KM_SERVER_SECRET: 'x'.repeat(32) }).catch(
    (error: unknown) => {
      postgres.stop();
      throw error;
    },
  );
  try {
    await send(plane.url, jwt, events.slice(0, 10 * batch)); // Warms up.
    const taken = await send(plane.url, jwt, events.slice(10 * batch));
    const file = path.join(folder, 'rows');
    const rows = events.length - 10 * batch;
    writeFileSync(file, copyText(org, events.slice(10 * batch)));
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    for (const sql of Object.values(tables)) await client.query(sql);
    await client.end();
    const copy = (table: string) =>
      timed(() => execFileSync('psql', ['-q', database, '-c', `\\copy ${table} from '${file}'`]));
    const ingest = {
      engine: 'PostgreSQL',
      events: rows,
      ...taken,
      copy: rows / (await copy('bare')),
      copyIndexed: rows / (await copy('indexed')),
    };
    const db = openPostgres(database, () => {});
    const charts: Chart[] = [];
    let made = 0;
    for (const size of stored) {
      await storeEvents(db, org, { from: made, to: size });
      made = size;
      charts.push(...(await measureCharts(owner, size)));
    }
    await db.close();
    return { ingest, charts };
  } finally {
    await plane.stop();
    postgres.stop();
  }
}

async function onPglite(folder: string, events: readonly Event[]): Promise<Ingest> {
  const { plane, org, jwt } = await open({ KM_SERVER_DATA_DIR: path.join(folder, 'server') });
  const taken = await send(plane.url, jwt, events).finally(() => plane.stop());
  const lite = await PGlite.create(path.join(folder, 'bare'));
  for (const sql of Object.values(tables)) await lite.exec(sql);
  const blob = new Blob([copyText(org, events)]);
  const copy = (table: string) => timed(() => lite.query(`copy ${table} from '/dev/blob'`, [], { blob }));
  const figures = { copy: events.length / (await copy('bare')), copyIndexed: events.length / (await copy('indexed')) };
  await lite.close();
  return { engine: 'PGlite', events: events.length, ...taken, ...figures };
}

/** The four charts over 30 days, by day and tool. */
async function measureCharts(owner: ApiClient, stored: number): Promise<readonly Chart[]> {
  const from = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const charts: Chart[] = [];
  for (const name of ['usage', 'latency', 'errors', 'risk']) {
    const times: number[] = [];
    for (let n = 0; n < 21; n++) {
      times.push(1_000 * (await timed(() => owner.get(`/api/analytics/${name}?bucket=day&by=tool&from=${from}`))));
    }
    charts.push({ name, stored, p50: quantile(times.slice(1), 0.5), p99: quantile(times.slice(1), 0.99) });
  }
  return charts;
}

const whole = (n: number) => Math.round(n).toLocaleString('en');
const ms = (n: number) => `${n.toPrecision(3)} ms`;

function report(ingests: readonly Ingest[], charts: readonly Chart[], stored: readonly number[]): string {
  const { date, cpu, cores, memory, system, node, busy } = describeMachine(new Date());
  const names = [...new Set(charts.map(({ name }) => name))];
  const of = (name: string, size: number) => charts.find((chart) => chart.name === name && chart.stored === size);
  const slope = (name: string) => {
    const [first = 1, last = 1] = [stored[0], stored.at(-1)];
    const tenfolds = Math.log10(last / first);
    return tenfolds === 0 ? 1 : ((of(name, last)?.p50 ?? 1) / (of(name, first)?.p50 ?? 1)) ** (1 / tenfolds);
  };
  return `# How fast events are taken

\`npm run bench:ingest\`, ${date}: ${cpu}, ${cores} cores that everything shares, ${memory}, ${system}, Node ${node}, load ${busy.toFixed(1)} at the end.
${clients} clients send batches of ${batch} events, gzip, each after the answer to the one before. Accepted means committed, with fsync.

| | events | accepted | request p50 | p99 | bare COPY | COPY with indexes | of bare COPY | of COPY with indexes |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${ingests
  .map(
    (one) =>
      `| ${one.engine} | ${whole(one.events)} | ${whole(one.perSecond)} /s | ${ms(one.p50)} | ${ms(one.p99)} | ${whole(one.copy)} /s | ${whole(one.copyIndexed)} /s | ${Math.round((100 * one.perSecond) / one.copy)} % | ${Math.round((100 * one.perSecond) / one.copyIndexed)} % |`,
  )
  .join('\n')}

A bare COPY is one stream of the same rows into a table without an index; the other has the primary key and the index by run.
COPY has the cores for itself; requests share them with their clients, and are unpacked, checked event by event, counted against the
quota and summed into roll-ups and runs in the same transaction. The goal is half of a bare COPY on PostgreSQL.

# How charts answer

30 days by day and by tool, over HTTP, PostgreSQL; p50 (p99) of 20 requests. The stored events are generated by SQL.

| stored | ${names.join(' | ')} |
| ---: | ${names.map(() => '---:').join(' | ')} |
${stored.map((size) => `| ${whole(size)} | ${names.map((name) => `${ms(of(name, size)?.p50 ?? 0)} (${ms(of(name, size)?.p99 ?? 0)})`).join(' | ')} |`).join('\n')}
| ten times as many | ${names.map((name) => `× ${slope(name).toFixed(2)}`).join(' | ')} |
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      stored: { type: 'string', default: '10000,100000,1000000' },
      events: { type: 'string', default: '60000' },
      out: { type: 'string', default: fileURLToPath(new URL('INGEST.md', import.meta.url)) },
    },
  });
  if (values.help) return console.log('Usage: npm run bench:ingest -- [--events N] [--stored N,N,…] [--out FILE]');
  const stored = values.stored.split(',').map(Number);
  const folder = mkdtempSync(path.join(tmpdir(), 'km-bench-ingest-'));
  const now = Date.now();
  const events = Array.from({ length: Number(values.events) }, (_, n) => makeEvent(n, now - (n % 3_600) * 1_000));
  try {
    const { ingest, charts } = await onPostgres(folder, events, stored);
    const lite = await onPglite(folder, events.slice(0, Math.floor(events.length / 4 / batch) * batch));
    const text = report([ingest, lite], charts, stored);
    writeFileSync(values.out, text);
    console.log(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
