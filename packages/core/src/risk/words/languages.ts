/** The main phrases in one language, as patterns over lower-case text with its accents taken off. */
export interface Language {
  readonly language: string;
  /**
   * One of these is in each text in which one of the phrases is, once its accents are off. For another script none, where its
   * letters say enough, or those of all phrases but `first`.
   */
  readonly words: readonly string[];
  /** "Ignore all previous instructions". */
  readonly override: RegExp;
  /** "Ignore", as an order. */
  readonly ignore: string;
  /** "Say", "state", "answer", as an order. */
  readonly say: string;
  /** "Do not tell the user". */
  readonly secrecy: RegExp;
  /** "Reveal your system prompt". */
  readonly reveal: RegExp;
  /** "Your new task is", "from now on you are". */
  readonly task: RegExp;
  /** "Before you use this tool". */
  readonly first: RegExp;
}

/** Repeats are bounded: each pattern takes time in proportion to the text. */
export const latinLanguages: readonly Language[] = [
  {
    language: 'German',
    words: [
      'ignorier',
      'missacht',
      'vergiss',
      'vergessen sie',
      'verwirf',
      'nutzer',
      'anweisung',
      'aufgabe',
      'bevor',
      'ab jetzt',
      'ab sofort',
      'vor der',
      'vor jeder',
      'zuerst mu',
      'anwender',
      'niemand',
    ],
    override:
      /\b(?:ignorier\w*|missacht\w*|vergiss|vergessen sie|verwirf)\b.{0,40}\b(?:vorherig\w*|bisherig\w*|obig\w*|vorhergehend\w*|fruher\w*|vorangegangen\w*|anweisung\w*|alles)\b/g,
    secrecy:
      /\b(?:sag|sage|erzahl\w*|erwahn\w*|verrat\w*|informier\w*|zeig\w*)\b.{0,40}\b(?:nutzer|benutzer|anwender|niemand\w*)\b.{0,24}\b(?:nicht|nichts|nie)\b|\bohne (?:es )?(?:dem|den|dass der) (?:be)?nutzer\b/g,
    reveal:
      /\b(?:zeig\w*|verrat\w*|nenn\w*|gib|offenbar\w*|wiederhol\w*)\b.{0,40}\b(?:system-?prompt|systemanweisung\w*|systemnachricht|passwort|deine anweisungen)\b/g,
    ignore: String.raw`\b(?:ignorier(?:e|en sie)|vergiss|vergessen sie|missachte(?:n sie)?)\b`,
    say: String.raw`\b(?:sag(?:e|en sie)?|gib|geben sie|antworte(?:n sie)?|schreib(?:e|en sie)?|erklare(?:n sie)?|nenne(?:n sie)?|behaupte(?:n sie)?|teile(?:n sie)?|fuhre(?:n sie)?|sende(?:n sie)?|schicke(?:n sie)?)(?![\w])`,
    task: /\b(?:deine|ihre) (?:neue|einzige|eigentliche) (?:aufgabe|anweisung|rolle)\b|\bneue (?:anweisung(?:en)?|aufgabe|instruktionen)\s?:|\bab (?:jetzt|sofort) (?:bist|sind|antworte\w*|verhalt\w*|handel\w*)/g,
    first: /\b(?:bevor (?:du|sie)|vor (?:der|jeder) (?:nutzung|verwendung|antwort)|zuerst (?:musst|mussen))\b/g,
  },
  {
    language: 'French',
    words: [
      'ignore',
      'oubli',
      'neglige',
      'pas compte',
      'utilisateur',
      'nouvelle',
      'desormais',
      'a partir de maintenant',
      'avant ',
      "d'abord",
      'ne le ',
      'ne dis',
      'ne dites',
      'ne mention',
    ],
    override:
      /\b(?:ignor(?:ez|er|e (?:toutes?|tous|tout|les|tes|vos|ces|cela|la|le))|oubli(?:e|ez|er)|neglige[rz]?|ne ten(?:ez|ir|s) pas compte)\b.{0,40}\b(?:precedent\w*|ci-dessus|anterieur\w*|consignes?|instructions?|tout ce qui)\b/g,
    secrecy:
      /\bne (?:le |la |l')?(?:dis|dites|mentionne[rz]?|informe[rz]?|revele[rz]?|parle[rz]?)\b.{0,30}\b(?:pas|jamais|rien)\b|\b(?:sans|a l'insu de) (?:en )?(?:le dire|informer|prevenir|l'utilisateur)\b/g,
    reveal:
      /\b(?:revele[rz]?|montre[rz]?|affiche[rz]?|donne[rz]?|repete[rz]?|quel est)\b.{0,40}\b(?:prompt|instructions? (?:systeme|initiales?)|message systeme|mot de passe|vos instructions)\b/g,
    ignore: String.raw`\b(?:ignorez|oubliez|negligez|(?<=[.:;!#>\"'(-] )(?:ignore|oublie))\b`,
    say: String.raw`\b(?:dites|dis|indiquez?|declarez?|repondez?|ecrivez?|affirmez?|precisez?|mentionnez?|envoyez?|executez?)(?![\w])`,
    task: /\b(?:votre|ta) (?:nouvelle|seule|vraie) (?:tache|mission|instruction|consigne|role)\b|\bnouvelles? (?:instructions?|consignes?|taches?)\s?:|\b(?:desormais|a partir de maintenant),? (?:tu|vous)\b/g,
    first: /\b(?:avant (?:d'utiliser|d'appeler|toute|de repondre|chaque)|d'abord,? (?:vous devez|tu dois))/g,
  },
  {
    language: 'Spanish',
    words: [
      'ignor',
      'olvid',
      'omit',
      'descart',
      'caso omiso',
      'usuario',
      'nueva',
      'a partir de ahora',
      'antes de',
      'primero',
      'nadie',
      'sin inform',
      'sin avis',
      'sin decir',
    ],
    override:
      /\b(?:ignor(?:a|e|ar|en)|olvid(?:a|e|ar|en)|omit(?:e|a|ir)|descart(?:a|e|ar)|haz caso omiso)\b.{0,40}\b(?:anterior\w*|previ[oa]s?|instruccion\w*|lo de arriba|de arriba|todo lo)\b/g,
    secrecy:
      /\bno (?:se lo |le |lo )?(?:digas?|diga|menciones?|informes?|reveles?|cuentes?)\b.{0,40}\b(?:usuario|nadie|esto|eso)\b|\bsin (?:que el usuario|informar|decir|avisar)\b/g,
    reveal:
      /\b(?:revel(?:a|e|ar)|muestr(?:a|e)|mostrar|dime|dame|imprim(?:e|a)|repit(?:e|a))\b.{0,40}\b(?:prompt|instrucciones (?:del sistema|iniciales)|mensaje del sistema|contrasena|tus instrucciones)\b/g,
    ignore: String.raw`\b(?:ignor(?:a|e|en)|olvid(?:a|e|en)|omit(?:e|a)|haz caso omiso)\b`,
    say: String.raw`\b(?:di|diga|digan|indi(?:ca|que)|declar(?:a|e)|afirm(?:a|e)|respond(?:e|a)|escrib(?:e|a)|mencion(?:a|e)|establec(?:e|a)|senal(?:a|e)|envi(?:a|e)|ejecut(?:a|e))(?![\w])`,
    task: /\b(?:tu|su) (?:nueva|unica|verdadera) (?:tarea|mision|instruccion|funcion)\b|\bnuevas? (?:instruccion(?:es)?|tareas?)\s?:|\ba partir de ahora,? (?:eres|seras|debes|responde\w*|actua\w*)/g,
    first: /\b(?:antes de (?:usar|utilizar|llamar|responder|cada)|primero (?:debes|tienes que|debe))\b/g,
  },
  {
    language: 'Portuguese',
    words: [
      'ignor',
      'esque',
      'desconsider',
      'desprez',
      'usuario',
      'utilizador',
      'nova',
      'a partir de agora',
      'antes de',
      'primeiro',
      'ninguem',
      'sem inform',
      'sem avis',
    ],
    override:
      /\b(?:ignor(?:e|a|ar|em)|esquec(?:a|er|am)|desconsider(?:e|ar)|desprez(?:e|ar))\b.{0,40}\b(?:anterior\w*|previ[oa]s?|instruc(?:oes|ao)|acima|tudo)\b/g,
    secrecy:
      /\bnao (?:diga|conte|mencione|informe|revele|avise)\b.{0,40}\b(?:usuario|ninguem|isso|isto)\b|\bsem (?:que o usuario|informar|avisar|contar)\b/g,
    reveal:
      /\b(?:revel(?:e|ar)|mostr(?:e|ar)|diga-me|exib(?:a|ir)|repita|imprima)\b.{0,40}\b(?:prompt|instrucoes (?:do sistema|iniciais)|mensagem do sistema|senha|suas instrucoes)\b/g,
    ignore: String.raw`\b(?:ignor(?:e|em)|esquec(?:a|am)|desconsiderem?|desprezem?)\b`,
    say: String.raw`\b(?:diga|indique|afirme|declare|responda|escreva|mencione|informe|envie|execute)(?![\w])`,
    task: /\b(?:sua|tua) (?:nova|unica|verdadeira) (?:tarefa|missao|instrucao|funcao)\b|\bnovas? (?:instruc(?:ao|oes)|tarefas?)\s?:|\ba partir de agora,? (?:voce|tu|deve|responda|aja)\b/g,
    first: /\b(?:antes de (?:usar|utilizar|chamar|responder|cada)|primeiro,? (?:voce deve|deve))\b/g,
  },
  {
    language: 'Italian',
    words: ['ignor', 'dimentic', 'trascur', 'utente', 'nuov', 'ora in poi', 'prima di', 'prima cosa', 'nessuno'],
    override:
      /\b(?:ignor(?:a|are|ate)|dimentic(?:a|are|ate|ati)|trascur(?:a|are))\b.{0,40}\b(?:precedent\w*|istruzion\w*|sopra|tutto)\b/g,
    secrecy:
      /\bnon (?:dire|dirlo|menzionare|informare|rivelare)\b.{0,40}\b(?:utente|nessuno|questo)\b|\bsenza (?:che l'utente|informare|dirlo|avvisare)\b/g,
    reveal:
      /\b(?:rivel(?:a|are)|mostr(?:a|are|ami)|dimmi|stampa|ripeti)\b.{0,40}\b(?:prompt|istruzioni (?:di sistema|iniziali)|messaggio di sistema|password|le tue istruzioni)\b/g,
    ignore: String.raw`\b(?:ignor(?:a|ate)|dimentic(?:a|ate)|trascura(?:te)?)\b`,
    say: String.raw`\b(?:di'|dite|dichiara(?:te)?|afferma(?:te)?|indica(?:te)?|rispond(?:i|ete)|scriv(?:i|ete)|menziona(?:te)?|invia(?:te)?|esegui(?:te)?)(?![\w])`,
    task: /\b(?:il tuo|la tua) (?:nuovo|nuova|unico|vero) (?:compito|missione|istruzione|ruolo)\b|\bnuov[ei] istruzion[ei]\s?:|\bd'ora in poi,? (?:sei|devi|rispondi|agisci)\b/g,
    first: /\b(?:prima di (?:usare|utilizzare|chiamare|rispondere|ogni)|per prima cosa devi)\b/g,
  },
  {
    language: 'Dutch',
    words: ['negeer', 'vergeet', 'gebruiker', 'nieuwe', 'vanaf nu', 'voordat'],
    override: /\b(?:negeer|vergeet)\b.{0,40}\b(?:vorige|eerdere|voorgaande|bovenstaande|instructies)\b/g,
    secrecy: /\b(?:vertel|zeg|meld)\b.{0,30}\b(?:niet|niets|nooit)\b.{0,20}\bgebruiker\b|\bzonder dat de gebruiker\b/g,
    reveal:
      /\b(?:onthul|toon|geef|herhaal)\b.{0,40}\b(?:systeemprompt|systeeminstructies|wachtwoord|je instructies)\b/g,
    ignore: String.raw`\b(?:negeer|vergeet)\b`,
    say: String.raw`\b(?:zeg|vermeld|antwoord|schrijf|stel|geef|verklaar|stuur|voer)(?![\w])`,
    task: /\bje (?:nieuwe|enige|echte) (?:taak|opdracht|instructie|rol)\b|\bnieuwe (?:instructies?|opdracht(?:en)?)\s?:|\bvanaf nu (?:ben|moet|antwoord)\b/g,
    first: /\b(?:voordat (?:je|u)|voor (?:elk|ieder) gebruik)\b/g,
  },
  {
    language: 'Polish',
    words: ['ignoruj', 'zapomnij', 'pomin', 'uzytkownik', 'nowe', 'od teraz', 'zanim', 'przed uzyciem', 'nikomu'],
    override:
      /\b(?:zignoruj|ignoruj|zapomnij|pomin)\b.{0,40}\b(?:poprzedni\w*|wczesniejsz\w*|powyzsz\w*|instrukcj\w*|polece\w*)/g,
    secrecy: /\bnie (?:mow|informuj|wspominaj|ujawniaj)\b.{0,40}\b(?:uzytkownik\w*|nikomu|tym)\b/g,
    reveal: /\b(?:ujawnij|pokaz|podaj|powtorz)\b.{0,40}\b(?:prompt\w*|instrukcj\w* systemow\w*|haslo)\b/g,
    ignore: String.raw`\b(?:zignoruj|ignoruj|zapomnij|pomin)\b`,
    say: String.raw`\b(?:powiedz|napisz|odpowiedz|stwierdz|podaj|wyslij|wykonaj)(?![\w])`,
    task: /\btwoj(?:e|a|ym) now(?:e|a|ym) (?:zadani\w*|instrukcj\w*)|\bnowe (?:instrukcje|polecenia|zadanie)\s?:|\bod teraz (?:jestes|masz|odpowiadaj)\b/g,
    first: /\bzanim (?:uzyjesz|odpowiesz|wywolasz)\b|\bprzed uzyciem\b/g,
  },
  {
    language: 'Turkish',
    words: [
      'talimat',
      'onerge',
      'komut',
      'yok say',
      'gormezden',
      'unut',
      'goz ardi',
      'kullanici',
      'yeni gorev',
      'yeni talimat',
      'bundan sonra',
      'kullanmadan',
    ],
    override:
      /\b(?:onceki|yukaridaki|tum)\b.{0,40}\b(?:talimat\w*|yonerge\w*|komut\w*)\b.{0,24}\b(?:yok say|gormezden gel|unut|goz ardi)\w*|\b(?:yukaridak\w*)\b.{0,20}\b(?:yok say|unut|gormezden)\w*/g,
    secrecy: /\bkullanici\w*\b.{0,40}\b(?:soyleme|bahsetme|bildirme|haber verme)\w*/g,
    reveal: /\b(?:sistem (?:istemi|mesaj|talimat)\w*|sifre\w*)\b.{0,24}\b(?:goster|acikla|soyle|paylas)\w*/g,
    ignore: String.raw`\b(?:yok say|gormezden gel|unut|goz ardi et)\w*\b`,
    say: String.raw`\b(?:belirt|soyle|yaz|cevap|yanit|gonder|calistir)\w*(?![\w])`,
    task: /\byeni (?:gorevin|gorev|talimatlar)\b\s?:?|\bbundan sonra\b.{0,20}\b(?:sen|olarak|cevap)/g,
    first: /\b(?:araci|aracin?i) (?:kullanmadan|cagirmadan) once\b|\bkullanmadan once\b/g,
  },
  {
    language: 'Indonesian',
    words: ['abaikan', 'lupakan', 'jangan', 'tugas baru', 'instruksi baru', 'mulai sekarang', 'sebelum '],
    override: /\b(?:abaikan|lupakan)\b.{0,40}\b(?:sebelumnya|di atas|instruksi|perintah|semua)\b/g,
    secrecy: /\bjangan (?:beri ?tahu|katakan|sebutkan|ungkapkan)\b.{0,40}\b(?:pengguna|siapa)\w*/g,
    reveal: /\b(?:ungkapkan|tunjukkan|tampilkan|berikan)\b.{0,40}\b(?:prompt sistem|instruksi sistem|kata sandi)\b/g,
    ignore: String.raw`\b(?:abaikan|lupakan)\b`,
    say: String.raw`\b(?:katakan|tunjukkan|sebutkan|nyatakan|jawab|tulis|kirim|jalankan)\w*(?![\w])`,
    task: /\btugas baru(?:mu| anda)?\b|\binstruksi baru\s?:|\bmulai sekarang\b.{0,16}\b(?:kamu|anda)\b/g,
    first: /\bsebelum (?:menggunakan|memanggil|menjawab)\b/g,
  },
  {
    language: 'Vietnamese',
    words: [
      'bo qua',
      'quen',
      'phot lo',
      'nguoi dung',
      'nhiem vu moi',
      'huong dan moi',
      'chi thi moi',
      'tu bay gio',
      'tu gio',
      'truoc khi',
    ],
    override: /\b(?:bo qua|quen|phot lo)\b.{0,30}\b(?:huong dan|chi dan|lenh|o tren|truoc|tren)\b/g,
    secrecy: /\b(?:dung|khong)\b.{0,8}\b(?:noi|tiet lo|de cap|thong bao)\b.{0,24}\b(?:nguoi dung)\b/g,
    reveal:
      /\b(?:tiet lo|cho toi (?:biet|xem)|hien thi)\b.{0,30}\b(?:loi nhac he thong|huong dan he thong|mat khau)\b/g,
    ignore: String.raw`\b(?:bo qua|quen|phot lo)\b`,
    say: String.raw`\b(?:noi|neu|tra loi|chi ra|viet|tuyen bo|khang dinh|gui)(?![\w])`,
    task: /\b(?:nhiem vu|huong dan|chi thi) moi\b|\btu (?:bay gio|gio tro di)\b/g,
    first: /\btruoc khi (?:su dung|goi|tra loi|dung)\b/g,
  },
  {
    language: 'Swedish',
    words: ['ignorera', 'glom', 'bortse', 'anvandaren', 'innan du'],
    override: /\b(?:ignorera|glom|bortse fran)\b.{0,40}\b(?:tidigare|foregaende|ovanstaende|instruktion\w*|allt)\b/g,
    secrecy: /\b(?:beratta|namn|informera|sag)\b.{0,24}\b(?:inte|inget|aldrig)\b.{0,24}\banvandaren\b/g,
    reveal: /\b(?:visa|avsloja|skriv ut|upprepa)\b.{0,40}\b(?:systemprompt\w*|systeminstruktion\w*|losenord\w*)\b/g,
    ignore: String.raw`\b(?:ignorera|glom|bortse fran)\b`,
    say: String.raw`\b(?:sag|skriv|svara|ange|skicka)\b`,
    task: /\b(?:din nya uppgift|nya instruktioner\s?:)|\bfran och med nu\b.{0,16}\bdu\b/g,
    first: /\binnan du (?:anvander|anropar|svarar)\b/g,
  },
  {
    language: 'Czech',
    words: ['ignoruj', 'zapomen', 'uzivatel', 'nez pouzij', 'od ted', 'nove pokyny'],
    override: /\b(?:ignoruj(?:te)?|zapomen(?:te)?)\b.{0,40}\b(?:predchozi\w*|pokyn\w*|instrukc\w*|vse)\b/g,
    secrecy: /\b(?:nerikej(?:te)?|nezminuj(?:te)?|neinformuj(?:te)?)\b.{0,30}\buzivatel\w*/g,
    reveal: /\b(?:ukaz|zobraz|prozrad|vypis)(?:te)?\b.{0,40}\b(?:systemov\w+ (?:prompt|pokyn)\w*|heslo)\b/g,
    ignore: String.raw`\b(?:ignoruj(?:te)?|zapomen(?:te)?)\b`,
    say: String.raw`\b(?:rekni|napis|odpovez|uved|posli)(?:te)?\b`,
    task: /\bnov(?:y ukol|e pokyny)\s?:|\bod ted\b.{0,16}\bjsi\b/g,
    first: /\bnez pouzij\w*/g,
  },
  {
    language: 'Romanian',
    words: ['ignora', 'uita', 'utilizator', 'inainte de', 'de acum'],
    override: /\b(?:ignora(?:ti)?|uita(?:ti)?)\b.{0,40}\b(?:anterioar\w*|precedent\w*|instructiuni\w*|de mai sus)\b/g,
    secrecy: /\bnu (?:ii |i )?(?:spune|mentiona|informa|dezvalui)\w*\b.{0,30}\butilizator\w*/g,
    reveal: /\b(?:arata|afiseaza|dezvaluie)\b.{0,40}\b(?:promptul|instructiunile de sistem|parola)\b/g,
    ignore: String.raw`\b(?:ignora(?:ti)?|uita(?:ti)?)\b`,
    say: String.raw`\b(?:spune|scrie|raspunde|afirma|trimite)(?:ti)?\b`,
    task: /\bnoua ta sarcina\b|\binstructiuni noi\s?:|\bde acum (?:inainte|incolo)\b/g,
    first: /\binainte de (?:a folosi|a apela|a raspunde)\b/g,
  },
  {
    language: 'Filipino',
    words: ['bagong gawain', 'bagong tagubilin', 'mula ngayon', 'bago gamitin', 'balewalain', 'kalimutan', 'huwag'],
    override:
      /\b(?:balewalain|kalimutan|huwag pansinin)\b.{0,40}\b(?:nakaraang?|nauna\w*|tagubilin|utos|lahat|itaas)\b/g,
    secrecy: /\bhuwag\b.{0,12}\b(?:sabihin|banggitin|ipaalam)\b.{0,24}\b(?:user|gumagamit|kahit kanino)\b/g,
    reveal: /\b(?:ipakita|ibunyag|sabihin)\b.{0,40}\b(?:system prompt|password)\b/g,
    ignore: String.raw`\b(?:balewalain|kalimutan|huwag pansinin)\b`,
    say: String.raw`\b(?:sabihin|estado|ipahayag|isulat|sagutin|ipadala)\b`,
    task: /\b(?:bagong (?:gawain|tagubilin))\b|\bmula ngayon\b/g,
    first: /\bbago (?:gamitin|tawagin|sumagot)\b/g,
  },
];
