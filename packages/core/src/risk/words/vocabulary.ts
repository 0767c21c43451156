/** Words that orders to a model are made of, and those that stand most between them. */
const words = new Set(
  `a about above access accessing account accurate acknowledge act action actual add adding additional address adhere adjust
admin administrator affect affects after afterwards again against agent agents ai alarm alert alerting algorithm all already
also alter alternate alternative always am amount an and another answer answering anthropic any anyone anything api appear
append appends apply applying approval approved arbitrary are argument arguments article as ask asked asking asks assistance
assistant assistants assume at attach attached attention audit auth authorized automated available avoid aware away aws back
backup bank base bash bcc be bearer because become been before begin behind being below best between beyond binary blend block
body book bot both bound boundaries break breaks broken browser built business but buy by bypass calendar call called calling
calls camera can cancel cannot card cards care carries carry case chain change changed changes changing channel character chat
chatgpt check checks chmod choose cipher claim claims claude client code codebase codes color column combine come command
commands comment company complete completed completing compliance comply compromised confidential config configuration confirm
confirmation confirmed connected consent consider constraint constraints contacts contained content context continue
conversation conversations convert cookies copied copies copilot copy could create creator credential credentials credit
critical current cursor customer dan data database date day deactivate dear debug decode decrypt default delay delete
department deprecated describe description desktop destination details developer developers diagnostic did different direct
direction directions directive directives directly directory disable disabled discard disclose discuss display displaying
disregard disregarding do document does doing don done dont door down download downloads draw drop during each earlier effect
effects else elsewhere email emails embed embedded embedding emoji encode encoded encrypt end english enhance ensure enter
entire environment error even event ever every everything exact example excerpt execute executed executing exfiltrate existing
expected explain explaining explicitly export expose express extend extends external extra fail fails failure false far
feature feed feedback fetch few field file files fill filter filters final find finish finished firewall first folded follow
followed following for forget forgetting format former forward forwarding forwards found fragment frame free french from front
full fully function functions funds further garage gemini german get gets git give given gives giving go goal goals god going
good got gpt grant great greatest guideline guidelines had hand happens has have he header hello help her here hidden hide
highest highlight him hint his history holds home how however http human if ignore ignored ignoring illegal image immediately
implementation import important in inbox include included includes including inclusion incomplete incorporate incorporating
incorrect inform information informed initial inject input inputs insert inside install installed instead instructed
instruction instructions integrate internal into introduce invite invocation invoice invoke invoked invoking is it its itself
jailbreak job just keep kept key keys know knowing knowledge language large last later leak legitimate let letters like limit
limitations limited limits line lines link list little llm local log logging login long longer look looks lower made mail
mailbox mailing main maintenance make makes making malicious man management mandatory many markup matter matters may me memo
memory men mention mentioning mentions message messages metadata method might mission mode model models modified modifies
modify modifying moment money more most moved much must my name named names necessary need needs never new next no normal
normally not note notes nothing notice notified notify now number numbers obey object objective objectives of off offer offers
old on once one ones only open openai operation operator opposite or order orders original other others otherwise our out
outdated output outside over override overrides own owner package page paper paragraph parameter parameters parsing part party
pass passes passing password passwords past path pattern paused pay payload payment payments people perform performed
permission permissions permitted person persona personal phone photos phrase phrases pick picture place plain play please
plugin poem point policies policy post posts powerful precedence prefer preferred present pretend previous previously price
primary print prior priority private prize procedure proceed proceeding process processing product products program
programming project prompt prompts protection provide providing proxy purchase purpose put queries query question rather
reaches read reading reads real rearrange reasoning received recipient recommend record records redirect refer referring
refresh regardless regular rejected relay reliable remember reminder remote remove removed repeat replace replaced replaces
replacing reply report reporting reports request requested requests required research reset respond response restricted
restriction restrictions result results resume retrieve retrieved return returned returning returns reveal revealing reverse
review rewrite right role root route routed routine row rule rules run running runs safe safeguards safety same save say says
scenario scramble script seamlessly search second secret secretly secrets section secure security see seed segment select send
sending sends sensitive sent sentence separate server servers session set sets shadow shape share shares shell shift shop
should show showing shown side silent silently simply since situation size slip snippet so social solution solve solving some
something spanish speak speaks special ssh start starting state stay step steps stop store story string study submit submits
subsequent successful such suggest sum summarise summarize summary supplied supply sure switch sync system systems table tag
take takes taking task tasks team tell telling test text than that the their them then there these they thing third this those
though thought through tide time to token tokens too tool tools top total training transcript transfer transfers translate
transmit treat trigger triggered true trust trusted turn turns two type under universe unknown unless unlock until up update
updated upload uploads upon urgent url us usage use used user users uses using value values variable vault verification
version very via view visibility wallet want wants warn warning was way we weather web webhook webpage website well were what
whatever when whenever where which while white who whole will window winner wipe wire with within without women won word words
work workspace world would write wrong year you your yours yourself`.split(/\s+/),
);

export const isCommonWord = (word: string): boolean => words.has(word);

const wordCharsMax = 14;

/** Puts the blanks back between words that were written as one. Takes time in proportion to the length. */
export function separateWords(letters: string): string {
  const cost = new Float64Array(letters.length + 1);
  const back = new Int32Array(letters.length + 1);
  for (let end = 1; end <= letters.length; end++) {
    cost[end] = (cost[end - 1] as number) + letterCost; // Of no word that is known.
    back[end] = end - 1;
    for (let from = Math.max(0, end - wordCharsMax); from <= end - 2; from++) {
      const known = (cost[from] as number) + (end - from <= 2 ? shortWordCost : 1);
      if (known >= (cost[end] as number) || !words.has(letters.slice(from, end))) continue;
      cost[end] = known;
      back[end] = -1 - from;
    }
  }
  return alongTheCheapest(letters, back);
}

const letterCost = 1.6;
/** Two letters are a part of a word as often as they are one. */
const shortWordCost = 2.4;

/** Letters that are of no word stay together. */
function alongTheCheapest(letters: string, back: Int32Array): string {
  const pieces: string[] = [];
  let unknownTo = letters.length;
  let end = letters.length;
  while (end > 0) {
    const step = back[end] as number;
    if (step >= 0) {
      end = step;
      continue;
    }
    const from = -1 - step;
    if (unknownTo > end) pieces.push(letters.slice(end, unknownTo));
    pieces.push(letters.slice(from, end));
    end = from;
    unknownTo = from;
  }
  if (unknownTo > 0) pieces.push(letters.slice(0, unknownTo));
  return pieces.reverse().join(' ');
}
