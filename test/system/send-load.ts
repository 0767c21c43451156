export interface Load {
  /** Ids of the events that the server said it has. */
  readonly acknowledged: ReadonlySet<string>;
  /** How often the batch was sent that was sent most. */
  readonly attemptsMost: number;
  /** Resolves once so many batches were acknowledged. */
  reaches(batches: number): Promise<void>;
  /** Resolves when all is sent, or given up. */
  readonly done: Promise<void>;
}

interface Shape {
  readonly url: string;
  readonly jwt: string;
  readonly clients: number;
  /** Of each client, one after the other. */
  readonly batches: number;
  /** In each batch. */
  readonly events: number;
  /** How often a batch is sent at most. A client gives up after that. */
  readonly attempts: number;
}

/** Km's that send events as fast as they are taken. What gets no answer, or 5xx, is sent again, the same events. */
export function sendLoad(shape: Shape): Load {
  const acknowledged = new Set<string>();
  const waiting: { readonly batches: number; readonly resolve: () => void }[] = [];
  let taken = 0;
  let attemptsMost = 0;
  const tell = () => {
    for (const { batches, resolve } of waiting) if (taken >= batches) resolve();
  };
  const client = async (number: number): Promise<void> => {
    for (let batch = 0; batch < shape.batches; batch++) {
      const events = batchOf(`run-${number}`, batch, shape.events);
      const attempts = await deliver(shape, events);
      attemptsMost = Math.max(attemptsMost, attempts ?? shape.attempts + 1);
      if (attempts === undefined) return;
      for (const { id } of events) acknowledged.add(id);
      taken += 1;
      tell();
    }
  };
  const done = Promise.all(Array.from({ length: shape.clients }, (_, number) => client(number))).then(() => {});
  return {
    acknowledged,
    get attemptsMost() {
      return attemptsMost;
    },
    reaches: (batches) => Promise.race([new Promise<void>((resolve) => waiting.push({ batches, resolve })), done]),
    done,
  };
}

const batchOf = (run: string, batch: number, length: number) =>
  Array.from({ length }, (_, index) => ({
    id: `${run}:${batch * length + index}`,
    kind: 'exchange',
    ts: new Date().toISOString(),
    run,
    server: 'files',
    method: 'tools/call',
    tool: `tool-${index % 5}`,
    ms: index,
    status: 'ok',
  }));

/** @returns The attempt that was answered well, from 1; undefined when none was. */
async function deliver({ url, jwt, attempts }: Shape, events: readonly object[]): Promise<number | undefined> {
  const body = JSON.stringify({ events });
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${jwt}` };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const response = await fetch(`${url}/api/events/telemetry`, { method: 'POST', headers, body }).catch(
      () => undefined,
    );
    const text = await response?.text().catch(() => undefined);
    if (text !== undefined && response?.status === 200) return attempt;
    if (response && response.status < 500) throw new Error(`${response.status}: ${text}`);
  }
  return undefined;
}
