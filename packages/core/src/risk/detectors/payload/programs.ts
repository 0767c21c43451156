import { type Signal, type SignalRow, signalsOf } from './signal.ts';

/** Programs and queries of other kinds, and what makes objects out of data. Bounded gaps: linear in the text. */
const rows: readonly SignalRow[] = [
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
    /(?:^|[\r\n])(?:(?:(?:helo|ehlo) \S{1,80}|(?:rcpt to|mail from):|quit$|(?:set-cookie|location): ?\S|http\/1\.[01] \d)|%0d%0a(?:set-cookie|location|content-))/i,
    0.6,
    'payload.lines',
    'Another protocol, or headers, put in by way of line ends.',
  ],
  [
    /\b(?:phpinfo|passthru|shell_exec|proc_open|popen|pcntl_exec|base64_decode|file_get_contents|fsockopen|call_user_func|create_function|preg_replace|move_uploaded_file)\s{0,4}\(|\b(?:system|assert)\s{0,4}\(\s{0,4}["'$\w]{0,40}["'$(]|\$_(?:get|post|request|server|cookie|files)\b|php:\/\/(?:input|filter)|auto_prepend_file|allow_url_include/i,
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
  [/[@*]\{\s{0,8}\[[^\n]{1,300}\]\s{0,8}\}/, 0.82, 'payload.template', 'A program within a template.'],
  [
    /\bthis\.constructor\b|\bconsole\.(?:log|info|warn|error|debug|dir|table|trace)\s{0,4}\(|\bprocess\s{0,4}\[|\b(?:global|globalthis|root)\s{0,4}(?:\.|\[)\s{0,4}["'`]?process|\bwhile\s{0,4}\([^)<>]{0,60}\){1,3}\s{0,4}(?:[;{]|$)|\bfor\s{0,4}\(\s{0,4};\s{0,4};|_\$\$nd_func|\.mainmodule\b|\bspawn(?:sync)?\s{0,4}\(|\bexec(?:sync|file)?\s{0,4}\(|\breadfile(?:sync)?\s{0,4}\(|\bbuffer\.from\s{0,4}\(|\bsettimeout\s{0,4}\(/i,
    0.74,
    'payload.program',
    'A program within a value.',
  ],
  [
    /\b(?:java\.(?:lang|io|net|util)\.\w{3,30}|javax\.\w{3,20}\.|org\.apache\.|com\.sun\.|org\.springframework\.|system\.(?:diagnostics|reflection|io)\.\w{3,20}|runtime\.getruntime|processbuilder|classloader|scriptengine|\.getclass\(|\.forname\(|freemarker\.template|t\(java)/i,
    0.82,
    'payload.program',
    'Reaches for what programs are made of.',
  ],
  [
    /\b(?:os\.(?:system|popen|exec\w{0,3})|subprocess\.\w{3,14}|__builtins__|builtins|getattr|globals|locals|compile|execfile)\s{0,4}(?:\(|\[|\.)/i,
    0.8,
    'payload.program',
    'A program within a value.',
  ],
  [
    /\b\w{1,30}__(?:i?startswith|i?endswith|i?contains|i?regex|gte?|lte?|isnull)["']?\s{0,3}[=:]/i,
    0.62,
    'payload.query',
    'A condition on a field that a form does not ask for.',
  ],
  [
    /\)\s{0,2}\(\s{0,2}(?:[|&!]\s{0,2}[()]|\w{1,20}=)|^\*\)|\(\|\(\w{1,20}=|\)\(&\)/,
    0.78,
    'payload.query',
    'A condition put into a query of another kind.',
  ],
  [
    /\b(?:count|name|position|string-length|substring)\(\s{0,2}(?:\/|\)\s{0,2}=)|\/\/\*|\bor\s{1,4}\/\//,
    0.6,
    'payload.query',
    'A condition put into a query of another kind.',
  ],
  [
    /[\r\n]\s{0,2}(?:HELO|EHLO|DATA|RSET|VRFY|EXPN|NOOP|QUIT|AUTH|STARTTLS|USER|PASS|STAT|LIST|RETR|DELE|TOP|UIDL|APOP|CAPA|SELECT|EXAMINE|CREATE|LOGIN|LOGOUT|FETCH|STORE|COPY|UID|SEARCH|APPEND|EXPUNGE|LSUB|HELP|(?:[A-Z]\d{1,6}|\*) (?:SELECT|LOGIN|FETCH|LIST|LOGOUT|CAPABILITY|CREATE|DELETE|RENAME|SUBSCRIBE))(?:\s|$)/,
    0.62,
    'payload.lines',
    'Another protocol, or headers, put in by way of line ends.',
  ],
  [
    /[\r\n]\s{0,2}(?:set-cookie|location|content-length|transfer-encoding|host|x-[a-z-]{2,30}|access-control-[a-z-]{4,40}|refresh|status)\s{0,2}:|[\r\n]\s{0,2}http\/\d|[\r\n](?:get|post|head|put|options) \S{1,200} http\//i,
    0.8,
    'payload.lines',
    'Another protocol, or headers, put in by way of line ends.',
  ],
  [
    /\$\{?_(?:get|post|request|server|cookie|files|session|env)\b|\$globals\b|<\?(?:php\b|=|\s)|\bphp:\/\/|\b(?:array_(?:map|filter|walk)|usort|exec|file_put_contents|fopen|fwrite|readfile|unlink|chmod|chr|str_rot13|gzinflate|unserialize|highlight_file|show_source|ini_set|getenv|extract|parse_str|include(?:_once)?|require(?:_once)?)\s{0,2}\(\s{0,4}["'$]/i,
    0.78,
    'payload.program',
    'A PHP program within a value.',
  ],
];

export function programsIn(text: string): Signal[] {
  return signalsOf(rows, text);
}
