import { batchMax } from '@kilometers/core/api/events.ts';
import { tiers } from '@kilometers/core/tiers.ts';
import * as v from 'valibot';
import { logLevels } from '../diagnostics/levels.ts';

const mebibyte = 1024 * 1024;

/** Timers count milliseconds in 31 bits: a longer wait would end at once. */
const secondsMax = 2_000_000;

function key<T extends v.GenericSchema>(wants: string, schema: T, initial: v.InferInput<T>, description: string) {
  return v.optional(v.pipe(schema, v.description(description), v.metadata({ wants })), initial as never);
}

function seconds(least: 0 | 0.01 | 1, initial: number, description: string) {
  const wants = least === 0.01 ? 'a number of seconds above 0' : `a number of seconds, ${least} or more`;
  return key(wants, v.pipe(v.number(), v.minValue(least), v.maxValue(secondsMax)), initial, description);
}

function whole(wants: string, least: number, most: number, initial: number, description: string) {
  const schema = v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
  return key(`${wants} from ${least} to ${most}`, schema, initial, description);
}

function bytes(least: number, initial: number, description: string) {
  const schema = v.pipe(v.number(), v.safeInteger(), v.minValue(least));
  return key(`a whole number of bytes, ${least} or more`, schema, initial, description);
}

function file(description: string) {
  return key('the path of a file, or nothing', v.string(), '', description);
}

function oneOf<const T extends readonly string[]>(names: T, initial: T[number], description: string) {
  return key(`one of ${names.join(', ')}`, v.picklist(names), initial as never, description);
}

/** A filter that asks an HTTP endpoint. The secret itself never stands in a file of settings. */
const Webhook = v.pipe(
  v.object({
    name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/)),
    url: v.pipe(v.string(), v.check(isSafeUrl)),
    secret_env: v.optional(v.string()),
    secret_file: v.optional(v.string()),
    mode: v.optional(v.picklist(['validate', 'mutate']), 'validate'),
    dir: v.optional(v.picklist(['c2s', 's2c'])),
    methods: v.optional(v.array(v.string())),
    deadline_ms: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(60_000)), 2_000),
    on_failure: v.picklist(['pass', 'block']),
  }),
  v.check(({ secret_env, secret_file }) => (secret_env === undefined) !== (secret_file === undefined)),
);
export type Webhook = v.InferOutput<typeof Webhook>;

/** Who km is for an authorization server that it was registered with. The secret itself never stands in a file of settings. */
const OAuthClient = v.object({
  issuer: v.pipe(v.string(), v.check(isSafeUrl)),
  client_id: v.pipe(v.string(), v.minLength(1)),
  secret_env: v.optional(v.string()),
});

const names = v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.readonly());
const patterns = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.check(isPattern))), v.readonly());
const webhooks = v.pipe(v.array(Webhook), v.readonly());
const oauthClients = v.pipe(v.array(OAuthClient), v.readonly());
const section = <T extends v.ObjectEntries>(entries: T) => v.optional(v.object(entries), {} as never);

/**
 * Every key of the configuration: types, checks, help, the reference and the JSON Schema for editors come from here.
 * Durations are seconds and may have fractions; sizes are bytes.
 */
