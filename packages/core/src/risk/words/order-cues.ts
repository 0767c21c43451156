import type { Cue } from './cue.ts';

const earlier =
  '(?:previous|prior|above|earlier|preceding|former|foregoing|existing|original|initial|past|before|up[ -]to[ -]now|already given|so far)';

const orders =
  '(?:instructions?|directions?|directives?|prompts?|rules?|guidelines?|commands?|constraints?|orders?|context|messages?|restrictions?|tasks?|requests?|conversations?|training|programming|inputs?|queries|policies|policy|texts?|guidance)';

const drop =
  '(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|es|ing)|bypass|neglect|overlook|discard|abandon|set aside|do not (?:follow|obey)|stop following|pay no attention to|cease following)';

/** Words that mean the same beside an order, and much else elsewhere. */
const dropSoftly =
  "(?:pay no (?:heed|mind|regard) to|(?:put|leave|push) aside|skip(?: over)?|drop|dismiss|discount|tune out|pass over|erase|wipe|throw (?:out|away)|scrap|nullify|countermand|revoke|void|unlearn|put out of (?:your )?mind|(?:do not|don't) (?:consider|heed|regard|observe)|no longer (?:follow|obey|apply)|stop obeying|trump|take precedence over|supersede)";

const given =
  '(?:instructions?|directions?|directives?|prompts?|rules|guidelines|guidance|orders|commands?|constraints|what you (?:were|have been) told)';

const assistant =
  '(?:ai|a\\.i\\.|llms?|assistants?|ai agents?|agents?|(?:large )?language models?|models?|chat ?bots?|chatgpt|gpt-?\\w{0,4}|claude|copilot|gemini|cursor)';

// biome-ignore format: one list
const softNeeds = ['pay no', 'aside', 'skip', 'drop ', 'dismiss', 'discount', 'tune out', 'pass over', 'erase', 'wipe', 'throw ', 'scrap', 'nullif', 'countermand', 'revoke', 'unlearn', 'mind', 'consider', 'heed', 'no longer', 'trump', 'precedence', 'supersede', 'discard', 'overlook'];

/** What the made-up tags begin with. The signs alone are in every page and program. */
// biome-ignore format: one list
const tagNames = ['important', 'hidden', 'secret', 'critical', 'instruction', 'information', 'override', 'private', 'internal', 'urgent', 'mandatory', 'priority', 'note', 'must', 'directive', 'agent', 'ai', 'llm', 'prompt', 'sys', 'config', 'execute', 'admin', 'attention', 'warning', 'task', 'rule', 'policy'];
const tagNeeds = [
  ...['<', '</', '< ', '</ ', '[', '[ '].flatMap((sign) => tagNames.map((name) => sign + name)),
  'important!!',
  'important !!',
];

