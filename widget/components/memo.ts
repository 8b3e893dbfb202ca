import { Component, type ComponentChild } from 'preact';

/** Draws again only when a value it was given is another one: a long transcript is not drawn anew at each word. */
export function memo<P extends object>(draw: (props: P) => ComponentChild) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before: P = this.props;
      return (Object.keys(next) as (keyof P)[]).some((key) => next[key] !== before[key]);
    }
    render() {
      return draw(this.props);
    }
  };
}
