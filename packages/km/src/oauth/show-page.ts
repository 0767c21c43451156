import { spawn } from 'node:child_process';
import { isPage } from './authorize.ts';

export interface Shower {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Tells the user the address, for the case that no browser opens. */
  readonly say: (message: string) => void;
}

/**
 * Shows a page in the user's browser. No shell is involved, and only web pages are handed on: the address comes from a server,
 * which must not be able to start anything else.
 */
export function showPage(page: URL, { env, platform, say }: Shower): void {
  say(`The server wants you to sign in. If no browser opens, open this page: ${page.href}`);
  const [program, ...args] = browserOf(env, platform);
  if (program === undefined || !isPage(page)) return;
  const browser = spawn(program, [...args, page.href], { stdio: 'ignore', detached: true, windowsHide: true });
  browser.on('error', () => {}); // The address has been said.
  browser.unref();
}

function browserOf({ BROWSER, DISPLAY, WAYLAND_DISPLAY }: Shower['env'], platform: NodeJS.Platform): string[] {
  if (BROWSER) return [BROWSER];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : [];
}
