/**
 * Writes a log such as a busy day leaves: sessions with tool calls, answers, errors, notifications, chained as km
 * chains them. For measuring; the same arguments make the same log, but for the runs' ids.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chainStart } from '@kilometers/core/record.ts';

const help = `Usage: tsx scripts/make-log.ts [--size 1GB] [--runs 10] --out FILE

  --size   how large the log becomes: 100KB, 200MB, 1GB (default 1GB)
  --runs   how many runs write at once (default 10)
  --out    where to write it`;

const units: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9 };
const tools = ['read_text_file', 'write_file', 'list_directory', 'search_files', 'query', 'fetch', 'create_entities'];
const servers = ['filesystem', 'memory', 'github', 'sqlite'];

interface Run {
  readonly run: string;
  readonly server: string;
  seq: number;
  count: number;
  prev: string;
}

/** Repeatable and fast; nothing here needs better chance. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * sides);
  };
}

const roll = dice(20_261_122);
const words = 'the quick brown fox jumps over a lazy dog while seven wizards read path name file value total'.split(
  ' ',
);
const prose = Array.from({ length: 4_000 }, () => words[roll(words.length)]).join(' ');

function text(length: number): string {
  const from = roll(prose.length - length);
  return prose.slice(from, from + length);
}

function line(run: Run, time: number, own: boolean, head: string, body: string): string {
  if (!own) run.seq++;
  run.count++;
  const fixed = `{"v":1,"ts":"${new Date(time).toISOString()}","run":"${run.run}","session":"${run.run}","seq":${run.seq}`;
  const record = `${fixed},"server":"${run.server}",${head},"prev":"${run.prev}"${body}}`;
  run.prev = createHash('sha256').update(record).digest('hex');
  return record;
}

function message(run: Run, time: number, head: (bytes: number) => string, json: string): string {
  return line(run, time, false, head(Buffer.byteLength(json)), `,"message":${json}`);
}

/** One tool call with its answer; now and then an error, a notification before it, or no answer at all. */
function exchange(run: Run, time: number): string[] {
  const id = run.seq + 1;
  const tool = tools[roll(tools.length)] as string;
  const path = `/home/ada/projects/${words[roll(words.length)]}/${roll(10_000)}.md`;
  const args = JSON.stringify({ path, query: text(20 + roll(300)) });
  const call = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":${args}}}`;
  const about = `"method":"tools/call","tool":"${tool}","id":${id},"call":${run.seq + 1}`;
  const lines = [
    message(run, time, (n) => `"kind":"request","dir":"c2s",${about},"bytes":${n},"outcome":"forwarded"`, call),
  ];
  if (roll(200) === 0) return lines;
  if (roll(10) === 0) lines.push(progress(run, time, id));
  return [...lines, answer(run, time, id, about)];
}

function progress(run: Run, time: number, id: number): string {
  const json = `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${id},"progress":${roll(100)}}}`;
  const head = '"kind":"notification","dir":"s2c","method":"notifications/progress"';
  return message(run, time, (n) => `${head},"bytes":${n},"outcome":"forwarded"`, json);
}

function answer(run: Run, time: number, id: number, about: string): string {
  const ms = Math.round(10 ** (roll(4_000) / 1_000) * 100) / 100;
  const failed = roll(20) === 0;
  const content = JSON.stringify([{ type: 'text', text: text(100 + roll(1_800)) }]);
  const result = failed
    ? `"error":{"code":-32603,"message":"No such file"}`
    : `"result":{"content":${content},"isError":false}`;
  const status = failed ? 'error' : 'ok';
  return message(
    run,
    time + Math.floor(ms),
    (n) => `"kind":"response","dir":"s2c",${about},"bytes":${n},"ms":${ms},"status":"${status}","outcome":"forwarded"`,
    `{"jsonrpc":"2.0","id":${id},${result}}`,
  );
}

function startRun(index: number, time: number): Run {
  const tail = `${index.toString(16).padStart(4, '0')}-7000-8000-${time.toString(16).padStart(12, '0')}`;
  const run = `019ab3f2-${tail}`;
  return { run, server: servers[index % servers.length] as string, seq: 0, count: 0, prev: chainStart };
}

function describe(run: Run, time: number): string {
  const client = '"client":{"name":"claude-code","version":"2.1.0"}';
  return line(run, time, true, `"kind":"session",${client},"info":{"km":"0.1.0","tier":"free"}`, '');
}

function write(out: string, bytesMax: number, runCount: number): void {
  const file = openSync(out, 'w', 0o600);
  let time = Date.UTC(2026, 10, 22, 8);
  const runs = Array.from({ length: runCount }, (_, index) => startRun(index, time));
  let pending = runs.map((run) => describe(run, time));
  for (let bytes = 0; bytes < bytesMax; ) {
    for (let count = 0; count < 500; count++, time += 3) {
      pending.push(...exchange(runs[roll(runs.length)] as Run, time));
    }
    bytes += writeSync(file, `${pending.join('\n')}\n`);
    pending = [];
  }
  const ends = runs.map((run) => line(run, time, true, `"kind":"end","count":${run.count},"open":0,"exit":0`, ''));
  writeSync(file, `${ends.join('\n')}\n`);
  closeSync(file);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '1GB' },
      runs: { type: 'string', default: '10' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help || values.out === undefined) {
    console.log(help);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const [, amount, unit] = /^([\d.]+)([KMG]B)$/.exec(values.size) ?? [];
  if (amount === undefined || unit === undefined) throw new Error(`--size takes 100KB, 200MB, 1GB; got ${values.size}`);
  write(values.out, Number(amount) * (units[unit] as number), Number(values.runs));
}

main();