export const Settings = v.object({
  api_url: key(
    'an https URL (http only for this machine)',
    v.pipe(v.string(), v.check(isSafeUrl)),
    'https://api.kilometers.ai',
    'The control plane. Never contacted without an API key.',
  ),
  api_tls: section({
    ca: file('Certificates (PEM) that the control plane is trusted by, in the place of those of the system.'),
    cert: file('Certificate (PEM) that km shows to the control plane.'),
    key: file('Private key (PEM) of that certificate.'),
  }),
  default_tier: oneOf(tiers, 'free', 'Tier that holds while nobody is signed in.'),
  log_level: oneOf(logLevels, 'info', 'How much km says about itself on stderr.'),
  proxy: section({
    timeout: seconds(0.01, 30, 'An exchange that takes longer is marked late. It is never cancelled.'),
    buffer_size: whole(
      'a whole number of bytes',
      512,
      16 * mebibyte,
      8192,
      'How much may wait for a slow reader before km stops reading. Never a limit on a message.',
    ),
    max_retries: whole(
      'a whole number',
      0,
      100,
      3,
      'How often km tries again to reach a server across the network, before it answers in its stead.',
    ),
    term_after: seconds(0, 1.5, 'How long a server may take to end after its input was closed, before SIGTERM.'),
    kill_after: seconds(0, 1, 'How long a server may take to end after SIGTERM, before SIGKILL.'),
  }),
  log: section({
    max_size: bytes(4096, 64 * mebibyte, 'Size at which the log is rotated.'),
    max_files: whole('a whole number', 1, 10_000, 16, 'How many segments are kept, the current one included.'),
    max_age: key(
      'a number of seconds, 0 or more',
      v.pipe(v.number(), v.minValue(0)),
      2_592_000,
      'Age at which a segment is deleted; 0 keeps it.',
    ),
    max_message: bytes(0, mebibyte, 'A longer message is kept cut to its first 64 KiB, and marked.'),
  }),
  redact: section({
    keys: key('a list of names', names, [], 'Names of fields whose values are replaced in what is kept.'),
    patterns: key(
      'a list of regular expressions',
      patterns,
      [],
      'Regular expressions; what they match is replaced in what is kept.',
    ),
    personal: key('true or false', v.boolean(), false, 'Also replace e-mail addresses, card and phone numbers.'),
  }),
  risk_analysis: section({
    enabled: key('true or false', v.boolean(), true, 'Judge messages, where the tier has risk analysis.'),
    threshold: key(
      'a number from 0 to 1',
      v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      0.8,
      'Score from which a message counts as of high risk.',
    ),
    block_high_risk: key('true or false', v.boolean(), true, 'Stop what scores at or above the threshold.'),
    preset: oneOf(
      ['observe', 'balanced', 'strict'],
      'balanced',
      'observe notes only; balanced stops high risk and lets pass what could not be judged; strict also asks from half of the threshold on, and stops what could not be judged.',
    ),
    transform: key(
      'true or false',
      v.boolean(),
      false,
      'Forward the safer form of a call where there is one, instead of stopping it.',
    ),
    model: key('true or false', v.boolean(), true, 'Let the learned model speak beside the rules.'),
    tools: oneOf(
      ['mark', 'hide', 'pass'],
      'mark',
      'What becomes of a poisoned or changed tool in a list until `km tools approve`.',
    ),
    ask_timeout: seconds(1, 45, 'How long a person may take to answer when asked; then the call is refused.'),
    remote: section({
      enabled: key(
        'true or false',
        v.boolean(),
        false,
        'Also have the control plane score messages, while signed in: they are sent there, secrets replaced.',
      ),
      deadline: seconds(0.01, 0.3, 'How long the control plane may take; then what km finds by itself counts.'),
    }),
  }),
  organisation: section({
    refresh: seconds(1, 30, 'How often km looks for a new policy of the organisation, while signed in.'),
  }),
  webhooks: key(
    'a list of objects with name, url (https, or http to this machine), secret_env or secret_file, on_failure (pass or block), and as you like mode (validate or mutate), dir, methods, deadline_ms',
    webhooks,
    [],
    'HTTP endpoints that judge messages. See the guide to filters.',
  ),
  server_tls: section({
    ca: file('Certificates (PEM) that servers reached with --url are trusted by, in the place of those of the system.'),
    cert: file('Certificate (PEM) that km shows to servers reached with --url.'),
    key: file('Private key (PEM) of that certificate.'),
  }),
  oauth: section({
    clients: key(
      'a list of objects with issuer, client_id and, as you like, secret_env',
      oauthClients,
      [],
      'Authorization servers of MCP servers with which km has been registered.',
    ),
    client_metadata_url: key(
      'an https URL, or nothing',
      v.pipe(
        v.string(),
        v.check((text) => text === '' || (isSafeUrl(text) && text.startsWith('https:'))),
      ),
      '',
      'Address of a description of your km, for authorization servers that take one as its id.',
    ),
    redirect_port: whole(
      'a whole number',
      0,
      65_535,
      0,
      'Port on this machine to which the browser comes back after a sign-in; 0 takes a free one.',
    ),
  }),
  telemetry: section({
    enabled: key(
      'true or false',
      v.boolean(),
      true,
      'Report to the control plane, once somebody has signed in and the tier has telemetry.',
    ),
    batch_size: whole('a whole number', 1, batchMax, 100, 'How many events are sent together.'),
    flush_interval: seconds(0.01, 30, 'After this, events are sent also where they are fewer.'),
    include_content: key(
      'true or false',
      v.boolean(),
      false,
      'Also send the messages themselves, redacted. `km telemetry preview` shows them.',
    ),
    memory_max: whole(
      'a whole number',
      1,
      1_000_000,
      10_000,
      'Most events that wait in memory, where the disk takes none.',
    ),
    disk_max: bytes(
      0,
      100 * mebibyte,
      'Most bytes of events that wait in the data folder, those of all runs together.',
    ),
  }),
  hold: section({
    max_bytes: bytes(1024, 16 * mebibyte, 'Longest message that is held for a filter; a longer one is refused.'),
  }),
  listen: section({
    token_file: key(
      'a path',
      v.string(),
      '',
      'File that holds the token clients have to bring. Without it one is made at each start.',
    ),
    allow_hosts: key('a list of names', names, [], 'Names under which a listener may be addressed, beside its own.'),
    allow_origins: key(
      'a list of origins, such as https://app.example.com',
      names,
      [],
      'Web pages that may connect, beside those of this machine.',
    ),
    node: key(
      'up to 64 letters, digits, - and _, or nothing',
      v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{0,64}$/)),
      '',
      'Stands at the beginning of each session id, so that a balancer can tell the node.',
    ),
    max_sessions: whole(
      'a whole number',
      1,
      100_000,
      256,
      'How many sessions may be open; each has a server of its own.',
    ),
    max_requests: whole('a whole number', 1, 1_000_000, 4096, 'How many requests may be open, streams included.'),
    max_body: bytes(1024, 16 * mebibyte, 'Longest message that a client may post.'),
    idle_timeout: seconds(1, 1800, 'A session whose client has been away for so long is ended.'),
    drain_timeout: seconds(0, 10, 'How long open requests may still take once km was told to end.'),
  }),
  metrics: section({
    enabled: key('true or false', v.boolean(), false, 'Serve figures for Prometheus, where the tier has them.'),
    port: whole(
      'a port',
      1,
      65_535,
      9090,
      'Where they are served, at /metrics. One km of a machine serves the figures of all.',
    ),
    host: key(
      'an IP address, or localhost',
      v.pipe(v.string(), v.check(isHost)),
      '127.0.0.1',
      'Address that they are served on; 0.0.0.0 lets other machines read them, as a container needs.',
    ),
  }),
  otlp: section({
    enabled: key(
      'true or false',
      v.boolean(),
      false,
      'Export traces and figures to OpenTelemetry, where the tier has it.',
    ),
    endpoint: key(
      'an http or https URL without a password',
      v.pipe(v.string(), v.check(isCollector)),
      'http://localhost:4318',
      'The collector: OTLP over HTTP, in JSON. `/v1/traces` and `/v1/metrics` are added.',
    ),
    headers_file: key(
      'a path',
      v.string(),
      '',
      'File with headers for the collector, `name=value`, one a line. The variable KM_OTLP_HEADERS stands over it.',
    ),
    signals: oneOf(['all', 'traces', 'metrics'], 'all', 'What is exported.'),
    interval: seconds(1, 60, 'How often figures are exported.'),
    inject: key(
      'true or false',
      v.boolean(),
      false,
      'Write the trace context into `params._meta` of requests. Changes them, and is on record.',
    ),
  }),
  resources: section({
    interval: seconds(0, 30, 'How often CPU and memory of km and server are put on record; 0 is never.'),
  }),
});
export type Settings = v.InferOutput<typeof Settings>;

