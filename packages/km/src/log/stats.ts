import type { LogRecord } from '@kilometers/core/record.ts';
import { Histogram } from '../histogram.ts';
import { Hops } from './hops.ts';
import { partsOf } from './query.ts';
import type { RecordLine } from './record-line.ts';
import { wasStopped } from './was-stopped.ts';

/** What figures can be told apart by. */
export const dimensions = ['server', 'method', 'tool', 'session', 'client', 'dir', 'status'] as const;
export type Dimension = (typeof dimensions)[number];

/** Figures of one group of messages. */
export interface Figures {
  /** Values of the dimensions, in their order; empty where a message has none. */
  readonly group: readonly string[];
  /** Lines and elements of batches, both ways. */
  readonly messages: number;
  /** Calls that ended. The legs of a call that waits for a person, and task polls, are no calls of their own. */
  readonly calls: number;
  /** Calls that ended with a JSON-RPC error, or with a tool's. */
  readonly errors: number;
  /** Requests that no response came to, as far as the log reaches. */
  readonly unanswered: number;
  readonly late: number;
  readonly blocked: number;
  /** Messages with a risk that were not blocked. */
  readonly noted: number;
  /** The highest score of a message; 0 where none has one. */
  readonly riskMax: number;
  readonly bytesC2s: number;
  readonly bytesS2c: number;
  /** Of calls that ended, milliseconds. */
  readonly durations: Histogram;
}

/** Names come from the traffic: whoever calls a million tools may not fill the memory. */
const groupsMax = 10_000;
const runsMax = 100_000;

interface RunFacts {
  client: string;
  /** First `seq` that was counted: answers to earlier requests answer nothing that was counted. */
  firstSeq: number | undefined;
}

type Status = LogRecord['status'];

/** A message as it counts: a line, or an element of a batch. */
interface Counted {
  readonly kind: string;
  readonly method: string | undefined;
  readonly tool: string | undefined;
  readonly dir: string | undefined;
  readonly status: Status | string | undefined;
  readonly outcome: string | undefined;
  readonly call: number | undefined;
  readonly ms: number | undefined;
  readonly bytes: number;
  readonly isUnpaired: boolean;
  readonly isLate: boolean;
  readonly risk: number;
}

/** Counts records into groups, in memory that is bounded by the number of groups and runs. */
export class Stats {
  readonly #by: readonly Dimension[];
  readonly #root: Node = { next: new Map(), group: undefined };
  readonly #groups: Group[] = [];
  /** Where messages go once there are too many groups. */
  readonly #other: Group;
  readonly #runs = new Map<string, RunFacts>();
  readonly #hops = new Hops(
    (line) => this.#add(line, line.text('kind') ?? ''),
    (run) => this.#runs.has(run),
  );

  constructor(by: readonly Dimension[]) {
    this.#by = by;
    this.#other = new Group(by.map(() => '(other)'));
  }

  add(line: RecordLine): void {
    const kind = line.text('kind') ?? '';
    this.learn(line);
    if (!messageKinds.has(kind)) return;
    // It came through another km that has it in this log as well, or may have further on: a call counts once.
    if (this.#hops.takes(line)) return;
    this.#add(line, kind);
  }

  #add(line: RecordLine, kind: string): void {
    const run = this.#run(line);
    run.firstSeq ??= line.number('seq') ?? 0;
    const message = readMessage(line, kind);
    this.#count(line, run, message);
    for (const part of kind === 'batch' ? readParts(line, message) : []) this.#count(line, run, part);
  }

  /** Takes the client's name from a `session` record, also from one that is not to be counted. */
  learn(line: RecordLine): void {
    if (line.text('kind') !== 'session') return;
    this.#run(line);
    const client = line.value('client') as { readonly name?: unknown } | undefined;
    if (typeof client?.name === 'string') this.#run(line).client = client.name;
  }

  /** By calls, then by messages, most first. */
  get figures(): Figures[] {
    return this.#all().sort((a, b) => b.calls - a.calls || b.messages - a.messages);
  }

  /** All groups together. */
  get total(): Figures {
    const total = new Group(['total']);
    for (const group of this.#all()) total.merge(group);
    return total;
  }

  #all(): Group[] {
    this.#hops.release();
    return [...this.#groups, ...(this.#other.messages > 0 ? [this.#other] : [])];
  }

  #run(line: RecordLine): RunFacts {
    const id = line.text('run') ?? '';
    let run = this.#runs.get(id);
    if (!run) {
      if (this.#runs.size >= runsMax) this.#runs.delete(this.#runs.keys().next().value as string);
      run = { client: '', firstSeq: undefined };
      this.#runs.set(id, run);
      this.#hops.saw(id);
    }
    return run;
  }

  #count(line: RecordLine, run: RunFacts, message: Counted): void {
    const opened = message.call ?? line.number('seq') ?? 0;
    this.#group(line, run, message).add(message, opened >= (run.firstSeq ?? 0));
  }

  #group(line: RecordLine, run: RunFacts, message: Counted): Group {
    let node = this.#root;
    for (const dimension of this.#by) {
      const value = groupValue(dimension, line, run, message);
      const next = node.next.get(value) ?? this.#branch(node, value);
      if (!next) return this.#other;
      node = next;
    }
    node.group ??= this.#newGroup(this.#by.map((dimension) => groupValue(dimension, line, run, message)));
    return node.group;
  }

  #branch(node: Node, value: string): Node | undefined {
    if (this.#groups.length >= groupsMax) return undefined;
    const branch: Node = { next: new Map(), group: undefined };
    node.next.set(value, branch);
    return branch;
  }

  #newGroup(values: readonly string[]): Group {
    const group = new Group(values);
    this.#groups.push(group);
    return group;
  }
}