/** Turns of phrase that set aside what was said, and speak in the place of who may say it. */
export const orderCues: readonly Cue[] = [
  {
    name: 'override',
    says: 'sets aside the instructions given before',
    needs: [
      'ignor',
      'disregard',
      'forget',
      'overrid',
      'bypass',
      'neglect',
      'overlook',
      'discard',
      'abandon',
      'set aside',
      'follow',
      'obey',
      'attention',
      'you were told',
      'you have been told',
      'supersede',
      'cancel',
    ],
    pattern: new RegExp(
      `\\b${drop}\\b[^.!?\\n]{0,24}?(?:\\b(?:all|any|every(?:thing)?|whatever|these|those|the|your|my|our|of)\\b[^.!?\\n]{0,16}?)?\\b(?:${earlier}\\b[\\s\\w,'-]{0,24}?\\b${orders}|(?:above|previous|prior|preceding|foregoing)\\b(?=\\s{0,2}(?:[.,;:!"'\\n]|$|and\\b|then\\b))|everything (?:above|before|else|i|that|prior|you(?! know about))|(?:instructions?|prompts?|rules|guidelines|directives|commands) (?:above|before|so far|you (?:were|have|got|received)|given|that))|\\b(?:everything|all|whatever|what) you (?:were|have been) told\\b[^.!?\\n]{0,24}\\b(?:is|are|was)\\b[^.!?\\n]{0,12}\\b(?:outdated|void|obsolete|wrong|cancell?ed|invalid|false|over)\\b`,
      'g',
    ),
    mentionable: true,
  },
  {
    name: 'disobey',
    says: 'speaks against the rules the model was given',
    needs: [
      'ignor',
      'disregard',
      'forget',
      'overrid',
      'bypass',
      'without',
      'follow',
      'obey',
      'neglect',
      'discard',
      'abandon',
      'cancel',
      'supersede',
      'set aside',
      'attention',
      'overlook',
    ],
    pattern: new RegExp(
      `\\b${drop}\\b(?: \\w+){0,3} (?:(?:your|its|any|all|the (?:user|system|assistant|model|agent|proxy)\\S{0,3}) (?:\\w+ ){0,2}(?:instructions?|guidelines?|rules?|polic(?:y|ies)|prompts?|safety|restrictions?|ethics|programming|training|constraints?|safeguards|filters?|actual|original)|safety|(?:user|system)(?:'s)? (?:instructions?|request|prompt))\\b|\\b(?:ignore|disregard|forget)\\b[^.!?\\n]{0,40}\\b(?:and|instead|then)\\b[^.!?\\n]{0,12}\\b(?:state|say|print|output|reply|respond|tell|send|follow|execute|answer|reveal)\\b`,
      'g',
    ),
    mentionable: true,
  },
  {
    name: 'override',
    says: 'sets aside the instructions given before',
    needs: softNeeds,
    pattern: new RegExp(
      `\\b${dropSoftly} (?:\\w+ ){0,3}?(?:${earlier}[\\s\\w,'-]{0,16}?\\b${given}|what you (?:were|have been) told|(?:everything|all) (?:above|before|so far)|${given} (?:above|before|so far|you (?:were|have|got|received)))`,
      'g',
    ),
    mentionable: true,
  },
  {
    name: 'disobey',
    says: 'speaks against the rules the model was given',
    needs: softNeeds,
    pattern: new RegExp(
      `\\b(?:set aside|${dropSoftly}) (?:your|its) (?:\\w+ ){0,2}${given}|\\b(?:pay no (?:heed|mind|attention) to|(?:set|put|leave) aside|skip over|dismiss|tune out|pass over|overlook|discard)\\b[^.!?\\n]{0,40}\\b(?:and|instead|then)\\b[^.!?\\n]{0,12}\\b(?:state|say|print|reply|respond|tell|answer|reveal)\\b`,
      'g',
    ),
    mentionable: true,
  },
  {
    name: 'newTask',
    says: 'gives the model a new task',
    needs: [
      'fresh ',
      'new instr',
      'new task',
      'new direc',
      'new order',
      'new object',
      'new goal',
      'new system',
      'new user',
      'new prior',
      'new rule',
      'new role',
      'new mission',
      'the real ',
      'the actual ',
      'the true ',
      'your new',
      'your real',
      'your actual',
      'your true',
      'your only',
      'your next',
      'your primary',
      'your first',
      'your main',
      'your top',
      'your sole',
      'follow ',
      'obey ',
      'carry out',
      'act on ',
      'comply with',
      'stick to',
      'adhere to',
      'updated ',
      'revised ',
      'special ',
      'additional ',
      'secret in',
      'hidden in',
      'from now on',
      'from this',
      'instead',
    ],
    pattern:
      /\bthe (?:real|actual|true) (?:request|task|question|instructions?|job|goal) is\b|\b(?:new|fresh|updated|revised) (?:instructions?|tasks?|directives?|orders?|objectives?|goals?|system (?:message|prompt|instructions?)|user (?:query|request|message|instructions?)|priority|rules?|role|mission)\b(?=\s*(?::|is\b|are\b|follow|from|#|-|—|-->|\]|>|have|has|that))|\byour (?:new|real|actual|true|only|next|primary|first|main|top|sole) (?:task|goal|objective|instructions?|mission|job|purpose|priority|role)\b(?: now)?(?:\s*:| is| are)|\b(?:follow|obey|carry out|act on|comply with|stick to|adhere to) (?:these|the following|my|this|only|only these) (?:new |updated |fresh |revised |exact |important |special )?(?:instructions?|commands?|guidance|directives?|orders?|ones|steps? instead)|\b(?:updated|revised|special|hidden|additional|secret) (?:system )?(?:instructions?|directives?)\s*:|\bfrom (?:now on|this (?:point|moment) (?:on|forward))\b,?[^.\n]{0,20}\b(?:you|always|respond|answer|act|forward|send|all|every|reply|the)\b|\b(?:and|then|;|,|\.) instead,? (?:you (?:must|should|will)|do|please|execute|send|respond|reply|answer|output|say|write|return|tell|follow|call|use|run)\b/g,
    mentionable: true,
  },
  {
    name: 'reveal',
    says: 'asks for the prompt or the hidden instructions',
    needs: [
      'prompt',
      'your instruction',
      'hidden instruction',
      'hidden system',
      'initial instruction',
      'system instruction',
      'secret instruction',
      'original instruction',
      'your guideline',
      'the system',
      'developer m',
      'conversation',
      'chat history',
      'names of the tools',
      'system message',
    ],
    pattern:
      /\b(?:reveal|divulge|give away|lay bare|hand over|spill|show|print|repeat|output|display|tell me|leak|give me|share|disclose|expose|dump|recite|return|echo|include|send|save|list)\b[^.!?\n]{0,40}\b(?:(?:your|the|any|full|hidden|entire) (?:\w+ ){0,2}(?:system|initial|hidden|secret|original|developer) (?:prompt|instructions?|message|guidelines)|system prompt|hidden (?:system )?instructions|your (?:instructions|prompt|guidelines)|(?:conversation|chat) history|(?:entire|full|whole) conversation|names of the tools)\b/g,
    mentionable: true,
  },
  {
    name: 'turn',
    says: 'imitates the marks that separate the turns of a conversation',
    needs: [
      '<|',
      '[/inst',
      '[inst',
      '<<sys',
      '# system',
      '# instruction',
      '# new ',
      '#system',
      '#instruction',
      '#new ',
      'system:',
      'system message',
      'system prompt',
      'system note',
      'system over',
      'system mode',
      'system alert',
      'system update',
      'system_',
      'system instruction',
      'system command',
      'developer:',
      'admin:',
      'administrator:',
      'assistant:',
      'user:',
      'human:',
      '<system',
      '<assistant',
      '<user',
      '<human',
      '</system',
      '</assistant',
      '</user',
      '</human',
      '</developer',
      '</tool_',
      '</function_',
      '</result',
      '</document',
      '</untrusted',
      '</data',
      '[system',
      '[assistant',
      '[admin',
      '[user',
      '[developer',
      '{{system',
      '{{ system',
      '"role"',
      'end of',
      'end tool',
      'end system',
      'developer m',
      'developer n',
      'admin m',
      'admin n',
      'admin o',
      'system :',
    ],
    pattern:
      /<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|begin_of_text|end|channel|message)\|?>?|\[\/?inst\]|<<\/?sys>>|^\s{0,8}#{1,6}\s{0,3}(?:new )?(?:system|instruction)(?: (?:message|prompt|instructions?|input|override))?\s{0,3}(?::|#|$)|(?:^|\n|["'}\].!>-]\s{0,4})(?:system|developer|admin(?:istrator)?)(?: (?:prompt|message|note|notice|override|instructions?|alert|command|update|mode))?\s{0,2}:(?=\s{0,4}\w)|(?:^|\n)\s{0,4}(?:assistant|user|human)\s{0,2}:(?=\s{0,4}\w)|<\/?(?:system|assistant|user|human|developer)(?:[_ -](?:prompt|message|instructions?|override|note|mode|reminder|input|query))?>|\[(?:system|assistant|admin|developer|user)(?:[_ ](?:prompt|message|note|notice|override|instructions?|alert|update|mode))?(?:\]|\s{0,2}:)|\bsystem[ _-](?:override|mode)\b|\{\{\s{0,4}system|"role"\s{0,4}:\s{0,4}"(?:system|developer)"|<\/(?:tool_(?:result|response|output)s?|function_(?:results?|response|call)|results?|document|untrusted\w{0,12}|data)>\s{0,8}(?=\w|<(?:system|user|important))|\bend (?:of )?(?:the )?(?:tool (?:output|result|response)|function (?:output|result)|retrieved (?:data|document|content)|user (?:input|data)|system prompt)\b/gm,
    byLine: true,
    mentionable: true,
  },
  {
    name: 'tag',
    says: 'hides instructions behind a made-up tag',
    needs: tagNeeds,
    pattern:
      /<\/?\s{0,2}(?:important|hidden|secret|critical|instructions?|information|override|private|internal|urgent|mandatory|priority|note|must|directive|agent|ai|llm|prompt|sys|config(?:uration)?|execute|admin|attention|warning|task|rule|rules|policy)(?:[_ -](?:instructions?|note|message|rules?|info|for_ai|ai|agent|directive|prompt|only))?\s{0,2}>|\[\s{0,2}(?:important|hidden|secret|critical|instructions?|override|internal|mandatory|directive|ai|agent|llm)(?:[_ ](?:instructions?|note|directive|message|only|rule))?\s{0,2}[\]:]|\bimportant\s?!{2,}/g,
    mentionable: true,
  },
  {
    name: 'address',
    says: 'speaks to the model that reads it',
    needs: [
      ' ai',
      ' llm',
      'assistant',
      'agent',
      'model',
      'bot',
      'gpt',
      'claude',
      'copilot',
      'gemini',
      'a.i.',
      'ai ',
      'llm ',
      'automat',
    ],
    pattern: new RegExp(
      `(?<!\\b(?:a|sends?|send) )\\b(?:note|message|instructions?|attention|hey|hi|hello|dear|important|notice|reminder|hint|request|memo|directive|information|warning|command)s?\\b[ :,]{0,2}(?:to|for)?\\b ?(?:the |any |all |an |our |your |you,? |this )?${assistant}(?: (?:assistants?|agents?|models?|systems?))?(?=\\s?[:,.!\\]*\\-)—]| (?:reading|processing|that|who|only|must|should|please|which))|\\b(?:if|since|because|when) you(?:'re| are) (?:an? |the )?(?:${assistant})\\b|\\b(?:ai|llm|automated|language) (?:${assistant}|systems?|crawlers?)s?,? (?:must|should|please|need to|are (?:required|instructed|asked)|is (?:required|instructed)|reading this|processing this|parsing this|summari[sz]ing|shall|will now|is expected)\\b|(?:^|[\\n(\\[#>"'-] ?|[.!?] )(?:(?:todo|note|for|attn|to)[ (]{0,2})?(?:the |any |all )?${assistant}\\)?\\s?[:,] (?:\\w+,? )?(?=(?:when|before|once|if|you|please|run|call|do|use|send|ignore|always|never|must|the (?:user|guest|customer|owner)|add|include|reply|respond|visit|read|open)\\b)|\\b(?:any|every|whichever|whatever) (?:ai|llm|bot|language model|assistant|agent) (?:is |that |which )?(?:reads?|reading|processes|processing|sees|parses|summari[sz]\\w+)\\b|\\bautomated (?:readers?|processors?|agents?)\\b[:,]|\\bwhoever (?:reads|processes|handles|summari[sz]es)\\b[^.\\n]{0,30}\\bautomatically\\b|\\bas an? (?:ai|llm)\\b[^.\\n]{0,24}\\byou (?:must|should|need)`,
      'g',
    ),
    mentionable: true,
  },
];
