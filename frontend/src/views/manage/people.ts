import type { Role, Workshop } from '../../core/model';
import { isMessage, t } from '../../i18n/index.svelte';

/** Names what an id of the workshop stands for, where that is still known. */
export function nameIn(workshop: Workshop): (id: string) => string {
  const names = new Map<string, string>();
  for (const p of workshop.participants) names.set(p.id, p.name);
  for (const g of workshop.groups) names.set(g.id, g.name);
  for (const f of workshop.facilitators ?? []) names.set(f.id, f.name || t('leads.founder'));
  return (id) => {
    if (id === 'erased') return t('audit.erased');
    return id ? (names.get(id) ?? t('devices.gone')) : '';
  };
}

export const roleName = (role: Role | ''): string => (role ? t(`role.${role}`) : '');

/** A word of the server's log in words for people; unknown ones as they are. */
export function actionName(action: string): string {
  const key = `audit.do.${action}`;
  return isMessage(key) ? t(key) : action;
}
