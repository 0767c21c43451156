import { KmError } from '@kilometers/core/errors.ts';
import { type KnownTool, stateOf, type ToolState } from '@kilometers/core/risk/session/memory.ts';
import { findPaths } from '../config/paths.ts';
import { nearest } from '../errors/nearest.ts';
import { FactStore } from '../knowledge/fact-store.ts';
import type { Invocation } from './command.ts';

/** A tool, with the name of its server and what it is as listed last. */
export interface ToolRow {
  readonly known: KnownTool;
  readonly server: string;
  readonly command: string;
  readonly state: ToolState;
}

/** What the commands about tools work with. */
export interface ToolBook {
  readonly rows: readonly ToolRow[];
  /** Writes down what a person says of these tools, as they were listed last. */
  answer(rows: readonly ToolRow[], answer: 'approved' | 'rejected'): Promise<void>;
}

/** @throws KmError `tools.unusable` */
export async function openToolBook({ env, cwd }: Pick<Invocation, 'env' | 'cwd'>): Promise<ToolBook> {
  const { dataFolder } = findPaths({ env, cwd, platform: process.platform }, undefined);
  let fault: string | undefined;
  const onFault = (message: string) => {
    fault = message;
  };
  const failOnFault = () => {
    if (fault !== undefined) throw new KmError('tools.unusable', fault);
  };
  const store = new FactStore({ dataFolder, writer: `km-${process.pid}`, now: Date.now, onFault });
  await store.open();
  failOnFault();
  return {
    rows: store.memory.tools().map((known) => rowOf(known, store)),
    async answer(rows, answer) {
      for (const { known } of rows) {
        const { server, tool, latest } = known;
        store.keep({ kind: 'answer', server, tool, hash: latest.hash, answer, at: Date.now() });
      }
      await store.close();
      failOnFault();
    },
  };
}

function rowOf(known: KnownTool, { memory }: FactStore): ToolRow {
  const { name = known.server, command = '' } = memory.server(known.server) ?? {};
  return { known, server: name, command, state: stateOf(known, known.latest.hash) };
}

/**
 * The tool that `NAME` or `NAME@server` names; several when the server was started in several ways.
 *
 * @throws KmError `tools.unknown` when there is none, `usage.bad-value` when servers have to be told apart.
 */
export function findTool(rows: readonly ToolRow[], word: string): readonly ToolRow[] {
  const found = rows.filter(({ known, server }) => known.tool === word || `${known.tool}@${server}` === word);
  const servers = [...new Set(found.map(({ server }) => server))];
  if (found.length === 0) throw unknown(rows, word);
  if (servers.length === 1) return found;
  const choices = servers.map((server) => `${found[0]?.known.tool}@${server}`).join(', ');
  const message = `${servers.length} servers have a tool ${word}.`;
  throw new KmError('usage.bad-value', message, { fix: `Name one of these: ${choices}.` });
}

/** @throws KmError `tools.unknown` */
export function toolsOfServer(rows: readonly ToolRow[], name: string): readonly ToolRow[] {
  const found = rows.filter(({ server }) => server === name);
  if (found.length > 0) return found;
  const known = new Set(rows.map(({ server }) => server));
  const meant = nearest(name, known);
  const message = `No tools of a server ${name} are known.`;
  throw new KmError('tools.unknown', message, meant === undefined ? {} : { fix: `Did you mean ${meant}?` });
}

function unknown(rows: readonly ToolRow[], word: string): KmError {
  const names = rows.flatMap(({ known, server }) => [known.tool, `${known.tool}@${server}`]);
  const meant = nearest(word, names);
  const message = `No tool ${word} is known.`;
  return new KmError('tools.unknown', message, meant === undefined ? {} : { fix: `Did you mean ${meant}?` });
}
