const reachable =
  'button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled)';

/**
 * Keeps whoever works by keyboard where they were: when what had the focus goes
 * away because it did its work, the next thing to do in the same section gets
 * it. For `{@attach keepFocus}` around sections that change.
 */
export function keepFocus(node: HTMLElement): () => void {
  let last: Element | null = null;
  let section: Element = node;
  const came = (event: FocusEvent): void => {
    const at = event.target as Element;
    // Dialogs give the focus back by themselves.
    last = at.closest('dialog') ? null : at;
    section = at.closest('section') ?? node;
  };
  const went = (event: FocusEvent): void => {
    if (event.relatedTarget) last = null;
  };
  const look = (): void => {
    if (!last || last.isConnected) return;
    const lost = document.activeElement === null || document.activeElement === document.body;
    // What takes its place may still be busy: then it is waited for.
    const next = lost ? section.querySelector<HTMLElement>(reachable) : null;
    if (lost && section.isConnected && !next) return;
    last = null;
    next?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(look);
  observer.observe(node, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  node.addEventListener('focusin', came);
  node.addEventListener('focusout', went);
  return () => {
    observer.disconnect();
    node.removeEventListener('focusin', came);
    node.removeEventListener('focusout', went);
  };
}
