/**
 * What 4.10 makes of Markdown in the deliveries of a website's inbox. Only what people usually write is imitated: paragraphs,
 * emphasis, code, lists, headings and quotes; raw tags are dropped. @see the recordings of scene 24
 */
export function toHtml(text: string): string {
  const lines = text.trim().split('\n');
  return blocks(lines).join('');
}

const list = /^(?:(-|\*)|(\d+)\.) +(.*)$/;
const heading = /^(#{1,6}) +(.*)$/;

function blocks(lines: string[]): string[] {
  const done: string[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const rest = lines.slice(at);
    const title = heading.exec(line);
    if (line.trim() === '') at += 1;
    else if (title) {
      const level = title[1]?.length ?? 1;
      done.push(`<h${level}>${inline(title[2] ?? '')}</h${level}>\n`);
      at += 1;
    } else if (line.startsWith('>')) {
      const quoted = until(rest, (one) => one.trim() === ''); // a quote goes on without its sign
      done.push(`<blockquote>\n${blocks(quoted.map((one) => one.replace(/^> ?/, ''))).join('')}</blockquote>\n`);
      at += quoted.length;
    } else if (list.test(line)) {
      const tag = list.exec(line)?.[2] === undefined ? 'ul' : 'ol';
      const items = until(rest, (one) => !list.test(one) || (list.exec(one)?.[2] === undefined) !== (tag === 'ul'));
      done.push(
        `<${tag}>\n${items.map((one) => `<li>${inline(list.exec(one)?.[3] ?? '')}</li>\n`).join('')}</${tag}>\n`,
      );
      at += items.length;
    } else {
      const said = until(rest, (one) => one.trim() === '' || heading.test(one) || one.startsWith('>'));
      done.push(`<p>${inline(said.map((one) => one.trim()).join('\n'))}</p>\n`);
      at += said.length;
    }
  }
  return done;
}

/** The lines before the first that fits, at least one. */
function until(lines: string[], fits: (line: string) => boolean): string[] {
  const end = lines.findIndex((line, index) => index > 0 && fits(line));
  return end < 0 ? lines : lines.slice(0, end);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/&(?!(?:amp|lt|gt|quot);)|[<>"]/g, (sign) => entities[sign] ?? sign);

function inline(text: string): string {
  const pieces = text.split(/(`[^`]+`|<\/?[a-zA-Z][^<>]*>)/);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 0) return emphasis(escaped(piece.replace(/\\([*_`#\\])/g, '$1')));
      return piece.startsWith('`') ? `<code>${escaped(piece.slice(1, -1))}</code>` : '<!-- raw HTML omitted -->';
    })
    .join('');
}

const emphasis = (text: string) =>
  text
    .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, '<strong>$1</strong>')
    .replace(/\*(\S(?:[^*]*?\S)?)\*/g, '<em>$1</em>')
    .replace(/(?<![\w])_(\S(?:.*?\S)?)_(?![\w])/g, '<em>$1</em>');
