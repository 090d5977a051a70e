// Keeping a list of elements in step with data: what has not changed stays as it is, with its scroll and its film.

/** `wanted`: for each element in order a `key`, a `sign` that changes when it must be drawn anew, and `draw`. */
export class Keyed {
  constructor(parent) {
    this.parent = parent;
    this.drawn = new Map();
  }

  show(wanted) {
    const before = this.drawn;
    this.drawn = new Map(wanted.map((one) => [one.key, this.#keepOrDraw(before.get(one.key), one)]));
    for (const [key, { element }] of before) if (this.drawn.get(key)?.element !== element) element.remove();
    this.#putInOrder();
  }

  #keepOrDraw(old, { sign, draw }) {
    return old?.sign === sign ? old : { sign, element: draw() };
  }

  #putInOrder() {
    let place = this.parent.firstChild;
    for (const { element } of this.drawn.values()) {
      if (element === place) place = place.nextSibling;
      else this.parent.insertBefore(element, place);
    }
  }
}
