import type { LogRecord } from '@kilometers/core/record.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import { wordsFor } from '../cli/words.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { remotelyScored, remoteRiskBody } from '../filters/remote-risk.ts';
import { readLog } from '../log/read.ts';
import type { RecordLine } from '../log/record-line.ts';
import type { Rpc } from '../message/message.ts';
import { eventsOfRecords } from '../outbox/events-of-records.ts';
import { outboxPlaces } from '../outbox/places.ts';
import { readOutbox } from '../outbox/read-outbox.ts';
import { bodyOf } from '../outbox/send.ts';
import { version } from '../version.ts';
import type { Command, Invocation } from './command.ts';
import { tell } from './log-options.ts';
import { Output } from './output.ts';
import { bindingOf } from './run-outbox.ts';

export const telemetryPreview: Command = {
  name: 'telemetry preview',
  summary: 'Show exactly what would be sent to the control plane',
  usage: '[options]',
  options: {
    'from-log': {
      type: 'boolean',
      help: 'What the record of this machine would come to, also when nobody is signed in',
    },
    risk: {
      type: 'boolean',
      help: 'What `risk_analysis.remote.enabled` would send of the messages on record to be scored',
    },
  },
  examples: ['km telemetry preview', `km telemetry preview --from-log | jq '.events[]'`, 'km telemetry preview --risk'],
  async run(invocation) {
    const { positionals, env, cwd, options } = invocation;
    wordsFor('km telemetry preview', positionals, 0);
    const config = await loadConfig({ env, cwd });
    const bodies = await bodiesFor(config, options);
    const output = new Output(process.stdout);
    for (const body of bodies) output.text(`${body}\n`);
    await output.flush();
    if (bodies.length === 0) tell(invocation, nothing(options));
    return 0;
  },
};

function bodiesFor(config: Config, options: Invocation['options']): Promise<readonly string[]> {
  if (options.risk === true) return toBeScored(config);
  return options['from-log'] === true ? fromLog(config) : waiting(config);
}

function nothing({ risk }: Invocation['options']): string {
  if (risk === true) return 'No message that would be scored is on record.';
  return 'No event waits to be sent. `--from-log` shows what the record would come to.';
}

/** A request for each message: those of messages that are kept cut would be longer than what is shown. */
async function toBeScored({ paths, settings }: Config): Promise<readonly string[]> {
  const redactor = createRedactor(settings.redact);
  const bodies: string[] = [];
  const onRecord = (line: RecordLine) => {
    const { run, dir, method, tool, kind, server = '', message } = JSON.parse(line.bytes.toString()) as LogRecord;
    if (dir === undefined || message === undefined || !remotelyScored.has(method)) return;
    const asked = kind === 'response' && method !== undefined ? { method, ...(tool && { target: tool }) } : undefined;
    const subject = { dir, rpc: message as Rpc, ...(asked && { asked }) };
    bodies.push(remoteRiskBody(subject, { run, server }, redactor));
  };
  await readLog(paths.logFile, { onRecord });
  return bodies;
}

/** The bodies of the requests to come, to the byte. */
async function waiting({ paths, ...config }: Config): Promise<readonly string[]> {
  const binding = await bindingOf({ paths, ...config });
  const { batches } = await readOutbox(outboxPlaces(paths.dataFolder), binding, Date.now());
  return batches.map(({ lines }) => bodyOf(lines));
}

async function fromLog({ paths, settings }: Config): Promise<readonly string[]> {
  const lines: string[] = [];
  const see = eventsOfRecords(createRedactor(settings.redact), version, (json) => lines.push(json));
  const onRecord = (line: RecordLine) => see(JSON.parse(line.bytes.toString()) as LogRecord); // The reader saw that it is one.
  await readLog(paths.logFile, { onRecord });
  const size = settings.telemetry.batch_size;
  const batches = Array.from({ length: Math.ceil(lines.length / size) }, (_, at) =>
    lines.slice(at * size, (at + 1) * size),
  );
  return batches.map(bodyOf);
}
