import { type Signal, type SignalRow, signalsOf } from './signal.ts';

const rule = 'payload.script';
const inPage = 'A script within a value.';

/** Scripts for a browser, and the markup that starts them. Bounded gaps, no nested repetition: linear in the text. */
const rows: readonly SignalRow[] = [
  [/<[\s/+]{0,4}(?:\w{1,20}:)?script\b|<\/script\b|<\/?[^\w<>]{0,4}script[\s/>]/i, 0.88, 'payload.tag', inPage],
  [/<[a-z!/?][^<>]{0,300}[\s"'/]on[a-z]{3,50}\s{0,8}=/i, 0.88, 'payload.event', 'A script that starts with an event.'],
  [
    /(?:^|["'\s>/<;])on(?:error|load|click|dblclick|focus\w{0,3}|blur|mouse\w{2,6}|key\w{2,5}|pointer\w{2,7}|animation\w{3,9}|transition\w{3,6}|toggle|submit|input|change|wheel|begin|end|zoom|scroll\w{0,6}|drag\w{0,5}|drop|copy|cut|paste|resize|select\w{0,6}|start|finish|bounce|message|page\w{4}|hash\w{6}|before\w{3,16}|after\w{3,12}|unload|abort|canplay\w{0,7}|play\w{0,4}|ended|touch\w{3,6}|context\w{4}|invalid|reset|search|show|webkit\w{3,50}|moz\w{3,30}|ms\w{3,30})\s{0,8}=/i,
    0.76,
    'payload.event',
    'A script that starts with an event.',
  ],
  [
    /<\s{0,4}(?:iframe|object|embed|applet|base|meta|link|svg|math|form|frame|frameset|isindex|bgsound|layer|v:vmlframe|\?import|import|!entity|!doctype[^>]{0,100}\[|noscript|dialog|xml\b|style|xss|marquee|audio|video|details|keygen|template|portal|esi:\w{2,20}|animate\w{0,9}|set\s|image\s)[^<]{0,200}(?:=|>)/i,
    0.74,
    'payload.markup',
    'Markup that loads or runs something.',
  ],
  [
    /<\s{0,3}f\s{1,3}o\s{1,3}r\s{1,3}m\b|<\s{0,3}s\s{0,3}c\s{0,3}r\s{0,3}i\s{0,3}p\s{0,3}t\b|<\s{0,3}(?:s\s{1,3}v\s{1,3}g|i\s{1,3}f\s{1,3}r\s{1,3}a\s{1,3}m\s{1,3}e|o\s{1,3}b\s{1,3}j\s{1,3}e\s{1,3}c\s{1,3}t)\b/i,
    0.72,
    'payload.markup',
    'Markup that loads or runs something.',
  ],
  [
    /(?:j\s{0,3}a\s{0,3}v\s{0,3}a|v\s{0,3}b|l\s{0,3}i\s{0,3}v\s{0,3}e)\s{0,3}s\s{0,3}c\s{0,3}r\s{0,3}i\s{0,3}p\s{0,3}t\s{0,8}(?::|&colon;|&#0{0,4}58)/i,
    0.84,
    'payload.address',
    'A script in the place of an address.',
  ],
  [
    /data:(?:text\/html|image\/svg|application\/x?html|text\/javascript|[\w/]{0,30};base64,)/i,
    0.74,
    'payload.address',
    'A page in the place of an address.',
  ],
  [
    /\bdocument\s{0,4}(?:\.|\[|\?\.)\s{0,4}["']?(?:cookie|write\w{0,2}|domain|body|location|create\w{3,20}|query\w{3,20}|get\w{6,20}|execcommand|forms|referrer)|\bwindow\s{0,4}(?:\.|\[)\s{0,4}["']?(?:location|open|name|on\w{3,20})|\b(?:alert|prompt|confirm|print)(?:\?\.)?(?:\(|`)[^)`]{0,60}(?:\)|`|$)|\bstring\.fromcharcode\b|\.(?:inner|outer)html\s{0,4}=|\b(?:localstorage|sessionstorage)\.|\b(?:top|self|parent|frames|globalthis|this|window)\[["'`/]/i,
    0.74,
    rule,
    inPage,
  ],
  [
    /(?:!|\+|\[\])\s{0,2}!?\s{0,2}\[\s{0,2}\]\s{0,2}(?:\)|\[|\+|!|$)|\]\s{0,4}\.\s{0,4}(?:sort|map|find|filter|constructor|call)\b[^\n]{0,40}(?:`|\()|\b(?:reflect|array|object|function|symbol|set|map)\.\w{3,20}(?:\.(?:call|apply|bind))?(?:`|\()|\.(?:call|apply|bind)`/i,
    0.72,
    'payload.code',
    'A script written without letters.',
  ],
  [
    /(?:expression|behaviou?r|-moz-binding|url)\s{0,4}[(:]\s{0,4}(?:alert|url|javascript|data:text)|@import\s{1,4}['"u]/i,
    0.74,
    rule,
    'A script within a style.',
  ],
  [
    /["'`]\s{0,4}[-+*;|&^}]{1,3}\s{0,4}(?:\w{2,20}\s{0,3}[.[(]|\/\/)|\{\s{0,3}valueof\b|\bfetch\(|\bxmlhttprequest\b|\bnew\s{1,3}image\b|\bimport\(/i,
    0.58,
    'payload.code',
    inPage,
  ],
  [/["']\s{1,8}[a-z]{2,20}\.[a-z]{2,20}\s{0,3}=/i, 0.5, 'payload.code', inPage],
];

export function scriptsIn(text: string): Signal[] {
  return signalsOf(rows, text);
}
