import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { initialize, request } from '../e2e/rpc.ts';
import { makeHome, monitor, type Run, testServer } from '../e2e/start-km.ts';
import { accountFile, startPlane, tell } from './account-world.ts';
import { lacksKeyring, startKeyring } from './session-keyring.ts';

/** A home that is signed in, its key in a keyring of its own; no token yet, so that the next km has to ask for one. */
async function signedIn() {
  const [plane, home] = [await startPlane(), makeHome()];
  const keyring = await startKeyring(makeHome());
  const env: Record<string, string> = { ...keyring.env, HOME: home, KM_CONFIG_DIR: path.join(home, 'config') };
  const init = ['init', '--api-key', '-', '--api-url', plane.url];
  const answer = await tell(init, { home, env, input: plane.apiKey });
  return { plane, home, keyring, env, answer };
}

/** A session that is answered; what km says meanwhile is in `err`. */
async function answered(home: string, env: Readonly<Record<string, string>>): Promise<Run> {
  const run = monitor(testServer('echoes'), { home, env });
  run.child.stdin.write(initialize(0) + request(1, 'tools/list'));
  await run.out.has('"id":1');
  return run;
}

async function ends(run: Run): Promise<string> {
  run.finish();
  expect(await run.status).toBe(0);
  await run.gone();
  return run.err.text;
}

/** Every process of this machine whose command line or environment holds the text. */
function processesWith(text: string): string[] {
  const places = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`);
  return places.flatMap((pid) =>
    ['cmdline', 'environ'].map((file) => `/proc/${pid}/${file}`).filter((file) => readFile(file).includes(text)),
  );
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // The process has ended, or is not ours.
  }
}

test.skipIf(lacksKeyring)(
  'a key in the keyring is used by ten km at once with one exchange, and is nowhere else',
  async () => {
    const { plane, home, env, answer } = await signedIn();
    expect(answer).toMatchObject({ status: 0, out: expect.stringContaining("system's keyring") });
    const runs = await Promise.all(Array.from({ length: 10 }, () => answered(home, env)));
    await Promise.all(runs.map((run) => run.err.has('The tier is team now')));
    expect(processesWith(plane.apiKey)).toEqual([]);
    await Promise.all(runs.map(ends));
    expect([await plane.answered('exchangeKey'), await plane.answered('refreshTokens')]).toEqual([1, 0]);

    // The next renewal is by the refresh token, which is good once.
    expect(JSON.parse((await tell(['renew-token', '--refused'], { home, env })).out)).toEqual({ kind: 'renewed' });
    expect([await plane.answered('exchangeKey'), await plane.answered('refreshTokens')]).toEqual([1, 1]);
    for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
      const text = readFile(path.join(home, name));
      expect(text.includes(plane.apiKey) || text.includes('kmr_'), name).toBe(false);
    }
    expect(await tell(['logout'], { home, env })).toMatchObject({ status: 0 });
    expect(await tell(['renew-token'], { home, env })).toMatchObject({
      out: expect.stringContaining('Nobody is signed in'),
    });
  },
);

test.skipIf(lacksKeyring).each(['locked', 'hangs', 'no bus'] as const)(
  'a keyring that is not to be had (%s) delays no message, and km says what it could not do',
  async (trouble) => {
    const { plane, home, keyring, env } = await signedIn();
    if (trouble === 'locked') keyring.lock();
    if (trouble === 'hangs') keyring.hang();
    const { DBUS_SESSION_BUS_ADDRESS: _, XDG_RUNTIME_DIR: __, ...withoutBus } = env;
    const run = await answered(home, trouble === 'no bus' ? withoutBus : env);
    // The answers were there while nobody had been asked yet: the order shows it, not the time.
    expect(run.err.text).not.toContain('not signed in at the moment');
    await run.err.has('not signed in at the moment');
    run.child.stdin.write(request(2, 'tools/list'));
    await run.out.has('"id":2');
    expect(await ends(run)).toMatch(/keyring/);
    expect(await plane.answered('exchangeKey')).toBe(0);
    expect(readFile(accountFile(home, 'token.json'))).toBe('');
  },
);
