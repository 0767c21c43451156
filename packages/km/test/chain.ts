import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chainStart } from '@kilometers/core/record.ts';

/** Writes the records of one run by hand, in the order of keys that km uses. */
export interface Chain {
  /** A record with the given fields; `message` and `raw` go behind `prev`. Counts `seq` on unless it is given. */
  add(fields: Readonly<Record<string, unknown>>): string;
  readonly prev: string;
}

export function chain(run: string, server = 'files'): Chain {
  let prev = chainStart;
  let last = 0;
  return {
    add({ ts = '2026-11-22T08:00:00.000Z', seq = last + 1, message, raw, ...head }) {
      last = seq as number;
      const record = { v: 1, ts, run, session: run, seq, server, ...head, prev, message, raw };
      const line = JSON.stringify(record);
      prev = createHash('sha256').update(line).digest('hex');
      return line;
    },
    get prev() {
      return prev;
    },
  };
}

/** A request and its answer, as a proxy with nothing to say keeps them. */
export function call(of: Chain, seq: number, fields: Readonly<Record<string, unknown>> = {}): string[] {
  const { ts, ms = 5, status = 'ok', ...rest } = fields;
  const about = { method: 'tools/call', tool: 'read', id: seq, call: seq, bytes: 40, ...rest };
  const when = ts === undefined ? {} : { ts };
  const { method, tool: name } = about;
  return [
    of.add({ ...when, seq, kind: 'request', dir: 'c2s', ...about, message: { id: seq, method, params: { name } } }),
    of.add({
      ...when,
      seq: seq + 1,
      kind: 'response',
      dir: 's2c',
      ...about,
      ms,
      status,
      message: { id: seq, result: {} },
    }),
  ];
}

export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'km-log-'));
}

export function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
