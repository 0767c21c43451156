import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ToolCall } from './talks.ts';

interface Start {
  readonly command: readonly [string, ...string[]];
  readonly env: Record<string, string>;
  readonly cwd?: string;
}

/** The part of an SDK client that the talks use; v1 and v2 both have it. */
interface Sdk {
  listTools(): Promise<unknown>;
  callTool(call: ToolCall): Promise<unknown>;
  close(): Promise<void>;
}

const about = { name: 'km-clients', version: '1.0.0' };

async function connectV1({ command: [command, ...args], ...place }: Start): Promise<Sdk> {
  const client = new ClientV1(about, { capabilities: {} });
  await client.connect(new StdioV1({ command, args, ...place, stderr: 'ignore' }));
  return client;
}

async function connectV2({ command: [command, ...args], ...place }: Start, mode: 'legacy' | 'auto'): Promise<Sdk> {
  const client = new ClientV2(about, { capabilities: {}, versionNegotiation: { mode } });
  await client.connect(new StdioV2({ command, args, ...place, stderr: 'ignore' }));
  return client;
}

/** Where a server listens, and what it wants to be brought. */
interface Place {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
}

async function reachV1({ url, headers = {} }: Place): Promise<Sdk> {
  const client = new ClientV1(about, { capabilities: {} });
  // The two types differ only in what the strictest compiler options make of an optional member.
  await client.connect(new HttpV1(url, { requestInit: { headers } }) as TransportV1);
  return client;
}

async function reachV2({ url, headers = {} }: Place, mode: 'legacy' | 'auto'): Promise<Sdk> {
  const client = new ClientV2(about, { capabilities: {}, versionNegotiation: { mode } });
  await client.connect(new HttpV2(url, { requestInit: { headers } }));
  return client;
}

export interface SdkClient {
  readonly client: string;
  /** Starts a server and speaks to it over stdio. */
  connect(start: Start): Promise<Sdk>;
  /** Speaks to a server over HTTP. */
  reach(place: Place): Promise<Sdk>;
}

export const sdkClients: readonly SdkClient[] = [
  { client: 'SDK v1', connect: connectV1, reach: reachV1 },
  { client: 'SDK v2', connect: (start) => connectV2(start, 'legacy'), reach: (place) => reachV2(place, 'legacy') },
  { client: 'SDK v2 (auto)', connect: (start) => connectV2(start, 'auto'), reach: (place) => reachV2(place, 'auto') },
];

/** Lists the tools and makes the calls, one after the other; an error is an answer too. */
export async function talkOver(sdk: Sdk, calls: readonly ToolCall[]): Promise<unknown[]> {
  const answers = [await sdk.listTools()];
  for (const call of calls) answers.push(await sdk.callTool(call).catch((error: Error) => error.message));
  await sdk.close();
  return answers;
}
