import type { Memory } from './memory.ts';
import type { StringIn } from './strings-in.ts';

/** What a tool says of itself and is called: enough to guess whether it reaches beyond this machine. */
export interface Reach {
  /** Words of the name, in lower case: `createIssue` is `create`, `issue`. */
  readonly words: ReadonlySet<string>;
  readonly openWorld: boolean;
}

/** A tool's hints come from its server. They are only believed where they say more than the name does. */
export function reachOf(memory: Memory, server: string, tool: string): Reach {
  const text = memory.tool(server, tool)?.latest.parts.annotations?.text ?? '';
  return { words: wordsOf(tool), openWorld: text.includes('"openWorldHint":true') };
}

export function wordsOf(name: string): ReadonlySet<string> {
  const apart = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return new Set(apart.split(/[^a-z0-9]+/).filter((word) => word !== ''));
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Their results are written by somebody else. */
const foreign = words(
  'fetch browse browser web website webpage page url http crawl scrape google bing brave tavily exa duckduckgo news rss feed ' +
    'mail email emails gmail inbox imap message messages chat slack discord telegram teams channel issue issues comment ' +
    'comments pr pull review reviews ticket tickets jira tweet tweets reddit post posts thread forum download youtube ' +
    'transcript calendar event events invoice bill transaction transactions shared attachment',
);
/** They hand something to somebody else. */
const sending = words(
  'send post upload email mail publish share tweet comment reply webhook transfer pay payment invite forward sms notify ' +
    'submit push broadcast dm paste gist deploy tunnel schedule purchase order donate wire',
);
/** With these, `create` and the like hand something to somebody else. */
const posted = words(
  'issue issues pr pull comment gist page event ticket discussion release message tweet post review note',
);
const making = words('create add open write update edit new');
/** They ask somebody else for something, and say something by how they ask. */
const asking = words('fetch browse navigate goto http https request curl web url crawl scrape google download visit');
const running = words('shell bash exec run command terminal execute process powershell python code eval script');

/** True when what a tool answered was written by somebody beyond this machine. */
export function isForeign({ words: name, openWorld }: Reach, args: readonly StringIn[]): boolean {
  return openWorld || has(name, foreign) || args.some(({ text }) => isAddress(text)) || isNetworkCommand(name, args);
}

/** How a call reaches beyond this machine: it sends, or it only asks; undefined when it stays here. */
export function sinkOf({ words: name, openWorld }: Reach, args: readonly StringIn[]): 'sends' | 'asks' | undefined {
  if (has(name, sending) || (has(name, making) && has(name, posted)) || isNetworkCommand(name, args)) return 'sends';
  if (openWorld || has(name, asking) || args.some(({ text }) => isAddress(text))) return 'asks';
  return undefined;
}

/** A place to send something to, as opposed to a text that holds one. */
export function isTargetKey(key: string): boolean {
  return targetKeys.test(key.replace(/[^a-z]/gi, '').toLowerCase());
}
const targetKeys =
  /^(?:to|cc|bcc|recipients?|receivers?|participants?|attendees?|invitees?|users?|useremail|emails?|emailaddress|address(?:es)?|iban|accounts?|accountnumber|destination|dest|target|payee|beneficiary|wallet|webhook|webhookurl|callback|endpoint|url|uri|link|host|remote|phone|number)$/;

/** A text that somebody will read: that it holds an address is ordinary. */
export function isBodyKey(key: string): boolean {
  return /^(?:body|content|text|message|description|html|markdown|summary|title|subject|comment|notes?|query|q)$/i.test(
    key,
  );
}

function isNetworkCommand(name: ReadonlySet<string>, args: readonly StringIn[]): boolean {
  const isRunning = has(name, running);
  return args.some(
    ({ key, text }) => (isRunning || /^(?:command|cmd|script|code|args)$/i.test(key)) && network.test(text),
  );
}
const network =
  /(?:^|[\s;&|(`$"'/])(?:curl|wget|nc|ncat|netcat|scp|rsync|sftp|ftp|telnet|ssh|sendmail|mail|http|https|iwr|irm|invoke-webrequest|invoke-restmethod)(?:\.exe)?\s|\bhttps?:\/\/|\/dev\/tcp\/|\b(?:requests|urllib|httpx|fetch|axios)\b|\bgit\s+push\b/i;

/** The whole string is an address beyond this machine. */
function isAddress(text: string): boolean {
  const [, host] = /^(?:https?|wss?|ftp|s3|gs):\/\/(?:[^/@\s]*@)?([^/:?#\s]+)\S*$/i.exec(text.slice(0, 2_048)) ?? [];
  if (host !== undefined) return !/^(?:localhost|127\.|\[?::1)/i.test(host);
  return text.length < 256 && /^(?:mailto:)?[^\s@]+@[\w-]+(?:\.[\w-]+)+$/.test(text);
}

function has(name: ReadonlySet<string>, list: ReadonlySet<string>): boolean {
  for (const word of name) if (list.has(word)) return true;
  return false;
}
