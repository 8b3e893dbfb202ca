import { useMemo } from 'preact/hooks';
import { parse } from '../markdown/parse.ts';
import type { Block, Inline } from '../markdown/tree.ts';
import type { Words } from '../text/words.ts';

/** Somebody's words. Nothing in them becomes anything but text, and links that say where they lead. */
export function Prose({ text, words }: { text: string; words: Words }) {
  const blocks = useMemo(() => parse(text), [text]);
  return (
    <div class="text prose" dir="auto">
      {blocks.map((block) => drawBlock(block, words))}
    </div>
  );
}

function drawBlock(block: Block, words: Words) {
  switch (block.kind) {
    case 'paragraph':
      return <p dir="auto">{draw(block.inside)}</p>;
    case 'heading':
      // Not a heading of the page: somebody made a line stand out.
      return (
        <p dir="auto">
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
      return <blockquote>{block.inside.map((inside) => drawBlock(inside, words))}</blockquote>;
    case 'list': {
      const items = block.items.map((item) => (
        <li dir="auto">
          {item.map((inside) => (inside.kind === 'paragraph' ? draw(inside.inside) : drawBlock(inside, words)))}
        </li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'table':
      return (
        <div class="scroll" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th scope="col" dir="auto">
                    {draw(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr>
                  {row.map((cell) => (
                    <td dir="auto">{draw(cell)}</td>
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
      case 'link':
        return (
          <>
            <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
              {draw(node.inside)}
            </a>
            {node.shown !== null && (
              <>
                {' '}
                <span class="host-name">
                  <bdi>{node.shown}</bdi>
                </span>
              </>
            )}
          </>
        );
    }
  });
}
