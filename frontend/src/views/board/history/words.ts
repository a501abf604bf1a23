import type { Card, Stage } from '../../../core/model';
import { fateOf, problemPlace, type Fate, type Moment, type Turn } from '../../../core/past';
import { language, loc, t } from '../../../i18n/index.svelte';
import { short } from '../actions.svelte';

const fates: readonly Fate[] = ['added', 'changed', 'moved', 'removed', 'aside', 'back'];

/** A time of day, with the day where it is not today. */
export function clock(ms: number, now = Date.now()): string {
  const today = new Date(ms).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(language(), {
    ...(today ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(ms);
}

/** How long a pause was, in hours and minutes. */
export function long(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [h, min] = [Math.floor(minutes / 60), minutes % 60];
  return t(h === 0 ? 'past.minutes' : min === 0 ? 'past.hours' : 'past.both', { h, min });
}

/** What was done, in numbers: "2 new cards, 1 card changed". */
export function sum(moment: Moment): string {
  const counted = new Map<Fate, number>();
  for (const turn of moment.cards) {
    const fate = fateOf(turn);
    counted.set(fate, (counted.get(fate) ?? 0) + 1);
  }
  const parts = fates.flatMap((fate) => {
    const n = counted.get(fate) ?? 0;
    return n > 0 ? [t(`past.sum.${fate}`, { n })] : [];
  });
  for (const kind of ['links', 'comments', 'texts'] as const)
    if (moment[kind].length > 0) parts.push(t(`past.sum.${kind}`, { n: moment[kind].length }));
  return parts.join(', ');
}

/** Everything of a moment, one thing a line. */
export function lines(
  moment: Moment,
  stages: readonly Stage[],
  card: (id: string) => Card | undefined,
): string[] {
  const stageName = (id: string): string => loc(stages.find((s) => s.id === id)?.name);
  const known = (id: string): string => {
    const turn = moment.cards.find((c) => c.id === id);
    const found = card(id) ?? turn?.after ?? turn?.before;
    return found ? short(found) : t('card.empty');
  };
  return [
    ...moment.cards.flatMap((turn) => {
      const shown = turn.after ?? turn.before;
      if (!shown) return [];
      return [`${t(`past.fate.${fateOf(turn)}`)}: ${short(shown, 60)}, ${stageName(shown.stage)}`];
    }),
    ...moment.links.flatMap((turn) => {
      const link = turn.after ?? turn.before;
      if (!link) return [];
      return [`${t(`past.link.${became(turn)}`)}: ${known(link.from)} → ${known(link.to)}`];
    }),
    ...moment.comments.flatMap((turn) => {
      const comment = turn.after ?? turn.before;
      if (!comment) return [];
      return [`${t(`past.comment.${became(turn)}`)}: „${comment.text}” (${known(comment.card)})`];
    }),
    ...moment.texts.map((turn) => {
      const place = turn.id === problemPlace ? t('past.problem') : stageName(turn.id);
      return `${t('past.text')}: ${place}`;
    }),
  ];
}

const became = ({ before, after }: Turn<unknown>): 'added' | 'removed' | 'changed' =>
  !before ? 'added' : !after ? 'removed' : 'changed';
