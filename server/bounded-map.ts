/**
 * A map that forgets the entry set longest ago when there are too many. For what is remembered and may be lost:
 * visitors and agents decide how much of it there is. Setting an entry again makes it the newest.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #most: number;
  readonly #forgot: (key: K) => void;

  /**
   * @param most how many entries are kept, 1 or more
   * @param forgot told of each entry that was dropped to make room
   */
  constructor(most: number, forgot: (key: K) => void = () => {}) {
    super();
    this.#most = most;
    this.#forgot = forgot;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.#most) {
      for (const oldest of this.keys()) {
        this.delete(oldest);
        this.#forgot(oldest);
        break;
      }
    }
    return this;
  }
}
