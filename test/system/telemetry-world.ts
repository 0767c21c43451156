import { type ApiClient, signIn } from '../../scripts/api-client.ts';
import { type RunningControlPlane, runControlPlane } from '../../scripts/run-control-plane.ts';
import { km, makeHome, runKm, start } from '../e2e/start-km.ts';

/** A control plane with an organisation in it. */
export interface TelemetryWorld {
  readonly plane: RunningControlPlane;
  readonly owner: ApiClient;
  newKey(): Promise<string>;
}

export async function openTelemetryWorld(folder: string): Promise<TelemetryWorld> {
  const plane = await runControlPlane({ HOME: folder, KM_SERVER_DATA_DIR: folder });
  const owner = await signIn(plane.url, plane.signInUrl ?? '');
  await owner.send('PATCH', '/api/organisation', { name: 'Test Ltd' });
  const newKey = async () => (await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'a key' })).api_key;
  return { plane, owner, newKey };
}

/** A home in which somebody has signed in at `url`. */
export async function signedInHome(url: string, apiKey: string): Promise<string> {
  const home = makeHome();
  const init = ['init', '--api-url', url, '--api-key', '-', '--validate', '--plain-file'];
  const run = start([km, ...init], { home });
  run.finish(apiKey);
  if ((await run.status) !== 0) throw new Error(`km init failed: ${run.err.text}`);
  return home;
}

/** How many calls of a method the organisation has seen. */
export async function callsOf(owner: ApiClient, method: string): Promise<number> {
  const { rows } = await owner.get<{ rows: { key: string; calls: number }[] }>('/api/analytics/usage?by=method');
  return rows.find(({ key }) => key === method)?.calls ?? 0;
}

/** Every event of a run that the organisation has. */
export async function eventsOf(owner: ApiClient, run: string): Promise<readonly { id: string }[]> {
  return (await owner.get<{ rows: { id: string }[] }>(`/api/sessions/${run}/events`)).rows;
}

export const flush = (home: string) => runKm(['telemetry', 'flush'], { home });
