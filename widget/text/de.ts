import type { Words } from './words.ts';

const numbers = ['Keine', 'Eine', 'Zwei', 'Drei', 'Vier', 'Fünf', 'Sechs', 'Sieben', 'Acht', 'Neun'];
const messages = (count: number) => `${numbers[count] ?? String(count)} ${count === 1 ? 'Nachricht' : 'Nachrichten'}`;
const comma = (team: string | null) => (team ? `, ${team}` : '');

const time = (seconds: number) =>
  seconds > 60
    ? `etwa ${seconds < 90 ? 'einer Minute' : `${Math.round(seconds / 60)} Minuten`}`
    : `${seconds} ${seconds === 1 ? 'Sekunde' : 'Sekunden'}`;

export const words: Words = {
  locale: 'de',

  openChat: 'Chat öffnen',
  closeChat: 'Chat schließen',
  newMessages: (count) => (count === 1 ? '1 neue Nachricht' : `${count} neue Nachrichten`),
  chatWith: (site) => (site ? `Chat mit ${site}` : 'Chat'),

  assistant: 'Assistent',
  automatic: 'automatisch',
  assistantRole: 'Assistent',
  automaticAssistant: 'Automatischer Assistent',
  person: 'Ein Mensch',
  you: 'Sie',
  system: 'Automatische Antwort',

  answersNow: 'antwortet sofort, automatisch',
  answersNowNamed: 'Assistent, antwortet sofort',
  wheneverYouAsk: 'sobald Sie fragen',

  conversation: 'Unterhaltung',
  suggestions: 'Vorschläge',
  today: 'Heute',
  isTyping: (name) => `${name} schreibt`,
  isAnswering: 'Der Assistent antwortet',
  deleted: 'Diese Nachricht wurde gelöscht',
  copy: 'Kopieren',
  copied: 'Kopiert',
  code: 'Code',
  table: 'Tabelle',

  message: 'Nachricht',
  send: 'Senden',
  charactersLeft: (count) => (count === 1 ? 'Noch 1 Zeichen' : `Noch ${count} Zeichen`),
  charactersTooMany: (count) => `${count.toLocaleString('de')} Zeichen zu viel`,
  sending: 'Wird gesendet',
  sent: 'Gesendet',
  kept: 'Aufgehoben, geht hinaus, sobald Sie wieder online sind',
  keptByItself: 'Aufgehoben, geht von selbst hinaus',
  notSent: 'Nicht gesendet.',
  retry: 'Noch einmal',
  delete: 'Löschen',
  invalid: 'Diese Nachricht konnte nicht angenommen werden. Kürzen Sie sie auf 4.000 Zeichen und senden Sie sie neu.',
  conflict: 'Diese Nachricht konnte nicht angenommen werden. Senden Sie sie als neue.',

  talkToPerson: 'Mit einem Menschen sprechen',
  cancel: 'Abbrechen',
  backToAssistant: 'Zurück zum Assistenten',
  finish: 'Beenden …',
  finishWith: (firstName) => `Fertig mit ${firstName}?`,
  finishHint: (firstName) => `${firstName} sieht es. Sie können jederzeit wieder schreiben.`,
  endChat: 'Chat beenden',
  stayWith: (firstName) => `Bei ${firstName} bleiben`,
  withSince: (firstName, time) => `Mit ${firstName}${time ? ` seit ${time}` : ''}`,
  whatAbout: 'Worum geht es?',
  somethingElse: 'Etwas anderes',
  stay: 'Beim Assistenten bleiben',
  choices: (count) => (count === 1 ? 'Eine Auswahl' : `${numbers[count] ?? String(count)} zur Auswahl`),
  asked: 'Sie haben nach einem Menschen gefragt',
  connecting: (team) => (team ? `Wir verbinden Sie: ${team}` : 'Wir verbinden Sie mit einem Menschen'),
  passedOnInOrder: 'Was Sie jetzt schreiben, wird aufgehoben und der Reihe nach weitergegeben.',
  whoAnswers: 'Wer antwortet',
  waiting: 'Ein Mensch wird gerufen',
  waitingFor: (name) => `${name} ist gerufen`,
  knows: (team) => `${team ?? 'Das Team'} weiß, dass Sie hier sind`,
  waitUnknown: 'Wie lange es heute dauert, wissen wir nicht. Sie können den Chat schließen; Ihr Platz bleibt.',
  hasConversation: (name) => `Ihre Unterhaltung liegt bei ${name}`,
  readAndKept: 'Alles von oben ist dort zu sehen, Ihr Platz bleibt.',
  answersFromHere: (name) => `Ab hier antwortet ${name}`,
  canReadAbove: (firstName) => `${firstName} kann alles oben lesen. Der Assistent hat aufgehört.`,

  comesBack: (name, when) => `${name ?? 'Ihr Gegenüber'} meldet sich ${when ? `gegen ${when}` : 'später'}`,
  comesBackHint: 'Sie können den Chat schließen, die Antwort steht dann hier. Schreiben Sie, falls sich etwas ändert.',
  isAway: (name, when) => `${name ?? 'Ihr Gegenüber'} ${when ? `ist bis etwa ${when} weg` : 'meldet sich später'}`,
  onDay: (day, time) => `${day} um ${time}`,
  nobodyFree: (minutes) => `In ${minutes === 1 ? 'einer Minute' : `${minutes} Minuten`} war niemand frei`,
  nobodyFreeHint:
    'Hinterlassen Sie eine Nachricht, die Antwort steht dann hier. Oder warten Sie weiter, Ihr Platz bleibt.',
  keepWaiting: 'Weiter warten',
  leaveMessage: 'Nachricht hinterlassen',
  nobodyHere: (when) => `Gerade ist niemand da${when ? `. Wieder ${when}` : ''}`,
  nobodyHereHint: (isTimed) =>
    `${isTimed ? 'Das ist Ihre Ortszeit. ' : ''}Hinterlassen Sie eine Nachricht, ein Mensch antwortet dann hier.`,
  youLeftMessage: (team) => `Sie haben eine Nachricht hinterlassen${team ? ` für: ${team}` : ''}`,
  yourMessage: 'Ihre Nachricht',
  answersLater: (team, when) => `${team ?? 'Ein Mensch'} antwortet ${when ? `ab ${when}` : 'sobald jemand da ist'}`,
  answersLaterHint: 'Sie können den Chat schließen, die Antwort steht dann hier. Unten können Sie etwas ergänzen.',
  askAssistant: 'Den Assistenten fragen',
  rating: 'Bewertung',
  didSolve: (name) => (name ? `Hat ${name} es gelöst?` : 'Ist es gelöst?'),
  notAtAll: 'Gar nicht',
  completely: 'Ganz',
  anythingToAdd: 'Noch etwas?',
  optional: 'freiwillig',
  sendRating: 'Senden',
  skip: 'Überspringen',
  chatEnded: 'Chat beendet',
  thanks: 'Danke für die Bewertung',
  endedAt: (time) =>
    `Der Chat endete um ${time}. Schreiben Sie wieder, wann Sie mögen; zuerst antwortet der Assistent.`,

  youAsked: 'Sie haben nach einem Menschen gefragt',
  joined: (name, team) => `${name} ist da${comma(team)}`,
  cameInToo: (name) => `${name} ist dazugekommen`,
  passedOn: (from, to, team) => `${from ?? 'Ihr Gegenüber'} hat Sie weitergegeben an ${to}${comma(team)}`,
  rerouted: (team) => `Ihre Unterhaltung liegt jetzt bei: ${team}`,
  released: (name) => `${name ?? 'Ihr Gegenüber'} hat abgegeben. Jemand anders übernimmt`,
  leftQueue: 'Sie warten nicht mehr. Der Assistent antwortet wieder',
  youStay: 'Sie bleiben beim Assistenten',
  nobodyReached: 'Gerade war niemand erreichbar. Der Assistent antwortet wieder',
  closedThis: (name) => (name ? `${name} hat den Chat geschlossen` : 'Dieser Chat ist zu Ende'),
  gaveBack: (name) =>
    name ? `${name} hat den Chat geschlossen, der Assistent ist wieder da` : 'Der Assistent ist wieder da',
  youWentBack: 'Sie sind zurück beim Assistenten',
  youEnded: 'Sie haben diesen Chat beendet',
  assistantIsBack: 'Der Assistent ist wieder da',
  tookUpAgain: (name) => `${name ?? 'Jemand'} ist wieder für Sie da`,
  deskGone: 'Das Team hat diese Unterhaltung nicht mehr. Der Assistent ist wieder da',
  botFailed: 'Der Assistent weiß darauf keine Antwort. Fragen Sie anders, oder sprechen Sie mit einem Menschen.',

  slow: 'Das Verbinden dauert länger als sonst. Was Sie schreiben, wird aufgehoben.',
  offline: (kept) =>
    kept === 0
      ? 'Sie sind offline. Was Sie schreiben, wird aufgehoben und geht hinaus, sobald Sie wieder online sind.'
      : `Sie sind offline. ${messages(kept)} ${kept === 1 ? 'ist' : 'sind'} auf diesem Gerät aufgehoben und ${kept === 1 ? 'geht' : 'gehen'} hinaus, sobald Sie wieder online sind.`,
  unreachable: (kept) =>
    kept === 0
      ? 'Der Chat ist gerade nicht erreichbar. Was Sie schreiben, wird aufgehoben und geht von selbst hinaus.'
      : kept === 1
        ? 'Der Chat ist gerade nicht erreichbar. Ihre Nachricht ist aufgehoben und geht von selbst hinaus.'
        : 'Der Chat ist gerade nicht erreichbar. Ihre Nachrichten sind aufgehoben und gehen von selbst hinaus.',
  backOnline: (sent) => (sent === 0 ? 'Wieder online.' : `Wieder online. ${messages(sent)} gesendet.`),
  tooFast: (seconds, isRequest) =>
    `Viele ${isRequest ? 'Anfragen' : 'Nachrichten'} auf einmal. Die nächste geht in ${time(seconds)} hinaus.`,
  deskAway: 'Das Team ist gerade nicht erreichbar. Was Sie schreiben, wird aufgehoben und von selbst weitergegeben.',
  notKept: 'Dieser Browser hebt für diese Seite nichts auf. Mit der Seite endet der Chat.',
  expired: 'Diese Unterhaltung ist auf diesem Gerät nicht mehr offen',
  expiredHint: 'Beginnen Sie eine neue; die alte bleibt aufgehoben.',
  startAnew: 'Neuen Chat beginnen',
  forbidden: 'Auf dieser Seite kann der Chat nicht benutzt werden.',
  outdated: 'Der Chat hat sich geändert. Laden Sie diese Seite neu.',
};
