/** The main phrases in one language, as patterns over lower-case text with its accents taken off. */
export interface Language {
  readonly language: string;
  /** One of these is in each text where `override` is, once its accents are off. None for other scripts. */
  readonly words: readonly string[];
  /** "Ignore all previous instructions". */
  readonly override: RegExp;
  /** "Do not tell the user". */
  readonly secrecy: RegExp;
  /** "Reveal your system prompt". */
  readonly reveal: RegExp;
}

/** Repeats are bounded: each pattern takes time in proportion to the text. */
export const latinLanguages: readonly Language[] = [
  {
    language: 'German',
    words: ['ignorier', 'missacht', 'vergiss', 'vergessen sie', 'verwirf'],
    override:
      /\b(?:ignorier\w*|missacht\w*|vergiss|vergessen sie|verwirf)\b.{0,40}\b(?:vorherig\w*|bisherig\w*|obig\w*|vorhergehend\w*|fruher\w*|vorangegangen\w*|anweisung\w*|alles)\b/g,
    secrecy:
      /\b(?:sag|sage|erzahl\w*|erwahn\w*|verrat\w*|informier\w*|zeig\w*)\b.{0,40}\b(?:nutzer|benutzer|anwender|niemand\w*)\b.{0,24}\b(?:nicht|nichts|nie)\b|\bohne (?:es )?(?:dem|den|dass der) (?:be)?nutzer\b/g,
    reveal:
      /\b(?:zeig\w*|verrat\w*|nenn\w*|gib|offenbar\w*|wiederhol\w*)\b.{0,40}\b(?:system-?prompt|systemanweisung\w*|systemnachricht|passwort|deine anweisungen)\b/g,
  },
  {
    language: 'French',
    words: ['ignore', 'oubli', 'neglige', 'pas compte'],
    override:
      /\b(?:ignor(?:ez|er|e (?:toutes?|tous|tout|les|tes|vos|ces|cela|la|le))|oubli(?:e|ez|er)|neglige[rz]?|ne ten(?:ez|ir|s) pas compte)\b.{0,40}\b(?:precedent\w*|ci-dessus|anterieur\w*|consignes?|instructions?|tout ce qui)\b/g,
    secrecy:
      /\bne (?:le |la |l')?(?:dis|dites|mentionne[rz]?|informe[rz]?|revele[rz]?|parle[rz]?)\b.{0,30}\b(?:pas|jamais|rien)\b|\b(?:sans|a l'insu de) (?:en )?(?:le dire|informer|prevenir|l'utilisateur)\b/g,
    reveal:
      /\b(?:revele[rz]?|montre[rz]?|affiche[rz]?|donne[rz]?|repete[rz]?|quel est)\b.{0,40}\b(?:prompt|instructions? (?:systeme|initiales?)|message systeme|mot de passe|vos instructions)\b/g,
  },
  {
    language: 'Spanish',
    words: ['ignor', 'olvid', 'omit', 'descart', 'caso omiso'],
    override:
      /\b(?:ignor(?:a|e|ar|en)|olvid(?:a|e|ar|en)|omit(?:e|a|ir)|descart(?:a|e|ar)|haz caso omiso)\b.{0,40}\b(?:anterior\w*|previ[oa]s?|instruccion\w*|lo de arriba|de arriba|todo lo)\b/g,
    secrecy:
      /\bno (?:se lo |le |lo )?(?:digas?|diga|menciones?|informes?|reveles?|cuentes?)\b.{0,40}\b(?:usuario|nadie|esto|eso)\b|\bsin (?:que el usuario|informar|decir|avisar)\b/g,
    reveal:
      /\b(?:revel(?:a|e|ar)|muestr(?:a|e)|mostrar|dime|dame|imprim(?:e|a)|repit(?:e|a))\b.{0,40}\b(?:prompt|instrucciones (?:del sistema|iniciales)|mensaje del sistema|contrasena|tus instrucciones)\b/g,
  },
  {
    language: 'Portuguese',
    words: ['ignor', 'esque', 'desconsider', 'desprez'],
    override:
      /\b(?:ignor(?:e|a|ar|em)|esquec(?:a|er|am)|desconsider(?:e|ar)|desprez(?:e|ar))\b.{0,40}\b(?:anterior\w*|previ[oa]s?|instruc(?:oes|ao)|acima|tudo)\b/g,
    secrecy:
      /\bnao (?:diga|conte|mencione|informe|revele|avise)\b.{0,40}\b(?:usuario|ninguem|isso|isto)\b|\bsem (?:que o usuario|informar|avisar|contar)\b/g,
    reveal:
      /\b(?:revel(?:e|ar)|mostr(?:e|ar)|diga-me|exib(?:a|ir)|repita|imprima)\b.{0,40}\b(?:prompt|instrucoes (?:do sistema|iniciais)|mensagem do sistema|senha|suas instrucoes)\b/g,
  },
  {
    language: 'Italian',
    words: ['ignor', 'dimentic', 'trascur'],
    override:
      /\b(?:ignor(?:a|are|ate)|dimentic(?:a|are|ate|ati)|trascur(?:a|are))\b.{0,40}\b(?:precedent\w*|istruzion\w*|sopra|tutto)\b/g,
    secrecy:
      /\bnon (?:dire|dirlo|menzionare|informare|rivelare)\b.{0,40}\b(?:utente|nessuno|questo)\b|\bsenza (?:che l'utente|informare|dirlo|avvisare)\b/g,
    reveal:
      /\b(?:rivel(?:a|are)|mostr(?:a|are|ami)|dimmi|stampa|ripeti)\b.{0,40}\b(?:prompt|istruzioni (?:di sistema|iniziali)|messaggio di sistema|password|le tue istruzioni)\b/g,
  },
  {
    language: 'Dutch',
    words: ['negeer', 'vergeet'],
    override: /\b(?:negeer|vergeet)\b.{0,40}\b(?:vorige|eerdere|voorgaande|bovenstaande|instructies)\b/g,
    secrecy: /\b(?:vertel|zeg|meld)\b.{0,30}\b(?:niet|niets|nooit)\b.{0,20}\bgebruiker\b|\bzonder dat de gebruiker\b/g,
    reveal:
      /\b(?:onthul|toon|geef|herhaal)\b.{0,40}\b(?:systeemprompt|systeeminstructies|wachtwoord|je instructies)\b/g,
  },
  {
    language: 'Polish',
    words: ['ignoruj', 'zapomnij', 'pomin'],
    override:
      /\b(?:zignoruj|ignoruj|zapomnij|pomin)\b.{0,40}\b(?:poprzedni\w*|wczesniejsz\w*|powyzsz\w*|instrukcj\w*|polece\w*)/g,
    secrecy: /\bnie (?:mow|informuj|wspominaj|ujawniaj)\b.{0,40}\b(?:uzytkownik\w*|nikomu|tym)\b/g,
    reveal: /\b(?:ujawnij|pokaz|podaj|powtorz)\b.{0,40}\b(?:prompt\w*|instrukcj\w* systemow\w*|haslo)\b/g,
  },
  {
    language: 'Turkish',
    words: ['talimat', 'onerge', 'komut'],
    override:
      /\b(?:onceki|yukaridaki|tum)\b.{0,40}\b(?:talimat\w*|yonerge\w*|komut\w*)\b.{0,24}\b(?:yok say|gormezden gel|unut|goz ardi)\w*|\b(?:yukaridak\w*)\b.{0,20}\b(?:yok say|unut|gormezden)\w*/g,
    secrecy: /\bkullanici\w*\b.{0,40}\b(?:soyleme|bahsetme|bildirme|haber verme)\w*/g,
    reveal: /\b(?:sistem (?:istemi|mesaj|talimat)\w*|sifre\w*)\b.{0,24}\b(?:goster|acikla|soyle|paylas)\w*/g,
  },
  {
    language: 'Indonesian',
    words: ['abaikan', 'lupakan'],
    override: /\b(?:abaikan|lupakan)\b.{0,40}\b(?:sebelumnya|di atas|instruksi|perintah|semua)\b/g,
    secrecy: /\bjangan (?:beri ?tahu|katakan|sebutkan|ungkapkan)\b.{0,40}\b(?:pengguna|siapa)\w*/g,
    reveal: /\b(?:ungkapkan|tunjukkan|tampilkan|berikan)\b.{0,40}\b(?:prompt sistem|instruksi sistem|kata sandi)\b/g,
  },
  {
    language: 'Vietnamese',
    words: ['bo qua', 'quen', 'phot lo'],
    override: /\b(?:bo qua|quen|phot lo)\b.{0,30}\b(?:huong dan|chi dan|lenh|o tren|truoc|tren)\b/g,
    secrecy: /\b(?:dung|khong)\b.{0,8}\b(?:noi|tiet lo|de cap|thong bao)\b.{0,24}\b(?:nguoi dung)\b/g,
    reveal:
      /\b(?:tiet lo|cho toi (?:biet|xem)|hien thi)\b.{0,30}\b(?:loi nhac he thong|huong dan he thong|mat khau)\b/g,
  },
];

/** Languages in scripts of their own; their words cannot be keywords. */
export const otherLanguages: readonly Language[] = [
  {
    language: 'Russian',
    words: [],
    override: /(?:игнорир|забуд|пропуст|не обращай)[а-я]*.{0,40}(?:предыдущ|прежни|выше|ранее|инструкци|указани|все)/g,
    secrecy: /не (?:говори|сообщай|упоминай|рассказывай|раскрывай)[а-я]*.{0,40}(?:пользовател|никому|об этом)/g,
    reveal:
      /(?:покаж|раскро|выведи|назов|сообщи|повтори)[а-я]*.{0,40}(?:системн[а-я]+ (?:промпт|подсказк|инструкци|сообщени)|промпт|парол)/g,
  },
  {
    language: 'Ukrainian',
    words: [],
    override: /(?:ігнору|проігнору|забуд)[а-яіїє]*.{0,40}(?:попередн|вище|інструкці|вказівк)/g,
    secrecy: /не (?:кажи|повідомляй|згадуй|розповідай).{0,40}(?:користувач|нікому)/g,
    reveal: /(?:покаж|розкрий|виведи).{0,40}(?:системн[а-яіїє]+ (?:промпт|інструкці)|промпт|пароль)/g,
  },
  {
    language: 'Chinese',
    words: [],
    override:
      /(?:忽略|无视|忘记|忘掉|忽視|無視|不要理会|不理会|跳过).{0,14}(?:之前|以前|以上|上述|上面|先前|前面|所有|指令|指示|说明|內容|内容)/g,
    secrecy:
      /(?:不要|不得|切勿|请勿|别|不能|無需|无需).{0,6}(?:告诉|告知|提及|透露|通知|提到|告訴).{0,8}(?:用户|用戶|任何人|他|使用者|此|这)?/g,
    reveal: /(?:显示|透露|告诉我|输出|打印|泄露|重复|展示|揭示).{0,12}(?:系统提示|系统指令|提示词|密码|系统消息)/g,
  },
  {
    language: 'Japanese',
    words: [],
    override:
      /(?:以前|前|上記|これまで|上|すべて|先)の?.{0,10}(?:指示|命令|プロンプト|ルール|内容|説明|こと)?.{0,6}(?:を|は)(?:すべて|全て)?(?:無視|忘れ|破棄)/g,
    secrecy:
      /(?:ユーザー?|利用者|誰に)に?.{0,12}(?:言わない|伝えない|知らせない|教えない|報告しない|言及しない|知らせず|告げず)/g,
    reveal: /(?:システム)?(?:プロンプト|指示|パスワード).{0,6}を.{0,6}(?:表示|教え|開示|出力|明かし|見せ)/g,
  },
  {
    language: 'Korean',
    words: [],
    override:
      /(?:이전|위의?|앞의?|지금까지|모든|기존).{0,14}(?:지시|지침|명령|내용|프롬프트|설명|것)?.{0,4}(?:를|을|은|는)? ?(?:모두 |전부 )?(?:무시|잊)/g,
    secrecy: /(?:사용자|누구).{0,8}(?:말하지|알리지|언급하지|공개하지|보고하지)/g,
    reveal: /(?:시스템 ?(?:프롬프트|지시|메시지)|비밀번호|암호).{0,6}(?:를|을).{0,8}(?:보여|알려|출력|공개|말해)/g,
  },
  {
    language: 'Arabic',
    words: [],
    override: /(?:تجاهل|انس|تجاوز|اهمل|انسى|أهمل).{0,30}(?:السابق|أعلاه|اعلاه|التعليمات|تعليمات|الأوامر|كل ما|جميع)/g,
    secrecy: /(?:لا|دون أن|بدون) (?:تخبر|تذكر|تقل|تبلغ|تكشف|إخبار|علم).{0,30}(?:المستخدم|أحد|احد)/g,
    reveal: /(?:اكشف|أظهر|اعرض|أخبرني|اطبع).{0,30}(?:موجه النظام|تعليمات النظام|كلمة المرور|كلمة السر)/g,
  },
  {
    language: 'Hindi',
    words: [],
    override: /(?:पिछल|ऊपर|उपरोक्त|पूर्व|पहले|सभी|निर्देश).{0,30}(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा|अनदेखी)/g,
    secrecy: /(?:उपयोगकर्ता|किसी).{0,20}(?:मत बता|न बता|नहीं बता|उल्लेख न)/g,
    reveal: /(?:सिस्टम (?:प्रॉम्प्ट|निर्देश|संदेश)|पासवर्ड).{0,20}(?:दिखा|बता|प्रकट|साझा)/g,
  },
];
