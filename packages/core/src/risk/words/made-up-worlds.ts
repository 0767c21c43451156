/**
 * "In a world where", "in a parallel universe": what opens a made-up world in which the model is to say what is not true. In
 * languages other than English; text in Latin letters has its accents off.
 */
export const madeUpWorlds = {
  /** One of these is in each text in Latin letters in which the phrase is. */
  words: [
    'parallelwelt',
    'einer welt',
    'dans un ',
    'en un ',
    'num mundo',
    'num universo',
    'em um ',
    'in un ',
    'di dunia',
    'paralel',
    'song song',
  ],
  latin:
    /\bin einer (?:parallel(?:welt|en welt)|alternativen welt|welt,? in der)|\bdans un (?:monde|univers) (?:ou\b|parallele|alternatif)|\ben un (?:mundo|universo) (?:(?:en el )?que\b|donde\b|paralelo|alternativo)|\b(?:num|em um) (?:mundo|universo) (?:em que\b|onde\b|paralelo|alternativo)|\bin un (?:mondo|universo) (?:in cui\b|dove\b|parallelo|alternativo)|\bdi (?:dunia|alam semesta) (?:di ?mana\b|paralel)|\bparalel (?:bir )?(?:evren|dunya)|\b(?:the gioi|vu tru) song song\b/g,
  others:
    /параллельн[а-я]{1,4} (?:мир|вселенн)|в мире,? где|পৃথিবীতে যেখানে|বিশ্বে যেখানে|সমান্তরাল|समान(?:ान्तर|ांतर) (?:दुनिया|ब्रह्मांड)|पैरल यूनिवर्स|ऐसी दुनिया में जहां|(?:仮説的な|仮想の|架空の)シナリオ|並行世界|パラレルワールド|平行(?:世界|宇宙)|평행 ?(?:세계|우주)|가상의 시나리오|(?:عالم|كون) مواز|โลกคู่ขนาน|จักรวาลคู่ขนาน/g,
} as const;
