import type { Language } from '../text/launcher.ts';

/** What is said in the scenes: in English, as the scenes have it, in German, and in Arabic. */
const lines: readonly (readonly [en: string, de: string, ar: string])[] = [
  ['Little Fen Lamps', 'Little Fen Lamps', 'مصابيح ليتل فن'],
  ['Fen', 'Fen', 'فِن'],
  [
    'Ask about lamps, orders and repairs.',
    'Fragen zu Lampen, Bestellungen und Reparaturen.',
    'اسأل عن المصابيح والطلبات والإصلاح.',
  ],
  [
    'Hello. I know the catalogue, delivery times and the returns rules. What would you like to know?',
    'Guten Tag. Ich kenne den Katalog, die Lieferzeiten und die Rückgaberegeln. Was möchten Sie wissen?',
    'مرحبًا. أعرف الكتالوج ومواعيد التسليم وشروط الإرجاع. ماذا تود أن تعرف؟',
  ],
  ['Where is my order?', 'Wo ist meine Bestellung?', 'أين طلبي؟'],
  ['Return a lamp', 'Lampe zurückgeben', 'إرجاع مصباح'],
  ['Which shade fits?', 'Welcher Lampenschirm passt?', 'أي غطاء يناسب؟'],
  ['Orders and returns', 'Bestellungen und Rücksendungen', 'الطلبات والإرجاع'],
  ['Workshop', 'Werkstatt', 'الورشة'],
  ['Support', 'Beratung', 'الدعم'],
  ['An order or a return', 'Bestellung oder Rücksendung', 'طلب أو إرجاع'],
  ['A repair', 'Eine Reparatur', 'إصلاح'],
  ['Ask us', 'Fragen Sie uns', 'اسألنا'],
  [
    'The shade that came is not the one I ordered. Can someone look at my order?',
    'Der gelieferte Schirm ist nicht der bestellte. Kann jemand nachsehen?',
    'وصلني غطاء بلون مختلف. هل يمكن لأحد أن يراجع طلبي؟',
  ],
  [
    'Of course. I will pass on everything above, so you need not repeat it.',
    'Gern. Ich gebe alles von oben weiter, Sie müssen nichts wiederholen.',
    'بالتأكيد. سأمرّر كل ما سبق حتى لا تضطر إلى التكرار.',
  ],
  [
    'Hello, I am Mara. I have order LF-2291 here: a Heron with a sage shade.',
    'Guten Tag, ich bin Mara. Ich habe Bestellung LF-2291 vor mir: eine Heron mit salbeigrünem Schirm.',
    'مرحبًا، أنا مارا. أمامي طلبك LF-2291: مصباح هيرون بغطاء بلون المريمية.',
  ],
  ['What does the one you got look like?', 'Wie sieht Ihrer denn aus?', 'كيف يبدو اللون الذي وصلك؟'],
  ['More of a moss green, quite dark.', 'Eher moosgrün, recht dunkel.', 'أقرب إلى الأخضر الطحلبي، داكن جدًا.'],
  [
    'I have a sage one on the shelf. I can post it today, and you keep the lamp.',
    'Einen salbeigrünen habe ich hier. Ich schicke ihn heute, die Lampe behalten Sie.',
    'لديّ غطاء بلون المريمية على الرف. أرسله اليوم وتحتفظ بالمصباح.',
  ],
  ['That would be lovely, thank you.', 'Danke, sehr freundlich.', 'شكرًا، هذا لطف كبير.'],
  [
    'Posted. It should be with you on Tuesday. Enjoy the lamp.',
    'Ist unterwegs und sollte Dienstag bei Ihnen sein. Viel Freude damit.',
    'أُرسل الغطاء، ويصلك يوم الثلاثاء. استمتع بالمصباح.',
  ],
  [
    'Can someone check whether my old lamp can be rewired?',
    'Kann jemand nachsehen, ob sich meine alte Lampe neu verkabeln lässt?',
    'هل يمكن لأحد أن يرى إن كان مصباحي القديم يقبل أسلاكًا جديدة؟',
  ],
  [
    'Most can, for 35 to 60 euros. Whether yours can is something the workshop has to see.',
    'Die meisten schon, für 35 bis 60 Euro. Ob es bei Ihrer geht, muss die Werkstatt sehen.',
    'أغلبها يقبل، مقابل 35 إلى 60 يورو. أما مصباحك فعلى الورشة أن تراه.',
  ],
  [
    'Which address should the new shade go to?',
    'An welche Adresse soll der neue Schirm?',
    'إلى أي عنوان أرسل الغطاء الجديد؟',
  ],
  [
    'Can I send a lamp back if the shade is the wrong colour?',
    'Kann ich eine Lampe zurückschicken, wenn der Lampenschirm die falsche Farbe hat?',
    'هل يمكنني إرجاع مصباح إذا كان لون الغطاء مختلفًا؟',
  ],
  ['Who pays the postage?', 'Wer zahlt das Porto?', 'ومن يدفع الشحن؟'],
  ['Yes, that one', 'Ja, diese', 'نعم، هذا هو'],
  ['Another order', 'Eine andere', 'طلب آخر'],
  [
    'And which shades fit it?\nI have seen https://littlefen.example/sizes',
    'Und welche Schirme passen?\nIch kenne https://littlefen.example/sizes',
    'وأي الأغطية تناسبه؟\nرأيت https://littlefen.example/sizes',
  ],
  ['And what if the glass is cracked?', 'Und wenn das Glas gesprungen ist?', 'وماذا لو كان الزجاج مكسورًا؟'],
  [
    'Jon from the workshop. Mara told me about the shade, so we can start where you left off.',
    'Hier die Werkstatt. Mara hat mir vom Schirm erzählt, wir machen dort weiter.',
    'معك الورشة. شرحت لي مارا أمر الغطاء، فلنتابع من حيث توقفتما.',
  ],
  [
    'Moss is the spring run; the label on the box was wrong.',
    'Moosgrün ist die Frühjahrsserie, das Etikett war falsch.',
    'مرحبًا من الورشة. الطحلبي من سلسلة الربيع، سنصحح البطاقة.',
  ],
  ['Then the sage one goes out today.', 'Dann geht heute der salbeigrüne hinaus.', 'إذن سأرسل غطاء المريمية اليوم.'],
  [
    'A picture of the shade would help, and here is the label in case you need it.',
    'Ein Bild vom Schirm hilft, und hier ist das Etikett, falls Sie es brauchen.',
    'صورة للغطاء تساعدنا، وهذه بطاقة الإرجاع إن احتجت إليها.',
  ],
  ['This was for somebody else.', 'Das war für jemand anderen.', 'كانت هذه لشخص آخر.'],
  ['We are out of the shop until 15:30.', 'Wir sind bis 15:30 nicht im Laden.', 'لسنا في المتجر حتى 15:30.'],
  [
    'The same one as before: 4 Mill Lane, Little Fen.',
    'Dieselbe wie zuvor: 4 Mill Lane, Little Fen.',
    'نفس العنوان: 4 شارع الطاحونة، ليتل فن.',
  ],
  [
    'And please leave it with the neighbour if I am out.',
    'Und bitte beim Nachbarn abgeben, falls ich nicht da bin.',
    'ويُسلَّم للجار إن لم أكن في البيت.',
  ],
  ['Thank you.', 'Danke.', 'شكرًا.'],
  ['Where is order LF-2291?', 'Wo ist Bestellung LF-2291?', 'أين طلبي LF-2291؟'],
  ['Can my old lamp be rewired?', 'Kann meine alte Lampe neu verkabelt werden?', 'هل يمكن تجديد أسلاك مصباحي القديم؟'],
  [
    'From Mara’s note: a sage shade was posted today, due Tuesday, and you keep the lamp. What else can I look up?',
    'Aus Maras Notiz: Ein salbeigrüner Schirm ist unterwegs, fällig Dienstag. Was noch?',
    'من ملاحظة مارا: أُرسل غطاء بلون المريمية اليوم ويصل الثلاثاء. ماذا أبحث عنه أيضًا؟',
  ],
  ['Follow the parcel', 'Paket verfolgen', 'تتبّع الطرد'],
  ['Nothing else', 'Nichts weiter', 'لا شيء'],
  [
    'And one more thing about the shade, since you ask.',
    'Und noch etwas zum Schirm, da Sie fragen.',
    'وأمر آخر عن الغطاء، ما دمت تسأل.',
  ],
  ['The parcel has left.', 'Das Paket ist unterwegs.', 'غادر الطرد.'],
  [
    'Yes, within **30 days** of delivery:\n\n1. Keep the box; the lamp travels in it.\n2. [Print the label](own:/returns) with code `LF-2291-R`.\n3. Hand it in at [any post office](https://parcel.example/near)',
    'Ja, bis **30 Tage** nach der Lieferung:\n\n1. Behalten Sie den Karton, die Lampe reist darin.\n2. [Rücksendeetikett drucken](own:/returns), Code `LF-2291-R`.\n3. Abgeben in [jeder Postfiliale](https://parcel.example/near)',
    'نعم، خلال **30 يومًا** من التسليم:\n\n1. احتفظ بالعلبة؛ المصباح يُشحن داخلها.\n2. [اطبع بطاقة الإرجاع](own:/returns) بالرمز `LF-2291-R`.\n3. سلّمها إلى [أقرب مكتب بريد](https://parcel.example/near)',
  ],
  [
    'We do, when the mistake is ours. Is this the order?\n\n```\norder   LF-2291\nshade   Sage, 24 cm\n```',
    'Wir, wenn es unser Fehler war. Ist das die Bestellung?\n\n```\norder   LF-2291\nshade   Sage, 24 cm\n```',
    'نحن، إن كان الخطأ منا. هذا هو الطلب المقصود؟\n\n```\norder   LF-2291\nshade   Sage, 24 cm\n```',
  ],
  [
    'Two of the three, measured across the ring:\n\n| Shade | Ring | Cloth | Fits |\n|---|---|---|---|\n| Sage | 24 cm | washed linen | yes |\n| Rust | 24 cm | washed linen | yes |\n| Dusk | 30 cm | mulberry paper | no |\n\n> The ring matters, not the height.\n\n- ~~Fern~~ is sold out\n- Dusk comes back in March\n\nFrom [Shade sizes](own:/sizes), or write to [the bench](mailto:bench@littlefen.example).',
    'Zwei von dreien, am Ring gemessen:\n\n| Schirm | Ring | Stoff | Passt |\n|---|---|---|---|\n| Salbei | 24 cm | gewaschenes Leinen | ja |\n| Rost | 24 cm | gewaschenes Leinen | ja |\n| Dämmerung | 30 cm | Maulbeerpapier | nein |\n\n> Auf den Ring kommt es an, nicht auf die Höhe.\n\n- ~~Farn~~ ist ausverkauft\n- Dämmerung kommt im März wieder\n\nAus [Schirmgrößen](own:/sizes), oder schreiben Sie an [die Werkbank](mailto:bench@littlefen.example).',
    'اثنان من الثلاثة، والقياس عبر الحلقة:\n\n| الغطاء | الحلقة | القماش | يناسب |\n|---|---|---|---|\n| مريمية | 24 cm | كتان مغسول | نعم |\n| صدأ | 24 cm | كتان مغسول | نعم |\n| غسق | 30 cm | ورق التوت | لا |\n\n> الحلقة أهم من الارتفاع.\n\n- ~~السرخس~~ نفد\n- يعود الغسق في مارس\n\nمن [مقاسات الأغطية](own:/sizes)، أو اكتب إلى [الورشة](mailto:bench@littlefen.example).',
  ],
];

/** What is said, in another language; a link to our own site leads to this page's. What nobody translated stays as it is. */
export function inLanguage(language: Language, text: string): string {
  const found = lines.find(([en]) => en === text);
  const said = found?.[{ en: 0, de: 1, ar: 2 }[language]] ?? text;
  return said.replaceAll('own:', location.origin);
}
