import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createRedactor } from '@kilometers/core/redact.ts';
import { createKnowledge, type Knowledge } from '@kilometers/core/risk/session/knowledge.ts';
import { Memory } from '@kilometers/core/risk/session/memory.ts';
import { FactStore, knowledgeFolder } from './fact-store.ts';
import { machineSalt } from './salt.ts';
import type { ServerIdentity } from './server-identity.ts';

/**
 * Knowledge that is gone with the process. Sessions made by one of these know of each other's tools and values.
 *
 * @param memory What is known before; empty when not given.
 */
export function knowledgeInMemory(
  now: () => number,
  memory: Memory = new Memory(),
): (identity: ServerIdentity) => Knowledge {
  const salt = randomBytes(32);
  return (identity) => {
    const server = serverId(identity);
    memory.apply({ kind: 'server', server, ...identity, at: now() });
    const keep = memory.apply.bind(memory);
    return createKnowledge({ memory, keep, refresh: () => {}, ...tools(salt), now, server });
  };
}

/** What the km's of this machine know, for somebody who adds nothing to it. Empty where it cannot be read. */
export async function readMemory({ dataFolder, now, onFault }: Omit<KnowledgeOptions, 'identity'>): Promise<Memory> {
  const store = new FactStore({ dataFolder, writer: 'reader', now, onFault });
  await store.open();
  return store.memory;
}

export interface KnowledgeOptions {
  readonly dataFolder: string;
  readonly identity: ServerIdentity;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told once when what is learned cannot be shared; the session goes on with what it learns itself. */
  readonly onFault: (message: string) => void;
}

export interface OpenKnowledge {
  readonly knowledge: Knowledge;
  /** Ends when what was learned is on the disk. */
  close(): Promise<void>;
}

/** What this session knows, shared with the other km's of the machine. Never throws. */
export async function openKnowledge(options: KnowledgeOptions): Promise<OpenKnowledge> {
  const { dataFolder, identity, now } = options;
  const store = new FactStore({ ...options, writer: randomBytes(6).toString('base64url') });
  await store.open();
  const salt = await machineSalt(knowledgeFolder(dataFolder)).catch((error: unknown) => {
    store.fault(error);
    return randomBytes(32);
  });
  const server = serverId(identity);
  const known = store.memory.server(server);
  if (known === undefined) store.keep({ kind: 'server', server, ...identity, at: now() });
  const knowledge = createKnowledge({
    memory: store.memory,
    keep: (fact) => store.keep(fact),
    refresh: () => store.refresh(),
    ...tools(salt),
    now,
    server,
  });
  const close = (): Promise<void> => {
    knowledge.end();
    return store.close();
  };
  return { knowledge, close };
}

/** Short, and the same in every km of the machine. */
export function serverId({ name, command }: ServerIdentity): string {
  return sha256(`${name}\n${command}`).slice(0, 16);
}

/** What senses need of the machine. */
export function tools(salt: Uint8Array) {
  const redactor = createRedactor();
  return {
    hash: sha256,
    mark: (value: string) => createHmac('sha256', salt).update(value).digest('base64url').slice(0, 22),
    redact: (text: string) => redactor.text(text).text,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
