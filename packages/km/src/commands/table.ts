import type { Command } from './command.ts';

/** What is known of a command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** The same as the command's own; a test compares them. */
  readonly summary: string;
  /** Started by km itself, and of no use to people: help does not list it. */
  readonly hidden?: true;
  load(): Promise<Command>;
}

/** Every command, in the order of `km --help`. Each is a file of its own, read only when it is called. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'monitor',
    summary: 'Run an MCP server behind km and keep a record of all that passes',
    load: async () => (await import('./monitor.ts')).monitor,
  },
  {
    name: 'logs',
    summary: 'Show what is on record',
    load: async () => (await import('./logs.ts')).logs,
  },
  {
    name: 'logs verify',
    summary: 'Check that nobody changed the record',
    load: async () => (await import('./logs-verify.ts')).logsVerify,
  },
  {
    name: 'seal-key',
    summary: 'Print the key that seals the log, for km itself',
    hidden: true,
    load: async () => (await import('./seal-key.ts')).sealKey,
  },
  {
    name: 'renew-token',
    summary: 'Renew the access token, for km itself',
    hidden: true,
    load: async () => (await import('./renew-token.ts')).renewToken,
  },
  {
    name: 'init',
    summary: 'Sign in to a control plane',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'logout',
    summary: 'Forget the key that `km init` was given',
    load: async () => (await import('./logout.ts')).logout,
  },
  {
    name: 'doctor',
    summary: 'Look for what is wrong, and say what to do',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'doctor jwt',
    summary: 'Show what the access token says, and never the token',
    load: async () => (await import('./doctor-jwt.ts')).doctorJwt,
  },
  {
    name: 'stats',
    summary: 'Count calls, errors, durations and bytes',
    load: async () => (await import('./stats.ts')).stats,
  },
  {
    name: 'clear-logs',
    summary: 'Remove what is on record',
    load: async () => (await import('./clear-logs.ts')).clearLogs,
  },
  {
    name: 'scan',
    summary: "Start the MCP servers of this machine's clients and judge what they say of themselves",
    load: async () => (await import('./scan.ts')).scan,
  },
  {
    name: 'certs new',
    summary: 'Make certificates for a km that listens, and for its clients',
    load: async () => (await import('./certs-new.ts')).certsNew,
  },
  {
    name: 'certs show',
    summary: 'Show whose certificates are, and until when they hold',
    load: async () => (await import('./certs-show.ts')).certsShow,
  },
  {
    name: 'risk score',
    summary: 'Judge messages or texts, one JSON line each',
    load: async () => (await import('./risk-score.ts')).riskScore,
  },
  {
    name: 'risk explain',
    summary: 'Show what is found in a text or a message, and how its score comes about',
    load: async () => (await import('./risk-explain.ts')).riskExplain,
  },
  {
    name: 'risk eval',
    summary: 'Measure the risk engine on labelled texts',
    load: async () => (await import('./risk-eval.ts')).riskEval,
  },
  {
    name: 'risk bench',
    summary: 'Measure how long judging takes, by kind of text and size',
    load: async () => (await import('./risk-bench.ts')).riskBench,
  },
  {
    name: 'tools list',
    summary: 'Print the tools that servers have listed, and which of them changed',
    load: async () => (await import('./tools-list.ts')).toolsList,
  },
  {
    name: 'tools show',
    summary: 'Print what a tool says of itself, and what changed in it',
    load: async () => (await import('./tools-show.ts')).toolsShow,
  },
  {
    name: 'tools approve',
    summary: 'Accept a tool as it was listed last',
    load: async () => (await import('./tools-approve.ts')).toolsApprove,
  },
  {
    name: 'tools reject',
    summary: 'Refuse a tool as it was listed last',
    load: async () => (await import('./tools-reject.ts')).toolsReject,
  },
  {
    name: 'plugin new',
    summary: 'Write a filter of your own to start from',
    load: async () => (await import('./plugin-new.ts')).pluginNew,
  },
  {
    name: 'plugin add',
    summary: 'Add a filter: a file, a folder or an npm package',
    load: async () => (await import('./plugin-add.ts')).pluginAdd,
  },
  {
    name: 'plugin list',
    summary: 'Print the filters that were added',
    load: async () => (await import('./plugin-list.ts')).pluginList,
  },
  {
    name: 'plugin remove',
    summary: 'Remove a filter that was added',
    load: async () => (await import('./plugin-remove.ts')).pluginRemove,
  },
  {
    name: 'policy init',
    summary: 'Write a policy to start from',
    load: async () => (await import('./policy-init.ts')).policyInit,
  },
  {
    name: 'policy check',
    summary: 'Check policy files, and run the tests in them',
    load: async () => (await import('./policy-check.ts')).policyCheck,
  },
  {
    name: 'policy show',
    summary: 'Print the rules that hold here, and where they come from',
    load: async () => (await import('./policy-show.ts')).policyShow,
  },
  {
    name: 'policy test',
    summary: 'Put what is on record before the policy: what would have been stopped',
    load: async () => (await import('./policy-test.ts')).policyTest,
  },
  {
    name: 'telemetry preview',
    summary: 'Show exactly what would be sent to the control plane',
    load: async () => (await import('./telemetry-preview.ts')).telemetryPreview,
  },
  {
    name: 'telemetry status',
    summary: 'Show whether anything is sent to the control plane, and what waits',
    load: async () => (await import('./telemetry-status.ts')).telemetryStatus,
  },
  {
    name: 'telemetry flush',
    summary: 'Send the events that ended sessions have left, now',
    load: async () => (await import('./telemetry-flush.ts')).telemetryFlush,
  },
  {
    name: 'config show',
    summary: 'Print every setting, its value and where it came from',
    load: async () => (await import('./config-show.ts')).configShow,
  },
  {
    name: 'config get',
    summary: 'Print the value of one setting',
    load: async () => (await import('./config-get.ts')).configGet,
  },
  {
    name: 'config set',
    summary: 'Change one setting in the configuration file',
    load: async () => (await import('./config-set.ts')).configSet,
  },
  {
    name: 'config edit',
    summary: 'Open the configuration file in your editor, then check it',
    load: async () => (await import('./config-edit.ts')).configEdit,
  },
  {
    name: 'config path',
    summary: 'Print where the configuration file is',
    load: async () => (await import('./config-path.ts')).configPath,
  },
];

/** What help and reference show. */
export const shownCommands = commandTable.filter(({ hidden }) => hidden !== true);