/** Groups are found value by value: cheaper than to make one key of all values for each message. */
interface Node {
  readonly next: Map<string, Node>;
  group: Group | undefined;
}

const messageKinds: ReadonlySet<string> = new Set(['request', 'response', 'notification', 'batch', 'opaque', 'blank']);

function groupValue(dimension: Dimension, line: RecordLine, run: RunFacts, message: Counted): string {
  if (dimension === 'client') return run.client;
  if (dimension === 'method') return message.method ?? `(${message.kind})`;
  if (dimension === 'tool') return message.tool ?? '';
  if (dimension === 'status') return message.status ?? '';
  if (dimension === 'dir') return callDirection(message);
  return line.text(dimension) ?? '';
}

/** A response belongs to the direction its request went. */
function callDirection({ kind, dir }: Counted): string {
  if (kind !== 'response') return dir ?? '';
  return dir === 's2c' ? 'c2s' : 's2c';
}

function readMessage(line: RecordLine, kind: string): Counted {
  return {
    kind,
    method: line.text('method'),
    tool: line.text('tool'),
    dir: line.text('dir'),
    status: kind === 'response' ? line.text('status') : undefined,
    outcome: line.text('outcome'),
    call: line.number('call'),
    ms: line.number('ms'),
    bytes: line.number('bytes') ?? 0,
    isUnpaired: line.has('unpaired'),
    isLate: line.has('late'),
    risk: line.number('risk') ?? 0,
  };
}

/** The elements count singly; bytes, verdict and risk are those of the line and count there. */
function readParts(line: RecordLine, whole: Counted): Counted[] {
  return partsOf(line).map(({ kind, method, tool, status, call, ms }) => ({
    ...{ kind, method, tool, status, call, ms: typeof ms === 'number' ? ms : undefined },
    ...{ dir: whole.dir, outcome: undefined, bytes: 0, isUnpaired: call === undefined, isLate: false, risk: 0 },
  }));
}

class Group implements Figures {
  readonly group: readonly string[];
  readonly durations = new Histogram();
  messages = 0;
  calls = 0;
  errors = 0;
  late = 0;
  blocked = 0;
  noted = 0;
  riskMax = 0;
  bytesC2s = 0;
  bytesS2c = 0;
  #requests = 0;
  #responses = 0;

  constructor(group: readonly string[]) {
    this.group = group;
  }

  get unanswered(): number {
    return Math.max(0, this.#requests - this.#responses);
  }

  /** @param isKnown The request that opened the call was counted too. */
  add(message: Counted, isKnown: boolean): void {
    this.messages++;
    if (message.dir === 'c2s') this.bytesC2s += message.bytes;
    else this.bytesS2c += message.bytes;
    if (wasStopped(message.outcome)) this.blocked++;
    else if (message.risk > 0) this.noted++;
    this.riskMax = Math.max(this.riskMax, message.risk);
    if (message.kind === 'request') this.#addRequest(message, isKnown);
    else if (message.kind === 'response' && !message.isUnpaired) this.#addResponse(message, isKnown);
  }

  merge(other: Group): void {
    for (const key of ['messages', 'calls', 'errors', 'late', 'blocked', 'noted', 'bytesC2s', 'bytesS2c'] as const)
      this[key] += other[key];
    this.riskMax = Math.max(this.riskMax, other.riskMax);
    // Added as they are shown: answers too many in one group hide no silence in another.
    this.#requests += other.unanswered;
    this.durations.merge(other.durations);
  }

  #addRequest({ outcome }: Counted, isKnown: boolean): void {
    if (isKnown && !wasStopped(outcome)) this.#requests++;
  }

  #addResponse({ status, ms, isLate }: Counted, isKnown: boolean): void {
    if (isKnown) this.#responses++;
    if (isLate) this.late++;
    if (status === 'input_required' || status === 'task') return;
    this.calls++;
    if (status === 'error' || status === 'tool_error') this.errors++;
    if (ms !== undefined) this.durations.add(ms);
  }
}
