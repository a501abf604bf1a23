import { announcer } from '../../a11y/announcer.svelte';
import { kindOf } from '../../core';
import { suggestLink } from '../../core/suggest';
import { t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';
import { short, type BoardActions } from './actions.svelte';
import type { Linking } from './linking.svelte';

/** A pointer that moves less has not drawn anything, in px. */
const threshold = 5;

/** Says that the other card is to be chosen now. */
export function sayChoice(linking: Linking): void {
  const card = linking.from && linking.actions.board.cards.get(linking.from);
  if (card) announcer.say(t('link.choose', { text: short(card) }));
}

/** Joins two cards by the link that they most likely mean, and offers another. */
export function join(actions: BoardActions, from: string, to: string): void {
  const { board } = actions;
  const [a, b] = [board.store.card(from), board.store.card(to)];
  if (!a || !b || a.id === b.id) return;
  const s = suggestLink(a, b);
  const known = board
    .linksOf(s.from)
    .some((l) => l.from === s.from && l.to === s.to && kindOf(l) === s.kind);
  if (!known) actions.change(() => board.commands.addLink(s.from, s.to, s.kind));
  toasts.show(
    known ? t('link.known') : t('link.made', { kind: t(`link.${s.kind || 'relates'}`) }),
    {
      label: t('link.change'),
      run: () => actions.open(a.id, 'links'),
    },
  );
}

/** Follows a pointer that draws from a card, until it is released or `signal` ends it. */
export function draw(
  linking: Linking,
  { pointerId, clientX, clientY }: PointerEvent,
  card: string,
  signal: AbortSignal,
): void {
  const own = (act: (event: PointerEvent) => void) => (event: PointerEvent) => {
    if (event.pointerId === pointerId) act(event);
  };
  const move = own((event) => {
    const at = { x: event.clientX, y: event.clientY };
    if (!linking.at && Math.hypot(at.x - clientX, at.y - clientY) < threshold) return;
    linking.from = card;
    linking.at = at;
    const under = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>('[data-card]');
    const over = under?.dataset['card'];
    linking.over = over && over !== card ? over : null;
  });
  const up = own(() => {
    if (linking.over) linking.choose(linking.over);
    // A click without a drawing: the other card is chosen with the next one.
    else if (linking.from === null) {
      linking.cancel();
      linking.begin(card);
    } else linking.cancel();
  });
  window.addEventListener('pointermove', move, { signal });
  window.addEventListener('pointerup', up, { signal });
  window.addEventListener('pointercancel', () => linking.cancel(), { signal });
}
