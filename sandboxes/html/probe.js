// Looks at the page from a JavaScript world of its own: what the page patches is not seen here.
// Elements may still shadow their own properties by name (<input name="attributes"> in a form),
// so every property is read through the prototype's getter, never through the element.
'use strict';
globalThis.probe = (() => {
  const { apply } = Reflect;
  const method = (prototype, name) => {
    const found = prototype[name];
    return (self, ...args) => apply(found, self, args);
  };
  const getter = (prototype, name) => {
    const found = Object.getOwnPropertyDescriptor(prototype, name).get;
    return (self) => apply(found, self, []);
  };
  const queryAll = method(Document.prototype, 'querySelectorAll');
  const queryAllIn = method(DocumentFragment.prototype, 'querySelectorAll');
  const matches = method(Element.prototype, 'matches');
  const shadowOf = getter(Element.prototype, 'shadowRoot');
  const parentOf = getter(Node.prototype, 'parentNode');
  const textContent = getter(Node.prototype, 'textContent');
  const innerText = getter(HTMLElement.prototype, 'innerText');
  const tagName = getter(Element.prototype, 'tagName');
  const attribute = method(Element.prototype, 'getAttribute');
  const box = method(Element.prototype, 'getBoundingClientRect');
  const shown = method(Element.prototype, 'checkVisibility');
  const scrollTo = method(Element.prototype, 'scrollIntoView');
  const fromPoint = method(Document.prototype, 'elementFromPoint');
  const fromPointIn = method(ShadowRoot.prototype, 'elementFromPoint');
  const focus = method(HTMLElement.prototype, 'focus');
  const isEditable = getter(HTMLElement.prototype, 'isContentEditable');
  const documentElement = getter(Document.prototype, 'documentElement');
  const titleOf = getter(Document.prototype, 'title');
  const scrollWidth = getter(Element.prototype, 'scrollWidth');
  const scrollHeight = getter(Element.prototype, 'scrollHeight');
  const host = getter(ShadowRoot.prototype, 'host');
  const controls = [
    [HTMLInputElement, ['value', 'checked', 'disabled', 'type']],
    [HTMLTextAreaElement, ['value', 'disabled']],
    [HTMLSelectElement, ['value', 'disabled', 'multiple', 'options']],
    [HTMLButtonElement, ['value', 'disabled']],
    [HTMLOptionElement, ['value', 'selected', 'text', 'disabled']],
    [HTMLOutputElement, ['value']],
    [HTMLProgressElement, ['value']],
    [HTMLMeterElement, ['value']],
    [HTMLDialogElement, ['open']],
    [HTMLDetailsElement, ['open']],
  ].map(([type, names]) => [
    type, Object.fromEntries(names.map((name) => [name, getter(type.prototype, name)])),
  ]);
  const labelsOf = [HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement, HTMLButtonElement]
    .map((type) => [type, getter(type.prototype, 'labels')]);
  const setters = [HTMLInputElement, HTMLTextAreaElement].map(
    (type) => [type, Object.getOwnPropertyDescriptor(type.prototype, 'value').set]);
  const selects = [HTMLInputElement, HTMLTextAreaElement].map(
    (type) => [type, method(type.prototype, 'select')]);
  const send = method(EventTarget.prototype, 'dispatchEvent');
  // Their pickers take no keys, or take them by locale.
  const picked = new Set(['color', 'date', 'datetime-local', 'month', 'range', 'time', 'week']);
  const canvas = new OffscreenCanvas(1, 1).getContext('2d');

  const property = (element, name) => {
    for (const [type, getters] of controls) {
      if (element instanceof type && name in getters) return getters[name](element);
    }
    return undefined;
  };
  const shadowRoots = (root) => {
    const every = root === document ? queryAll(document, '*') : queryAllIn(root, '*');
    const found = [];
    for (const element of every) {
      const shadow = shadowOf(element);
      if (shadow) found.push(shadow, ...shadowRoots(shadow));
    }
    return found;
  };
  const all = (selector) => {
    const found = [...queryAll(document, selector)];
    for (const root of shadowRoots(document)) found.push(...queryAllIn(root, selector));
    return found;
  };
  const name = (element) => {
    const id = attribute(element, 'id');
    return tagName(element).toLowerCase() + (id ? `#${id}` : '');
  };
  const rectangle = (element) => {
    const { left, top, right, bottom, width, height } = box(element);
    return { left, top, right, bottom, width, height };
  };
  // Shown to a reader: rendered, not see-through, with an area, and not pushed off the page.
  const visible = (element) => {
    if (!shown(element, { opacityProperty: true, visibilityProperty: true,
                          contentVisibilityAuto: false })) return false;
    const { width, height, right, bottom } = box(element);
    if (width <= 0 || height <= 0) return false;
    return right + scrollX > 0 && bottom + scrollY > 0;
  };
  // Rendered with an area: a see-through checkbox under its own drawing still takes a click.
  const there = (element) => {
    const { width, height } = box(element);
    return shown(element, { visibilityProperty: true }) && width > 0 && height > 0;
  };
  const readerText = (element) => {
    if (!(element instanceof HTMLElement)) return textContent(element);
    return shown(element, { visibilityProperty: true }) ? innerText(element) : '';
  };
  const colour = (text) => {
    if (!CSS.supports('color', text) || /^(inherit|initial|unset|revert|currentcolor)/i.test(text))
      return null;
    canvas.fillStyle = '#000000';
    canvas.fillStyle = text;
    return canvas.fillStyle;
  };

  const facts = {
    count: (found) => found.length,
    text: (found) => found.map(readerText),
    content: (found) => found.map((one) => textContent(one)),
    attribute: (found, { name }) => found.map((one) => attribute(one, name)),
    value: (found) => found.map((one) => {
      const value = property(one, 'value');
      return value === undefined ? null : String(value);
    }),
    visible: (found) => found.map(visible),
    checked: (found) => found.map((one) => property(one, 'checked') ?? property(one, 'selected')
                                            ?? attribute(one, 'aria-checked') === 'true'),
    enabled: (found) => found.map((one) => !matches(one, ':disabled')),
    focused: (found) => found.map((one) => matches(one, ':focus')),
    style: (found, { name, pseudo }) => found.map(
      (one) => getComputedStyle(one, pseudo || null).getPropertyValue(name)),
    box: (found) => found.map(rectangle),
  };

  const tell = (element) => {
    send(element, new Event('input', { bubbles: true, composed: true }));
    send(element, new Event('change', { bubbles: true }));
  };
  const hit = (element, x, y) => {
    let found = fromPoint(document, x, y);
    while (found && shadowOf(found)) {
      const inner = fromPointIn(shadowOf(found), x, y);
      if (!inner || inner === found) break;
      found = inner;
    }
    return found;
  };
  const within = (inner, outer) => {
    for (let node = inner; node;) {
      if (node === outer) return true;
      node = parentOf(node) || (node instanceof ShadowRoot ? host(node) : null);
    }
    return false;
  };
  // A label takes the click for its control; that is how checkboxes are often drawn.
  const labelled = (element, target) => labelsOf.some(([type, labels]) =>
    element instanceof type && [...(labels(element) ?? [])].some((one) => within(target, one)));

  return {
    look: ({ fact, selector, ...options }) => {
      const found = facts[fact](all(selector), options);
      return fact === 'count' ? found : found.slice(0, 5000).map(
        (one) => (typeof one === 'string' ? one.slice(0, 50000) : one));
    },
    colours: ({ values }) => values.map(colour),
    page: () => ({
      width: innerWidth, height: innerHeight, top: scrollY, url: location.href, title: titleOf(document),
      scrollWidth: scrollWidth(documentElement(document)),
      scrollHeight: scrollHeight(documentElement(document)),
    }),
    // Where to click: the middle of the element, if nothing else is on top of it there.
    aim: ({ selector, nth }) => {
      const element = all(selector)[nth];
      if (!element) return { problem: 'does not exist' };
      if (!there(element)) return { problem: 'is not visible' };
      scrollTo(element, { block: 'center', inline: 'center', behavior: 'instant' });
      const { left, top, right, bottom } = box(element);
      const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
      const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const target = hit(element, x, y);
      if (!target) return { problem: 'is outside the viewport' };
      if (!within(target, element) && !labelled(element, target))
        return { problem: `is covered by ${name(target)}` };
      return { x, y };
    },
    // Ready to be typed into: focused, with what it holds selected if that is to be replaced.
    focus: ({ selector, nth, text, replace }) => {
      const element = all(selector)[nth];
      if (!element) return { problem: 'does not exist' };
      if (!there(element)) return { problem: 'is not visible' };
      if (matches(element, ':disabled')) return { problem: 'is disabled' };
      focus(element);
      if (!matches(element, ':focus')) return { problem: 'cannot be focused' };
      if (text === undefined) return {};
      if (!(matches(element, 'input, textarea') || isEditable(element)))
        return { problem: 'cannot be typed into' };
      if (matches(element, ':read-only')) return { problem: 'is read-only' };
      if (picked.has(property(element, 'type'))) {
        apply(setters[0][1], element, [text]);
        if (property(element, 'value') !== text) return { problem: `does not take '${text}'` };
        tell(element);
        return { filled: true };
      }
      if (!replace) return {};
      for (const [type, select] of selects) if (element instanceof type) select(element);
      if (!matches(element, 'input, textarea')) getSelection().selectAllChildren(element);
      return {};
    },
    // Chooses options by value or text, as a user would, and tells the page.
    choose: ({ selector, nth, values }) => {
      const element = all(selector)[nth];
      if (!element) return { problem: 'does not exist' };
      if (!(element instanceof HTMLSelectElement)) return { problem: 'is not a select element' };
      if (matches(element, ':disabled')) return { problem: 'is disabled' };
      const options = [...property(element, 'options')];
      const wanted = values.map((value) => options.find((one) =>
        property(one, 'value') === value || property(one, 'text').trim() === value));
      const missing = wanted.findIndex((one) => !one);
      if (missing >= 0) return { problem: `has no option ${JSON.stringify(values[missing])}` };
      const set = Object.getOwnPropertyDescriptor(HTMLOptionElement.prototype, 'selected').set;
      for (const option of options) {
        if (wanted.includes(option) !== property(option, 'selected'))
          apply(set, option, [wanted.includes(option)]);
      }
      tell(element);
      return {};
    },
    frame: () => new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve, 0));
      setTimeout(resolve, 100);
    }),
    // axe-core runs in this world too; ``axe`` was loaded beside this script.
    accessibility: async ({ selector, tags }) => {
      const options = { iframes: false, resultTypes: ['violations'], preload: false };
      if (tags.length) options.runOnly = { type: 'tag', values: tags };
      const { violations } = await axe.run(selector || document, options);
      return violations.map((one) => ({
        id: one.id, impact: one.impact || 'minor', help: one.help,
        nodes: one.nodes.slice(0, 5).map((node) => node.target.join(' ')),
        count: one.nodes.length,
      }));
    },
  };
})();
