import * as v from 'valibot';

/** Version of the record format. Readers skip, and count, records of a version they do not know. */
export const recordVersion = 1;

/**
 * What a record is about.
 *
 * `request`, `response`, `notification` and `batch` are JSON-RPC messages, one line each; `blank` is an empty line and
 * `opaque` a line that is not exactly one well-formed message. The rest is what km itself has to say.
 */
export const recordKinds = [
  'request',
  'response',
  'notification',
  'batch',
  'opaque',
  'blank',
  'stderr',
  'decision',
  'resources',
  'session',
  'gap',
  'trim',
  'end',
] as const;
export type RecordKind = (typeof recordKinds)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const described = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text));
const id = v.union([v.string(), v.number(), v.null()]);

/** Why a line is `opaque`: what keeps it from being exactly one well-formed message. */
export const opaqueReasons = [
  'not-json',
  'not-utf8',
  'not-a-message',
  'bare-cr',
  'duplicate-key',
  'too-deep',
  'too-long',
] as const;
export type OpaqueReason = (typeof opaqueReasons)[number];

const Decision = v.object({
  by: described(v.string(), 'Name of the filter.'),
  verdict: described(v.picklist(['pass', 'replace', 'block', 'ask', 'unjudged']), 'What it said.'),
  rule: v.optional(described(v.string(), 'The rule of the policy that decided.')),
  reason: v.optional(described(v.string(), 'Why, for a person.')),
  tags: v.optional(described(v.array(v.string()), 'Words that the policy puts on the message.')),
});

/** One thing that the risk engine saw. */
const FindingRecord = v.looseObject({
  rule: described(v.string(), 'Family and name, such as `files.sensitive`.'),
  owasp: described(v.string(), 'Class of the OWASP MCP Top 10.'),
  weight: described(v.number(), 'What it alone would score, from 0 to 1.'),
  reason: v.string(),
  evidence: described(v.string(), 'The text that was matched, cut and redacted.'),
  at: v.looseObject({ pointer: v.string(), start: v.number(), end: v.number() }),
});

/** One element of a batch, correlated by itself. */
const Part = v.object({
  kind: v.picklist(['request', 'response', 'notification']),
  method: v.optional(v.string()),
  tool: v.optional(v.string()),
  id: v.optional(id),
  call: v.optional(count),
  ms: v.optional(v.number()),
  status: v.optional(v.picklist(['ok', 'error', 'tool_error', 'input_required', 'task'])),
});

const Usage = v.object({
  cpu_ms: described(v.number(), 'CPU time so far, user and system, in milliseconds.'),
  rss: described(count, 'Resident memory in bytes.'),
  fds: v.optional(described(count, 'Open file descriptors.')),
});

/**
 * One line of `mcp_proxy.log`. The only definition: types, the reader's checks and docs/reference/record.md come from it.
 */
