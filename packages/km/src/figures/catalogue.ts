/** What a figure is: how it is called, what it counts in, and the names of its labels, in order. */
export interface FigureKind {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** `s` seconds, `By` bytes, `1` a number of things. */
  readonly unit: 's' | 'By' | '1';
  readonly labels: readonly string[];
  readonly help: string;
  /** How the values of several km's come together. Default: they are added up. */
  readonly together?: 'least';
}

const operation = [
  'server',
  'direction',
  'mcp.method.name',
  'gen_ai.tool.name',
  'gen_ai.prompt.name',
  'gen_ai.operation.name',
  'error.type',
  'rpc.response.status_code',
  'mcp.protocol.version',
  'network.transport',
] as const;
const session = ['server', 'mcp.protocol.version', 'network.transport', 'error.type'] as const;

/**
 * Every figure there is, by the name it has in OpenTelemetry. Names with `mcp.` and their labels are those of the semantic
 * conventions; what is km's own has short labels.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai — docs/gen-ai/mcp.md
 */
export const catalogue = {
  'km.messages': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'direction', 'kind', 'outcome'],
    help: 'Lines that came from client or server, by what became of them.',
  },
  'km.messages.size': {
    type: 'counter',
    unit: 'By',
    labels: ['server', 'direction'],
    help: 'Length of these lines.',
  },
  'km.calls': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'direction', 'method', 'tool', 'status'],
    help: 'Calls that were answered, by how: ok, error, tool_error, or blocked by km.',
  },
  'km.responses.odd': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'oddity'],
    help: 'Responses that came late, after their call was cancelled, or to no call.',
  },
  'km.blocked': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'direction', 'by'],
    help: 'Messages that a filter or a person stopped.',
  },
  'km.risk.findings': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'rule'],
    help: 'What risk analysis saw, by rule.',
  },
  'km.risk.messages': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'level'],
    help: 'Messages with findings; of high level from the threshold on.',
  },
  'mcp.server.operation.duration': {
    type: 'histogram',
    unit: 's',
    labels: operation,
    help: 'How long calls took, from their arrival at km to the answer; waiting for a person is left out.',
  },
  'mcp.client.operation.duration': {
    type: 'histogram',
    unit: 's',
    labels: operation,
    help: 'How long calls took that km passed on, without those it answered itself.',
  },
  'mcp.server.session.duration': {
    type: 'histogram',
    unit: 's',
    labels: session,
    help: 'How long sessions lasted, on the side of the client.',
  },
  'mcp.client.session.duration': {
    type: 'histogram',
    unit: 's',
    labels: session,
    help: 'How long sessions lasted, on the side of the server.',
  },
  'km.sessions': { type: 'counter', unit: '1', labels: ['server'], help: 'Sessions that began.' },
  'km.sessions.open': { type: 'gauge', unit: '1', labels: ['server'], help: 'Sessions that go on.' },
  'km.server.exits': {
    type: 'counter',
    unit: '1',
    labels: ['server', 'how'],
    help: 'Servers that ended: ok, failed (exit status), signal.',
  },
  'km.process.cpu.time': {
    type: 'counter',
    unit: 's',
    labels: ['process', 'server'],
    help: 'CPU time of km, and of the server with all that it started.',
  },
  'km.process.memory': {
    type: 'gauge',
    unit: 'By',
    labels: ['process', 'server'],
    help: 'Resident memory of km, and of the server with all that it started.',
  },
  'km.process.open_files': {
    type: 'gauge',
    unit: '1',
    labels: ['process', 'server'],
    help: 'Open file descriptors.',
  },
  'km.log.records': { type: 'counter', unit: '1', labels: [], help: 'Records written to the log.' },
  'km.log.records.lost': { type: 'counter', unit: '1', labels: [], help: 'Records that the log could not take.' },
  'km.outbox.dropped': {
    type: 'counter',
    unit: '1',
    labels: [],
    help: 'Events that will not reach the control plane.',
  },
  'km.otlp.dropped': {
    type: 'counter',
    unit: '1',
    labels: ['signal'],
    help: 'Spans and metrics that could not be exported.',
  },
  'km.certificate.expiry_timestamp': {
    type: 'gauge',
    unit: 's',
    labels: ['certificate'],
    help: 'When a certificate that is in use ends, since the epoch.',
    together: 'least',
  },
  'km.build.info': { type: 'gauge', unit: '1', labels: ['version'], help: 'Processes of km, by version.' },
} as const satisfies Record<string, FigureKind>;

export type FigureName = keyof typeof catalogue;
export type NameOf<T extends FigureKind['type']> = {
  [N in FigureName]: (typeof catalogue)[N]['type'] extends T ? N : never;
}[FigureName];
/** Its labels. One that is left out, or empty, is not there. */
export type LabelsOf<N extends FigureName> = { readonly [L in (typeof catalogue)[N]['labels'][number]]?: string };

/** Upper bounds of the bins of every histogram, in seconds; the last bin has none. */
export const bounds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] as const;
