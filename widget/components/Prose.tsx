import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { parse } from '../markdown/parse.ts';
import type { Block, Inline } from '../markdown/tree.ts';
import type { Words } from '../text/words.ts';

interface Props {
  text: string;
  words: Words;
  /** Stands beside the words. */
  children?: ComponentChildren;
}

/**
 * What a bot or a person wrote, in Markdown. Nothing in it becomes anything but text, and links that say where they
 * lead. Each block finds its own direction, and what stands in it has none: else it would not be asked.
 */
export function Prose({ text, words, children }: Props) {
  const blocks = useMemo(() => parse(text), [text]);
  return (
    <div class="text">
      {blocks.map((block) => drawBlock(block, words, 'auto'))}
      {children}
    </div>
  );
}

/** @param dir absent within another block, which has the direction of all that is in it */
function drawBlock(block: Block, words: Words, dir?: 'auto') {
  switch (block.kind) {
    case 'paragraph':
      return <p dir={dir}>{draw(block.inside)}</p>;
    case 'heading':
      // Not a heading of the page: somebody made a line stand out.
      return (
        <p dir={dir}>
          <strong>{draw(block.inside)}</strong>
        </p>
      );
    case 'code':
      return (
        <pre tabIndex={0} role="group" aria-label={words.code} dir="ltr">
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return <blockquote dir="auto">{block.inside.map((inside) => drawBlock(inside, words))}</blockquote>;
    case 'list': {
      const items = block.items.map((item) => (
        <li>{item.map((inside) => (inside.kind === 'paragraph' ? draw(inside.inside) : drawBlock(inside, words)))}</li>
      ));
      return block.start === null ? (
        <ul dir="auto">{items}</ul>
      ) : (
        <ol dir="auto" start={block.start}>
          {items}
        </ol>
      );
    }
    case 'table':
      return (
        <div class="scroll" tabIndex={0} role="group" aria-label={words.table}>
          {/* Its head says which way it reads; a number with its unit reads its own way in any. */}
          <table dir="auto">
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th scope="col">{draw(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr>
                  {row.map((cell) => (
                    <td>
                      <bdi>{draw(cell)}</bdi>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'rule':
      return <hr />;
  }
}

function draw(nodes: readonly Inline[]) {
  return nodes.map((node) => {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'break':
        return <br />;
      case 'code':
        return <code dir="auto">{node.text}</code>;
      case 'strong':
        return <strong>{draw(node.inside)}</strong>;
      case 'em':
        return <em>{draw(node.inside)}</em>;
      case 'del':
        return <del>{draw(node.inside)}</del>;
      case 'link':
        return (
          <>
            <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
              {draw(node.inside)}
            </a>
            {node.shown !== null && !isOwnHost(node.href) && (
              <span class="host-name">
                <bdi>{node.shown}</bdi>
              </span>
            )}
          </>
        );
    }
  });
}

const withoutWww = (host: string) => host.replace(/^www\./, '');

/** The page's own site: a visitor who is there already knows where such a link leads. */
function isOwnHost(href: string): boolean {
  const own = withoutWww(location.host);
  const host = withoutWww(new URL(href).host);
  return own !== '' && (host === own || host.endsWith(`.${own}`));
}
