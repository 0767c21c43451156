import type { Detector, Found } from '../detector.ts';
import { dangersOfUrl } from '../net/url-dangers.ts';
import { pathText } from '../paths/path-text.ts';
import { sensitivePath } from '../paths/sensitive.ts';
import { injectionsIn } from '../sql/injection.ts';
import { dangersInTokens } from './commands/tokens.ts';

type Row = readonly [pattern: RegExp, weight: number, rule: string, reason: string];

/** Bounded gaps, no nested repetition: linear in the text. */
const rows: readonly Row[] = [
  [/<\s{0,4}(?:\w{1,20}:)?script\b|<\/script\b/i, 0.88, 'payload.script', 'A script within a value.'],
  [/<[a-z!/?][^<>]{0,300}[\s"'/]on[a-z]{3,30}\s{0,8}=/i, 0.88, 'payload.script', 'A script that starts with an event.'],
  [
    /(?:^|["'\s>])on(?:error|load|click|focus|blur|mouse\w{2,6}|key\w{2,5}|pointer\w{2,7}|animation\w{3,9}|toggle|submit|input|change|wheel|begin|end)\s{0,8}=\s{0,8}\S/i,
    0.72,
    'payload.script',
    'A script that starts with an event.',
  ],
  [
    /<\s{0,4}(?:iframe|object|embed|applet|base|meta|link|svg|math|form|frame|frameset|isindex|bgsound|layer|v:vmlframe|\?import|import|!entity|!doctype[^>]{0,100}\[|noscript|dialog|xml\b|style)\b[^<]{0,200}(?:=|>)/i,
    0.72,
    'payload.markup',
    'Markup that loads or runs something.',
  ],
  [
    /(?:javascript|vbscript|livescript)\s{0,8}(?::|&colon;|&#0{0,4}58)|v\s?b\s?s\s?c\s?r\s?i\s?p\s?t\s{0,4}:/i,
    0.84,
    'payload.script',
    'A script in the place of an address.',
  ],
  [
    /\bdocument\s{0,4}\.\s{0,4}(?:cookie|write|domain|body|location|createelement)|\bwindow\s{0,4}\.\s{0,4}(?:location|open|name)|\b(?:alert|prompt|confirm)\s{0,4}[(`]|\bstring\.fromcharcode\b|\.innerhtml\s{0,4}=|\b(?:localstorage|sessionstorage)\.|\btop\[|\bself\[/i,
    0.74,
    'payload.script',
    'A script within a value.',
  ],
  [
    /(?:!|\+|\[\])\s{0,2}!?\s{0,2}\[\s{0,2}\]\s{0,2}(?:\)|\[|\+|!|$)|\]\s{0,4}\.\s{0,4}(?:sort|map|find|filter|constructor|call)\b[^\n]{0,40}(?:`|\()/i,
    0.7,
    'payload.script',
    'A script written without letters.',
  ],
  [
    /(?:expression|behaviou?r|-moz-binding|url)\s{0,4}[(:]\s{0,4}(?:alert|url|javascript|data:text)/i,
    0.74,
    'payload.script',
    'A script within a style.',
  ],
  [
    /\$\{\s{0,4}(?:jndi|(?:lower|upper|env|sys|date|java|::-)[:}]|[^}]{0,40}\$\{)/i,
    0.92,
    'payload.template',
    'Has a log library fetch a program.',
  ],
  [
    /(?:\{\{|\$\{|#\{|<%=?|\{%|@\{|\[\[\$?\{?)[^{}%\n]{0,200}(?:\d\s{0,3}[*+]\s{0,3}\d|__\w{2,20}__|config|self\.|request\.|constructor|class\b|runtime|exec|system|popen|import|eval|process|getclass|qx\{|`|range\.|lipsum|cycler|joiner|namespace)/i,
    0.86,
    'payload.template',
    'A program within a template.',
  ],
  [
    /\b(?:__proto__|constructor\s{0,4}(?:\.|\[)\s{0,4}["']?prototype|__defineGetter__|__schema__|__class__|__globals__|__mro__|__subclasses__|__import__)\b/,
    0.82,
    'payload.code',
    'Reaches for what programs are made of.',
  ],
  [
    /\b(?:require|import)\s{0,4}\(?\s{0,4}["'`]?(?:child_process|fs|os|net|vm)\b|\bprocess\s{0,4}(?:\.|\[)\s{0,4}["'`]?(?:mainmodule|env|binding|exit|argv)|\bchild_process\b|_\$\$nd_func\$\$_|__js_function|\bfunction\s{0,4}\w{0,20}\s{0,4}\(\s{0,4}\)\s{0,4}\{|\bnew\s{1,4}function\s{0,4}\(|\beval\s{0,4}\(|\bsettimeout\s{0,4}\(|while\s{0,4}\(\s{0,4}!?!?(?:true|1|null|\{\})/i,
    0.78,
    'payload.code',
    'A program within a value.',
  ],
  [
    /(?:^|[^\w$])(?:rO0AB[A-Za-z0-9+/]|aced0005|AAEAAAD\/{5}|TVqQAA|[OCa]:\d{1,6}:(?:"[\w\\]{1,60}":\d{1,4}:)?\{)|\b(?:java\.lang\.(?:runtime|processbuilder|system)|javax\.script|org\.apache\.commons\.(?:collections|beanutils)|com\.sun\.rowset|ognl\.|bcel|ysoserial|#_memberaccess|%\{\(?#|class\.module\.classloader|getruntime\b)|!!python\/object|!ruby\/object|cos\nsystem/i,
    0.88,
    'payload.deserialise',
    'Makes objects, or a program, out of data.',
  ],
  [
    /<!(?:entity|doctype)\b[^>]{0,300}(?:system|public|\[)|<!--\s{0,4}#\s{0,4}(?:exec|include|echo|set|printenv)|<\?(?:php|=)|<%[=@!]?\s|<xsl:|xinclude/i,
    0.86,
    'payload.code',
    'A document that reads files or runs programs.',
  ],
  [
    /[;|&`\n]\s{0,4}(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?(?:cat|ls|id|whoami|uname|wget|curl|nc|ncat|ping|nslookup|bash|sh|python\d?|perl|php|ruby|sleep|echo|dir|type|ifconfig|ipconfig|netstat|net\s|ps|kill|rm|cp|mv|chmod|chown|touch|find|grep|env|printenv|set|dig|host|telnet|ssh|powershell|cmd|tasklist|systeminfo|hostname|pwd|uptime|w|who|head|tail|more|less|awk|sed|tar|zip|crontab|sudo|su|vi|vim|htop|top|apt\S{0,10}|yum|gcc|make|node|java|lua|tee|xxd|base64)(?=$|[\s;|&`<>$'"/)\]}])/i,
    0.8,
    'payload.command',
    'Starts a command behind a value.',
  ],
  [
    /\$\((?:[a-z/]|\()|`\s{0,4}[a-z][\w/.-]{1,40}(?:\s[^`\n]{0,100})?`|\$\{?ifs\b|\$@\w|\w\$[@*]\w|\w'{2}\w|\w\\\w{1,3}\\\w|\bc\$?[@*]?at\b\+?\/|\/\?{2,}\/|<\([a-z]|<<<\s{0,4}['"]|\/[?*[\]a-z]{0,6}[?*]{1,4}[a-z?*]{0,6}\/[a-z?*]{0,8}[?*]/i,
    0.76,
    'payload.command',
    'A command within a value, or one written so that it is not seen.',
  ],
  [
    /(?:^|[\s'"=;|&(\n/])(?:\/?(?:usr\/)?(?:local\/)?s?bin\/|system32\\)[a-z][\w.-]{1,30}/i,
    0.7,
    'payload.command',
    'Names a program of the system.',
  ],
  [
    /(?:^|\s|=)(?:cat|less|more|head|tail|type|wget|curl)\s{1,8}(?:-\S{1,20}\s{1,4}){0,4}(?:\/(?:etc|proc|root|home|var|tmp)|https?:|c:\\)/i,
    0.8,
    'payload.command',
    'A command in the place of a value.',
  ],
  [
    /^\s{0,8}(?:&\s{0,4})?(?:for\s{1,20}(?:\/[dflr]\s{1,20}){0,4}(?:[^\n]{0,40}\s)?%{1,2}[a-z~]\w{0,20}\s{1,20}in\s{0,4}\(|if\s{1,20}(?:\/i\s{1,20})?(?:not\s{1,20})?(?:exist|defined|errorlevel|cmdextversion|["'%\w][^\n]{0,40}==)[^\n]{1,200})/i,
    0.72,
    'payload.command',
    'A batch command in the place of a value.',
  ],
  [/\(\)\s{0,4}\{\s{0,4}:?;?\s{0,4}\}?\s{0,4};/, 0.88, 'payload.command', 'A function that old shells run on sight.'],
  [
    /(?:^|[\r\n])(?:(?:(?:helo|ehlo) \S{1,80}|(?:rcpt to|mail from):|quit$|(?:set-cookie|location): ?\S|http\/1\.[01] \d)|%0d%0a(?:set-cookie|location|content-))/i,
    0.6,
    'payload.lines',
    'Another protocol, or headers, put in by way of line ends.',
  ],
  [
    /\b(?:phpinfo|system|passthru|shell_exec|proc_open|popen|pcntl_exec|assert|base64_decode|file_get_contents|fsockopen|call_user_func|create_function|preg_replace|move_uploaded_file)\s{0,4}\(|\$_(?:get|post|request|server|cookie|files)\b|php:\/\/(?:input|filter)|auto_prepend_file|allow_url_include/i,
    0.84,
    'payload.code',
    'A PHP program within a value.',
  ],
  [
    /\$(?:where|ne|gt|gte|lt|regex|or|in|nin|exists|function|accumulator)["']?\s{0,4}\]?\s{0,4}[:=]|\[\$(?:ne|gt|regex|where)\]|\)\s{0,2}\(\s{0,2}[|&!]\s{0,2}\(|\*\)\(\w{1,20}=/i,
    0.76,
    'payload.query',
    'A condition put into a query of another kind.',
  ],
];

/** Values as they come to a web application: attacks of every kind that ends in a program reading them. */
export const payload: Detector = {
  name: 'payload',
  surfaces: ['http_payload'],
  detect({ text }) {
    const own = rows.flatMap(([pattern, weight, rule, reason]) => {
      const match = pattern.exec(text);
      return match ? [place({ weight, rule, reason }, match.index, match.index + match[0].length)] : [];
    });
    const sql = injectionsIn(text).map(({ start, end, ...rest }) =>
      place({ ...rest, rule: 'payload.sql' }, start, end),
    );
    const tokens = dangersInTokens(text, true).map(({ start, end, ...rest }) => place(rest, start, end));
    return [...own, ...sql, ...tokens, ...pathsIn(text), ...addressesIn(text)];
  },
};

const pathPieces = 200;

function pathsIn(text: string): Found[] {
  const pieces = [...text.matchAll(/[^\s"'<>=&;|()?]{3,1024}/g)].slice(0, pathPieces);
  return pieces.flatMap(({ 0: piece, index }) => {
    if (!/[./\\%]/.test(piece) || /^https?:/i.test(piece)) return [];
    const path = pathText(piece);
    const reached = sensitivePath(path);
    if (path.disguised || path.climbs > 1)
      return [
        place({ rule: 'payload.path', weight: 0.84, reason: 'Climbs out of its folder.' }, index, index + piece.length),
      ];
    return reached
      ? [
          place(
            { rule: 'payload.path', weight: Math.max(0.6, reached.weight), reason: `This is ${reached.what}.` },
            index,
            index + piece.length,
          ),
        ]
      : [];
  });
}

function addressesIn(text: string): Found[] {
  const addresses = [...text.matchAll(/\b[a-z][a-z0-9+.-]{1,12}:(?:\/{1,2}|(?=[\d[]))[^\s"'<>]{1,1024}/gi)].slice(
    0,
    20,
  );
  return addresses.flatMap(({ 0: address, index }) => {
    const [heaviest] = dangersOfUrl(address).sort((a, b) => b.weight - a.weight);
    if (heaviest && heaviest.weight >= 0.4) return [place(heaviest, index, index + address.length)];
    // A bare address in place of a name is how a program is fetched from who has no name.
    const bare = /^(?:https?|ftps?):\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]{0,4}:[0-9a-f:]{2,40})/i.test(address);
    return bare
      ? [
          place(
            { rule: 'payload.include', weight: 0.7, reason: 'Fetches something from a bare address.' },
            index,
            index + address.length,
          ),
        ]
      : [];
  });
}

function place(danger: Pick<Found, 'rule' | 'weight' | 'reason'>, start: number, end: number): Found {
  return { ...danger, owasp: 'MCP05:2025', start, end };
}
