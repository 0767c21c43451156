import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { callTool, line, request } from './rpc.ts';
import { makeHome, monitor, type Run } from './start-km.ts';

export interface Answer {
  readonly id: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text: string }[];
    readonly tools?: readonly ListedTool[];
  };
  readonly error?: { readonly code: number; readonly message: string };
}

interface ListedTool {
  readonly name: string;
  readonly description: string;
}

interface JudgedOptions {
  readonly home?: string;
  readonly tier?: string;
  /** `risk_analysis` of the configuration. */
  readonly risk?: Readonly<Record<string, unknown>>;
  /** Text of the user's policy.yaml. */
  readonly policy?: string;
  /** What the client offers. */
  readonly capabilities?: object;
  /** Options of `km monitor`. */
  readonly options?: readonly string[];
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A client that talks, one message after the other, through a km that judges. */
export class JudgedSession {
  readonly run: Run;
  #next = 1;
  readonly #asked = new Set<Answer['id']>();

  constructor(command: readonly string[], options: JudgedOptions = {}) {
    const { home = makeHome(), tier = 'pro', capabilities = {} } = options;
    configure(home, options);
    this.run = monitor(command, {
      home,
      options: options.options ?? [],
      env: { KM_DEFAULT_TIER: tier, ...options.env },
    });
    this.say(request(0, 'initialize', { ...hello, capabilities }));
    this.say(line({ method: 'notifications/initialized' }));
  }

  say(text: string): void {
    this.run.child.stdin.write(text);
  }

  /** What is answered to a call of a tool. */
  async calls(tool: string, args: object = {}): Promise<Answer> {
    return this.answerTo(this.begins(tool, args));
  }

  /** Says a call, and gives its id. */
  begins(tool: string, args: object = {}): number {
    const id = this.#next++;
    this.say(callTool(id, tool, args));
    return id;
  }

  async asks(method: string, params: object = {}): Promise<Answer> {
    const id = this.#next++;
    this.say(request(id, method, params));
    return this.answerTo(id);
  }

  /** The tools as the client is shown them. */
  async tools(): Promise<readonly ListedTool[]> {
    return (await this.asks('tools/list')).result?.tools ?? [];
  }

  answerTo(id: number): Promise<Answer> {
    return this.hears((message) => message.id === id && message.method === undefined);
  }

  /** The next question to the person behind the client. */
  async isAsked(): Promise<Answer> {
    const isNew = ({ id, method }: Answer) => method === 'elicitation/create' && !this.#asked.has(id);
    const question = await this.hears(isNew);
    this.#asked.add(question.id);
    return question;
  }

  /** The first message to the client that is wanted, once it is there. */
  async hears(wanted: (message: Answer) => boolean): Promise<Answer> {
    const { out } = this.run;
    for (;;) {
      const length = out.length;
      const found = whole(out.text).find(wanted);
      if (found) return found;
      await out.reaches(length + 1);
      if (out.length === length)
        throw new Error(`The stream ended without it; it had ${out.text}\n${this.run.err.text}`);
    }
  }

  async ends(): Promise<void> {
    this.run.finish();
    const status = await this.run.status;
    if (status !== 0) throw new Error(`km ended with ${status}: ${this.run.err.text}`);
  }
}

const hello = { protocolVersion: '2025-11-25', clientInfo: { name: 'km-e2e', version: '1.0.0' } };

function whole(text: string): Answer[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.filter((one) => one !== '').map((one) => JSON.parse(one) as Answer);
}

function configure(home: string, { risk, policy }: JudgedOptions): void {
  const folder = path.join(home, '.config/km');
  mkdirSync(folder, { recursive: true });
  if (risk) writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ risk_analysis: risk }));
  if (policy !== undefined) writeFileSync(path.join(folder, 'policy.yaml'), policy);
}