/** One key, seen from outside. */
export interface Setting {
  readonly schema: v.GenericSchema;
  readonly initial: unknown;
  readonly description: string;
  /** What a value must be, for a person. */
  readonly wants: string;
}

/** Every key by its dotted name, in the order of the schema. */
export const settings: ReadonlyMap<string, Setting> = new Map(leaves(Settings.entries, ''));

/** The value of a dotted key. */
export function valueAt(values: Settings, key: string): unknown {
  return key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], values);
}

type Entry = { readonly wrapped: v.GenericSchema; readonly default: unknown };

function* leaves(entries: object, prefix: string): Generator<[string, Setting]> {
  for (const [name, entry] of Object.entries(entries) as [string, Entry][]) {
    const { wrapped } = entry;
    if ('entries' in wrapped) yield* leaves(wrapped.entries as object, `${prefix}${name}.`);
    else yield [`${prefix}${name}`, describe(wrapped, entry.default)];
  }
}

function describe(schema: v.GenericSchema, initial: unknown): Setting {
  const { wants } = v.getMetadata(schema as never) as { wants: string };
  return { schema, initial, description: v.getDescription(schema as never) ?? '', wants };
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isCollector(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

function isHost(text: string): boolean {
  return text === 'localhost' || /^[\d.]+$|^[\da-fA-F:]+$/.test(text);
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false; // The error names only the pattern, which the message repeats anyhow.
  }
}
