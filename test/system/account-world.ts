import { spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type ApiClient, signIn } from '../../scripts/api-client.ts';
import { runControlPlane } from '../../scripts/run-control-plane.ts';
import { collect } from '../e2e/collect.ts';
import { dataFolder, km, makeHome, surroundingsOf } from '../e2e/start-km.ts';

/** A real control plane with an owner, and a key of its organisation. */
export interface AccountWorld {
  readonly url: string;
  readonly owner: ApiClient;
  readonly apiKey: string;
  /** How often the control plane has answered an operation: `exchangeKey`. */
  answered(operation: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startPlane(): Promise<AccountWorld> {
  const home = makeHome();
  const plane = await runControlPlane({ HOME: home, KM_SERVER_DATA_DIR: path.join(home, 'server') });
  onTestFinished(() => plane.stop());
  const owner = await signIn(plane.url, plane.signInUrl ?? '');
  const { api_key: apiKey } = await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'test' });
  return {
    ...{ url: plane.url, owner, apiKey, stop: () => plane.stop() },
    async answered(operation) {
      const text = await (await fetch(`${plane.url}/metrics`)).text();
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith('km_api_requests_total{') && line.includes(`"${operation}"`));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
  };
}

interface Told {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** Runs a command of km to its end. */
export async function tell(args: readonly string[], { home, env = {}, input = '', cwd = home }: Told) {
  const own = surroundingsOf(home);
  const child = spawn(km, args, { cwd, env: { ...own, ...env, HOME: own.HOME } });
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out: out.text, err: err.text };
}

/** Files of the account in a home. */
export const accountFile = (home: string, name: string) => path.join(dataFolder(home), 'account', name);
