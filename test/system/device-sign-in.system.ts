import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { apiClient, asKm } from '../../scripts/api-client.ts';
import { runControlPlane } from '../../scripts/run-control-plane.ts';

/** Debian's; playwright-core brings none of its own. */
const executablePath = '/usr/bin/chromium';

interface Started {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
}

async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  return browser;
}

/** A page, and what it says about errors, of which there should be none. */
async function openPage(browser: Browser): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 900, height: 640 } });
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    // That nobody is signed in yet, the browser calls an error.
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
  });
  return { page, faults };
}

/** Keeps what the page looks like, where the environment names a folder for that. */
async function photograph(page: Page, name: string): Promise<void> {
  const folder = process.env.TEST_SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

const status = (page: Page) => page.getByRole('status');

test('a person lets a device in, and another not, in a real browser', async ({ skip }) => {
  if (spawnSync(executablePath, ['--version']).error) return skip('chromium is not installed.');
  const folder = mkdtempSync(path.join(tmpdir(), 'km-device-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const plane = await runControlPlane({ KM_SERVER_DATA_DIR: folder });
  onTestFinished(() => plane.stop());
  const anyone = apiClient(plane.url);
  const start = (client_name: string) => anyone.send<Started>('POST', '/api/auth/device-code/start', { client_name });
  const poll = (device_code: string) =>
    anyone.send<{ api_key: string }>('POST', '/api/auth/device-code/poll', { device_code });
  const { page, faults } = await openPage(await openBrowser());

  // Nobody is signed in: the page sends them there, and the first owner's link lets them in.
  const laptop = await start('a laptop');
  await page.goto(laptop.verification_uri_complete);
  await page.getByRole('heading', { name: 'Sign in to Kilometers' }).waitFor();
  await photograph(page, 'sign-in');
  await page.goto(`${plane.url}/sign-in`);
  await page.goto(plane.signInUrl ?? '');
  await expect.poll(() => status(page).textContent()).toBe('You are signed in.');
  expect(page.url()).not.toContain('kml_');
  await photograph(page, 'signed-in');

  await page.goto(laptop.verification_uri_complete);
  await page.getByText('a laptop').waitFor();
  expect(await page.getByText('127.0.0.1').isVisible()).toBe(true);
  await photograph(page, 'device');
  await page.getByRole('button', { name: 'Let it in' }).click();
  await expect.poll(() => status(page).textContent()).toContain('The device is in.');
  await photograph(page, 'let-in');
  const { api_key } = await poll(laptop.device_code);
  const km = await asKm(plane.url, api_key);
  expect(await km.get('/api/account')).toMatchObject({ role: 'km' });

  // The other one is typed by hand, without its dash.
  const stranger = await start('<b>a stranger</b>');
  await page.goto(stranger.verification_uri);
  await page.getByLabel('Code that the device shows').fill(stranger.user_code.toLowerCase().replace('-', ''));
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('<b>a stranger</b>').waitFor();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect.poll(() => status(page).textContent()).toBe('Refused.');
  await expect(poll(stranger.device_code)).rejects.toThrow('access_denied');

  await page.goto(stranger.verification_uri);
  await page.getByLabel('Code that the device shows').fill('BCDF-GHJK');
  await page.getByRole('button', { name: 'Look' }).click();
  await expect.poll(() => status(page).textContent()).toBe('No device waits with this code.');
  await photograph(page, 'unknown-code');
  expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
}, 120_000);
