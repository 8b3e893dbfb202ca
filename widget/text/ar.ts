import type { Words } from './words.ts';

const rules = new Intl.PluralRules('ar');
/** Arabic counts in six ways; each noun brings its own forms, and one and two need no numeral. */
const count = (n: number, forms: Record<'one' | 'two' | 'few' | 'many' | 'other', string>) => {
  const rule = rules.select(n);
  if (rule === 'one' || rule === 'two') return forms[rule];
  return `${n} ${rule === 'zero' ? forms.other : forms[rule]}`;
};
const messages = (n: number) =>
  count(n, { one: 'رسالة واحدة', two: 'رسالتان', few: 'رسائل', many: 'رسالة', other: 'رسالة' });
const time = (seconds: number) =>
  seconds > 60
    ? `نحو ${count(Math.round(seconds / 60), { one: 'دقيقة واحدة', two: 'دقيقتين', few: 'دقائق', many: 'دقيقة', other: 'دقيقة' })}`
    : count(seconds, { one: 'ثانية واحدة', two: 'ثانيتين', few: 'ثوانٍ', many: 'ثانية', other: 'ثانية' });
const comma = (team: string | null) => (team ? `، ${team}` : '');

export const words: Words = {
  locale: 'ar-u-nu-latn',

  openChat: 'افتح المحادثة',
  closeChat: 'أغلق المحادثة',
  newMessages: (n) =>
    count(n, {
      one: 'رسالة جديدة',
      two: 'رسالتان جديدتان',
      few: 'رسائل جديدة',
      many: 'رسالة جديدة',
      other: 'رسالة جديدة',
    }),
  chatWith: (site) => (site ? `محادثة مع ${site}` : 'محادثة'),

  assistant: 'المساعد',
  automatic: 'تلقائي',
  assistantRole: 'المساعد',
  automaticAssistant: 'مساعد آلي',
  person: 'موظف',
  you: 'أنت',
  system: 'رد تلقائي',

  answersNow: 'يجيب الآن، تلقائيًا',
  answersNowNamed: 'المساعد، يجيب الآن',
  wheneverYouAsk: 'متى طلبت ذلك',

  conversation: 'المحادثة',
  suggestions: 'اقتراحات',
  today: 'اليوم',
  isTyping: (name) => `جارٍ الكتابة: ${name}`,
  isAnswering: 'المساعد يجيب',
  deleted: 'حُذفت هذه الرسالة',
  copy: 'نسخ',
  copied: 'نُسخ',
  code: 'شيفرة',
  table: 'جدول',

  message: 'رسالة',
  send: 'إرسال',
  charactersLeft: (n) => `بقي ${count(n, { one: 'حرف واحد', two: 'حرفان', few: 'أحرف', many: 'حرفًا', other: 'حرف' })}`,
  charactersTooMany: (n) =>
    `أطول من المسموح بمقدار ${count(n, { one: 'حرف واحد', two: 'حرفين', few: 'أحرف', many: 'حرفًا', other: 'حرف' })}`,
  sending: 'قيد الإرسال',
  sent: 'أُرسلت',
  kept: 'محفوظة، تُرسل عند عودة الاتصال',
  keptByItself: 'محفوظة، تُرسل تلقائيًا',
  notSent: 'لم تُرسل.',
  retry: 'أعد المحاولة',
  delete: 'حذف',
  invalid: 'تعذر قبول هذه الرسالة. اختصرها إلى 4000 حرف وأرسلها من جديد.',
  conflict: 'تعذر قبول هذه الرسالة. أرسلها كرسالة جديدة.',

  talkToPerson: 'التحدث إلى موظف',
  cancel: 'إلغاء',
  backToAssistant: 'العودة إلى المساعد',
  finish: 'إنهاء…',
  finishWith: (firstName) => `هل انتهيت مع ${firstName}؟`,
  finishHint: () => 'سيظهر ذلك لدى الفريق. ويمكنك الكتابة مجددًا متى شئت.',
  endChat: 'إنهاء المحادثة',
  stayWith: (firstName) => `البقاء مع ${firstName}`,
  withSince: (firstName, time) => `مع ${firstName}${time ? ` منذ ${time}` : ''}`,
  whatAbout: 'ما الموضوع؟',
  somethingElse: 'موضوع آخر',
  stay: 'البقاء مع المساعد',
  choices: (n) => count(n, { one: 'خيار واحد', two: 'خياران', few: 'خيارات', many: 'خيارًا', other: 'خيار' }),
  asked: 'طلبتَ التحدث إلى موظف',
  connecting: (team) => (team ? `نوصلك بفريق ${team}` : 'نوصلك بموظف'),
  passedOnInOrder: 'ما تكتبه الآن محفوظ ويُمرَّر بالترتيب.',
  whoAnswers: 'من يجيب',
  waiting: 'بانتظار موظف',
  waitingFor: (name) => `بانتظار ${name}`,
  knows: (team) => (team ? `فريق ${team} يعلم أنك هنا` : 'الفريق يعلم أنك هنا'),
  waitUnknown: 'لا نستطيع تحديد المدة اليوم. يمكنك إغلاق المحادثة؛ مكانك محفوظ.',
  hasConversation: (name) => `محادثتك الآن لدى ${name}`,
  readAndKept: 'كل ما سبق ظاهر هناك، ومكانك محفوظ.',
  answersFromHere: (name) => `${name} معك من هنا`,
  canReadAbove: () => 'كل ما سبق مقروء، والمساعد توقف.',

  comesBack: (_name, when) => (when ? `العودة إلى طلبك نحو ${when}` : 'العودة إلى طلبك لاحقًا'),
  comesBackHint: 'يمكنك إغلاق المحادثة؛ سيكون الرد هنا. اكتب الآن إن تغيّر شيء.',
  isAway: (name, when) => `${name ? `${name}: ` : ''}${when ? `غياب حتى نحو ${when}` : 'العودة إلى طلبك لاحقًا'}`,
  onDay: (day, time) => `${day} ${time}`,
  nobodyFree: (n) =>
    `لم يتفرغ أحد خلال ${count(n, { one: 'دقيقة واحدة', two: 'دقيقتين', few: 'دقائق', many: 'دقيقة', other: 'دقيقة' })}`,
  nobodyFreeHint: 'اترك رسالة ويأتيك الرد هنا، أو ابقَ؛ مكانك محفوظ.',
  keepWaiting: 'متابعة الانتظار',
  leaveMessage: 'اترك رسالة',
  nobodyHere: (when) => `لا أحد هنا الآن${when ? `. نعود ${when}` : ''}`,
  nobodyHereHint: (isTimed) => `${isTimed ? 'بتوقيتك المحلي. ' : ''}اترك رسالة ويأتيك الرد هنا.`,
  youLeftMessage: (team) => `تركتَ رسالة${team ? ` لفريق ${team}` : ''}`,
  yourMessage: 'رسالتك',
  answersLater: (team, when) =>
    `${team ? `يجيب فريق ${team}` : 'يجيب موظف'} ${when ? `ابتداءً من ${when}` : 'حالما يتوفر أحد'}`,
  answersLaterHint: 'يمكنك إغلاق المحادثة؛ سيكون الرد هنا. ويمكنك إضافة المزيد أدناه.',
  askAssistant: 'اسأل المساعد',
  rating: 'التقييم',
  didSolve: () => 'هل حُلّ الأمر؟',
  notAtAll: 'لا إطلاقًا',
  completely: 'تمامًا',
  anythingToAdd: 'شيء تضيفه؟',
  optional: 'اختياري',
  sendRating: 'إرسال التقييم',
  skip: 'تخطٍّ',
  chatEnded: 'انتهت المحادثة',
  thanks: 'شكرًا على التقييم',
  endedAt: (time) => `انتهت المحادثة ${time}. اكتب متى شئت؛ يجيب المساعد أولًا.`,

  youAsked: 'طلبتَ التحدث إلى موظف',
  joined: (name, team) => `${name} معك الآن${comma(team)}`,
  cameInToo: (name) => `انضمام ${name} أيضًا`,
  passedOn: (from, to, team) => (from ? `نُقلتَ من ${from} إلى ${to}${comma(team)}` : `نُقلتَ إلى ${to}${comma(team)}`),
  rerouted: (team) => `محادثتك الآن لدى فريق ${team}`,
  released: () => 'أُعيدت محادثتك إلى الفريق. بانتظار موظف آخر',
  leftQueue: 'غادرتَ قائمة الانتظار. المساعد يجيب من جديد',
  youStay: 'بقيت مع المساعد',
  nobodyReached: 'تعذر الوصول إلى أحد الآن. المساعد يجيب من جديد',
  closedThis: (name) => (name ? `إغلاق هذه المحادثة من ${name}` : 'انتهت هذه المحادثة'),
  gaveBack: (name) => (name ? `إغلاق هذه المحادثة من ${name}. عاد المساعد` : 'عاد المساعد'),
  youWentBack: 'عدتَ إلى المساعد',
  youEnded: 'أنهيتَ هذه المحادثة',
  assistantIsBack: 'عاد المساعد',
  tookUpAgain: (name) => (name ? `عودة ${name} إلى محادثتك` : 'عودة موظف إلى محادثتك'),
  deskGone: 'لم تعد هذه المحادثة لدى الفريق. عاد المساعد',
  botFailed: 'ليس لدى المساعد جواب عن هذا. اسأل بطريقة أخرى، أو تحدث إلى موظف.',

  slow: 'يستغرق الاتصال وقتًا أطول من المعتاد. ما تكتبه محفوظ.',
  offline: (n) =>
    n === 0
      ? 'أنت غير متصل. ما تكتبه محفوظ ويُرسل عند عودة الاتصال.'
      : `أنت غير متصل. على هذا الجهاز ${messages(n)} للإرسال عند عودة الاتصال.`,
  unreachable: (n) =>
    n === 0
      ? 'تعذر الوصول إلى المحادثة الآن. ما تكتبه محفوظ ويُرسل تلقائيًا.'
      : `تعذر الوصول إلى المحادثة الآن. بانتظار الإرسال التلقائي: ${messages(n)}.`,
  backOnline: (n) => (n === 0 ? 'عاد الاتصال.' : `عاد الاتصال. أُرسل: ${messages(n)}.`),
  tooFast: (n, isRequest) =>
    isRequest
      ? `طلبات كثيرة دفعة واحدة. يُرسل التالي بعد ${time(n)}.`
      : `رسائل كثيرة دفعة واحدة. تُرسل التالية بعد ${time(n)}.`,
  deskAway: 'تعذر الوصول إلى الفريق الآن. ما تكتبه محفوظ ويُمرَّر تلقائيًا.',
  notKept: 'لا يحفظ هذا المتصفح شيئًا لهذه الصفحة. إغلاق الصفحة ينهي المحادثة.',
  expired: 'لم تعد هذه المحادثة مفتوحة على هذا الجهاز',
  expiredHint: 'ابدأ محادثة جديدة؛ القديمة محفوظة.',
  startAnew: 'ابدأ محادثة جديدة',
  forbidden: 'لا يمكن استخدام المحادثة في هذه الصفحة.',
  outdated: 'تغيّرت المحادثة. أعد تحميل هذه الصفحة للمتابعة.',
};
