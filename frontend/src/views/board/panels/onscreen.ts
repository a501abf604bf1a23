/** Something on the screen that can be pressed, ticked or filled in. */
export interface OnScreen {
  readonly name: string;
  /** The name of the part that it is in; '' where the page itself has it. */
  readonly where: string;
  readonly use: () => void;
}

// Cards but the current one are left out by their tabindex, as Tab leaves them out.
const controls =
  'button, a[href], summary, input:not([type=hidden]), select, textarea, [role=button], [role=slider]';
const parts = 'article, [role=dialog], dialog, [role=group], fieldset, li, section, form, nav';
/** So much of a part's name tells it from the others, in characters. */
const whereMost = 48;

/**
 * Everything that can be used on the screen now, by its name, in the order of
 * Tab: what has no key of its own is reached by typing its name. While a dialog
 * stands in front, what is in it.
 */
export function onScreen(): readonly OnScreen[] {
  const dialogs = document.querySelectorAll('dialog[open]');
  const root = dialogs[dialogs.length - 1] ?? document.body;
  return [...root.querySelectorAll<HTMLElement>(controls)].filter(usable).flatMap((control) => {
    const name = nameOf(control);
    return name ? [{ name, where: partOf(control, name), use: () => use(control) }] : [];
  });
}

function usable(control: HTMLElement): boolean {
  if (control.matches(':disabled, [aria-disabled=true], [tabindex="-1"]')) return false;
  if (control.closest('[inert], [aria-hidden=true]')) return false;
  return control.checkVisibility({ visibilityProperty: true });
}

/** What is pressed is pressed; into what is filled in goes the focus. */
function use(control: HTMLElement): void {
  if (!control.isConnected) return;
  control.focus();
  if (control.matches('button, a, summary, [role=button], [type=checkbox], [type=radio]'))
    control.click();
}

/** The name that assistive technology gives an element, by the ways that are used here. */
export function nameOf(element: Element): string {
  const by = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
  const named = by.map((id) => words(document.getElementById(id))).join(' ');
  const labels = (element as HTMLInputElement).labels as NodeListOf<Element> | null | undefined;
  return tidy(
    named ||
      element.getAttribute('aria-label') ||
      [...(labels ?? [])].map(words).join(' ') ||
      (element.matches('input, select, textarea') ? '' : words(element)) ||
      element.getAttribute('title') ||
      element.getAttribute('placeholder') ||
      '',
  );
}

/** What is read of an element: its words without those that are for eyes alone. */
function words(element: Element | null): string {
  if (!element) return '';
  const all = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const out: string[] = [];
  while (all.nextNode())
    if (!all.currentNode.parentElement?.closest('[aria-hidden=true], select, textarea'))
      out.push(all.currentNode.nodeValue ?? '');
  return tidy(out.join(' '));
}

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The name of a part; an item of a list without one is known by how it begins. */
function named(part: Element): string {
  if (part.matches('[aria-label], [aria-labelledby]')) return nameOf(part);
  if (part.matches('fieldset')) return words(part.querySelector('legend'));
  return part.matches('article, li') ? words(part) : '';
}

/** The nearest part around a control that has another name. */
function partOf(control: Element, own: string): string {
  for (let at = control.parentElement?.closest(parts); at; at = at.parentElement?.closest(parts)) {
    const name = named(at);
    if (name && name !== own) return [...name].slice(0, whereMost).join('');
  }
  return '';
}
