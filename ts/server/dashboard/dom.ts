/** Elements made once and changed in place. Text goes in as text, so that no name of a function is ever markup. */

type Attribute = string | number | boolean | undefined | ((event: never) => void);
export type Child = Node | string | undefined;

/** An element: `on…` attributes are listeners, `true` an empty attribute, `false` and `undefined` none. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Writes a text where it is another one: what stays the same is not touched, so nothing flickers and selections live. */
export function put(element: Node, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes a name as a text that may break behind a `/`. */
export function putName(element: Element, name: string): void {
  if (element.textContent === name) return;
  const parts = name.split(/(?<=\/)/);
  element.replaceChildren(...parts.flatMap((part, i) => (i === 0 ? [part] : [h('wbr'), part])));
}

export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Makes the children those of the items, in their order; an item that was there keeps its element. */
export function follow<Item, Kept extends { element: Element }>(
  parent: Element,
  kept: Map<string, Kept>,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  make: (item: Item) => Kept,
): Kept[] {
  const wanted = new Set(items.map(keyOf));
  for (const [key, { element }] of kept) {
    if (wanted.has(key)) continue;
    element.remove();
    kept.delete(key);
  }
  return items.map((item, i) => {
    const key = keyOf(item);
    const one = kept.get(key) ?? make(item);
    kept.set(key, one);
    if (parent.children[i] !== one.element) parent.insertBefore(one.element, parent.children[i] ?? null);
    return one;
  });
}
