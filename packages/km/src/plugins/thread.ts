import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PluginContext, PluginMessage } from '../filter.ts';
import { workerSource } from './worker-source.ts';

/** Memory of one plugin's thread, in MiB: beyond it the thread ends, and km goes on. */
const heapMiB = 128;

type Said =
  | { readonly ready: unknown }
  | { readonly broken: string }
  | { readonly id: number; readonly verdict: unknown }
  | { readonly id: number; readonly failed: string };

interface Open {
  readonly resolve: (verdict: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One life of a plugin: a thread that has loaded its file. What goes wrong in it stays in it. */
export interface Thread {
  /** What the plugin exports beside its functions. Fails when it cannot be loaded. */
  readonly ready: Promise<unknown>;
  /** The answer of the plugin, not checked. Fails when it throws, or the thread has ended. */
  judge(message: PluginMessage, context: PluginContext): Promise<unknown>;
  /** Ends it, however busy it is. */
  end(): Promise<void>;
}

/** @param onEnd Told once, when the thread has ended by itself, and why. */
export function startThread(file: string, onEnd: (reason: string) => void): Thread {
  const open = new Map<number, Open>();
  let next = 0;
  let ended: string | undefined;
  const worker = new Worker(workerSource, {
    eval: true,
    workerData: { url: pathToFileURL(file).href },
    // Nothing a plugin prints may reach the protocol, and it is told nothing of km's surroundings, keys among them.
    stdout: true,
    stderr: true,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  worker.unref();
  worker.stdout.resume();
  worker.stderr.resume();
  let loaded: Open = { resolve() {}, reject() {} };
  const ready = new Promise<unknown>((resolve, reject) => {
    loaded = { resolve, reject };
  });
  ready.catch(() => {}); // Not everyone waits for it; calls fail by themselves.
  const finish = (reason: string) => {
    if (ended !== undefined) return;
    ended = reason;
    const error = new Error(reason);
    loaded.reject(error);
    for (const { reject } of open.values()) reject(error);
    open.clear();
    onEnd(reason);
  };
  worker.on('message', (text: string) => {
    const said = JSON.parse(text) as Said; // Written by our own text in the thread.
    if ('ready' in said) loaded.resolve(said.ready);
    else if ('broken' in said) finish(`cannot be loaded: ${said.broken}`);
    else answer(open, said);
  });
  worker.on('error', (error: Error) => finish(`failed: ${error.message}`));
  worker.on('exit', () => finish('ended by itself'));
  return {
    ready,
    judge: (message, context) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new Error(ended));
        const id = next++;
        open.set(id, { resolve, reject });
        worker.postMessage(JSON.stringify({ id, message, context }));
      }),
    async end() {
      ended ??= 'was ended';
      await worker.terminate();
    },
  };
}

function answer(open: Map<number, Open>, said: Extract<Said, { id: number }>): void {
  const call = open.get(said.id);
  open.delete(said.id);
  if ('verdict' in said) call?.resolve(said.verdict);
  else call?.reject(new Error(said.failed));
}
