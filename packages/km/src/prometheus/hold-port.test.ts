import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type HeldPort, holdPort } from './hold-port.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** Keeps what is to be done later until the test says that it is time. */
function testClock() {
  let due: (() => void)[] = [];
  let heard = () => {};
  const after = (_ms: number, then: () => void) => {
    due.push(then);
    heard();
    return () => {
      due = due.filter((one) => one !== then);
    };
  };
  return {
    after,
    /** Waits until something is to be done later, and does it. */
    async pass() {
      if (due.length === 0)
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      for (const then of due.splice(0)) then();
    },
  };
}

function hold(port: number, id: string, clock = testClock()) {
  const faults: string[] = [];
  const text = async () => `figures of ${id}\n`;
  const held: HeldPort = holdPort({
    host: '127.0.0.1',
    port,
    id,
    text,
    after: clock.after,
    onFault: (fault) => faults.push(fault),
  });
  opened.push(held);
  return { ...held, clock, faults };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function ask(port: number, path = '/metrics', host = `127.0.0.1:${port}`): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, async (response) => {
      const parts = await response.toArray();
      resolve(`${response.statusCode} ${Buffer.concat(parts)}`);
    }).on('error', reject);
  });
}

const ours = 'km-0123456789abcdef';
const theirs = 'km-fedcba9876543210';

test('of several km one serves, and when it ends another does', async () => {
  const port = await freePort();
  const first = hold(port, ours);
  await first.held;
  const second = hold(port, ours);
  await second.clock.pass();
  expect(await ask(port)).toBe(`200 figures of ${ours}\n`);
  await first.close();
  await second.clock.pass();
  await second.held;
  expect(await ask(port)).toBe(`200 figures of ${ours}\n`);
  expect([first.faults, second.faults]).toEqual([[], []]);
});

test('a port that another program has is one warning, however often it is tried', async () => {
  const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  opened.push(other);
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { faults, clock } = hold(port, ours);
  for (let i = 0; i < 40; i++) await clock.pass();
  expect(faults).toEqual([
    `Port ${port} is taken by another program, so the figures are not served. \`metrics.port\` or KM_METRICS_PORT names another.`,
  ]);
});

test('a km that has other figures is no km of ours', async () => {
  const port = await freePort();
  await hold(port, theirs).held;
  const { faults, clock } = hold(port, ours);
  await clock.pass();
  expect(faults).toEqual([expect.stringContaining('a km with another data folder')]);
});

test('a web page is not answered, nor what is no question for figures', async () => {
  const port = await freePort();
  await hold(port, ours).held;
  expect(await ask(port, '/metrics', 'rebound.example')).toMatch(/^403/);
  expect(await ask(port, '/metrics', `localhost:${port}`)).toMatch(/^200/);
  expect(await ask(port, '/')).toMatch(/^404/);
});