export const LogRecord = v.looseObject({
  v: described(v.literal(recordVersion), 'Version of this format.'),
  ts: described(v.string(), 'When it arrived: UTC, ISO 8601, milliseconds.'),
  run: described(v.string(), 'UUIDv7 of the km process: the key of the hash chain.'),
  session: described(v.string(), 'Label of the session: `--session-id`, else the run. May repeat.'),
  seq: described(
    count,
    'Counts, from 1, what the run saw. Records the log writes about itself repeat the last number.',
  ),
  server: v.optional(described(v.string(), 'How the server is called: `--name`, else taken from its command.')),
  kind: described(v.picklist(recordKinds), 'What the record is about.'),
  dir: v.optional(described(v.picklist(['c2s', 's2c']), 'Client to server, or server to client.')),
  method: v.optional(described(v.string(), 'JSON-RPC method; on a response, that of its request.')),
  tool: v.optional(described(v.string(), 'Tool, prompt or resource that the call names.')),
  id: v.optional(described(id, 'JSON-RPC id.')),
  call: v.optional(
    described(count, '`seq` of the request that opened the call; the same over retries and task polls.'),
  ),
  bytes: v.optional(described(count, 'Length of the line as it came, without its newline.')),
  ms: v.optional(
    described(v.number(), 'On a response: milliseconds since the call began, human waiting time taken out.'),
  ),
  wait_ms: v.optional(
    described(v.number(), 'On a response: milliseconds the call waited for a human (`input_required`).'),
  ),
  status: v.optional(
    described(
      v.picklist(['ok', 'error', 'tool_error', 'input_required', 'task']),
      'How the call stands after this response.',
    ),
  ),
  late: v.optional(described(v.literal(true), 'The response took longer than `proxy.timeout`.')),
  cancelled: v.optional(described(v.literal(true), 'The response came after the call had been cancelled.')),
  unpaired: v.optional(described(v.literal(true), 'A response to no request that km saw.')),
  via: v.optional(described(v.string(), 'Run of the km that the message came through before, and that keeps it too.')),
  outcome: v.optional(
    described(
      v.picklist(['forwarded', 'changed', 'blocked', 'answered', 'taken', 'undelivered']),
      'What km did with the message: `answered` it in the receiver’s stead; `taken` was meant for km itself.',
    ),
  ),
  by: v.optional(described(v.array(Decision), 'The filters that had something to say, in order.')),
  risk: v.optional(described(v.number(), 'Score from 0 to 1.')),
  findings: v.optional(described(v.array(FindingRecord), 'What the risk engine saw, heaviest first.')),
  opaque: v.optional(described(v.picklist(opaqueReasons), 'Why the line is opaque.')),
  truncated: v.optional(
    described(v.literal(true), 'The message was longer than `log.max_message`; `raw` is its beginning.'),
  ),
  redacted: v.optional(described(count, 'How many secrets were replaced in this record.')),
  parts: v.optional(described(v.array(Part), 'The elements of a batch.')),
  text: v.optional(described(v.string(), 'A line of the server’s stderr.')),
  client: v.optional(described(v.looseObject({}), 'On `session`: name and version of the client, once known.')),
  info: v.optional(
    described(v.looseObject({}), 'On `session`: km version, command, tier, tags, server and protocol version.'),
  ),
  km: v.optional(described(Usage, 'On `resources`: km itself.')),
  child: v.optional(described(Usage, 'On `resources`: the server process.')),
  from: v.optional(described(count, 'On `gap`: first `seq` lost.')),
  to: v.optional(described(count, 'On `gap`: last `seq` lost.')),
  reason: v.optional(described(v.string(), 'On `gap` and `trim`: why.')),
  of: v.optional(described(v.string(), 'On `trim`: the run whose beginning was dropped.')),
  first: v.optional(
    described(v.nullable(count), 'On `trim`: `seq` of the first record kept, where it is known; null when none was.'),
  ),
  last: v.optional(described(count, 'On `trim`: `seq` of the last record dropped.')),
  was: v.optional(
    described(
      v.string(),
      'On `trim`: the `prev` that the first record kept carries: SHA-256 of the last line dropped of that run.',
    ),
  ),
  count: v.optional(described(count, 'On `end`: records written by the run, this one not counted.')),
  open: v.optional(described(count, 'On `end`: requests never answered.')),
  exit: v.optional(described(v.nullable(v.number()), 'On `end`: exit status km ended with.')),
  signal: v.optional(described(v.string(), 'On `end`: signal that ended the server.')),
  seal: v.optional(
    described(
      v.string(),
      'On `end`, and on `session` once the key is known: name of the key, a dot, and the HMAC-SHA256 (hex) of this line, ' +
        'run, count and chain head included, as it is without the value of `seal`. The key is in the keyring.',
    ),
  ),
  prev: described(
    v.string(),
    'SHA-256, hex, of the run’s previous line as written, without its newline; 64 zeros on the first.',
  ),
  message: v.optional(described(v.unknown(), 'The JSON-RPC message itself.')),
  raw: v.optional(described(v.string(), 'The line as text, where it is not kept as `message`.')),
  original: v.optional(described(v.unknown(), 'On a changed message: what came, before the change.')),
});
export type LogRecord = v.InferOutput<typeof LogRecord>;

/** `prev` of a run's first record. */
export const chainStart = '0'.repeat(64);
