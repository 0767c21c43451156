import { homedir } from 'node:os';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The machine that paths are for. */
export interface Place {
  readonly env: Environment;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
}

/** Where km keeps its things. */
export interface Paths {
  readonly configFile: string;
  readonly dataFolder: string;
  readonly logFile: string;
}

/** @param logFile What `--log-file` said. */
export function findPaths(place: Place, logFile: string | undefined): Paths {
  const dataFolder = folder(place, 'KM_DATA_DIR', 'XDG_DATA_HOME', '.local/share');
  return {
    configFile: path.join(folder(place, 'KM_CONFIG_DIR', 'XDG_CONFIG_HOME', '.config'), 'config.json'),
    dataFolder,
    logFile: logFile === undefined ? path.join(dataFolder, 'mcp_proxy.log') : absolute(place, logFile),
  };
}

function folder(place: Place, own: string, xdg: string, usual: string): string {
  const { env, platform } = place;
  if (env[own]) return absolute(place, env[own]);
  if (platform === 'win32') return path.join(env.APPDATA || path.join(home(place), 'AppData', 'Roaming'), 'km');
  const base = env[xdg];
  // The XDG specification has relative paths ignored.
  return path.join(base && path.isAbsolute(base) ? base : path.join(home(place), usual), 'km');
}

/** `~/` is understood here because clients start km without a shell. */
function absolute(place: Place, text: string): string {
  return /^~[/\\]/.test(text) ? path.join(home(place), text.slice(2)) : path.resolve(place.cwd, text);
}

function home({ env, platform }: Place): string {
  return (platform === 'win32' ? env.USERPROFILE : env.HOME) || homeOfUser();
}

function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    return path.parse(process.execPath).root; // A user without an entry, as containers have: Docker says `/` as well.
  }
}
