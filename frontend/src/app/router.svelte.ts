/** Where the person is. Secrets stand in the fragment only, and not for long. */
export type Route =
  | { name: 'home' }
  | { name: 'create' }
  | { name: 'join'; code: string }
  | { name: 'open'; role: 'facilitator' | 'projector' | 'member'; token: string }
  | { name: 'facilitator'; workshopId: string }
  | { name: 'projector'; workshopId: string }
  | { name: 'print'; workshopId: string }
  | { name: 'manage'; workshopId: string }
  | { name: 'recover' }
  | { name: 'privacy' }
  | { name: 'accessibility' }
  | { name: 'mine'; workshopId: string }
  /** The outcome of a workshop, or of the one that a link's token opens. */
  | { name: 'outcome'; workshopId: string; token: string }
  /** The follow-up of a workshop's actions, or of the one that a link's token opens. */
  | { name: 'follow'; workshopId: string; token: string }
  | { name: 'board'; workshopId: string; groupId: string }
  | { name: 'groups'; workshopId: string }
  | { name: 'missing' };

export function parse(path: string, fragment: string): Route {
  const parts = path.split('/').filter(Boolean);
  const secret = decodeURIComponent(fragment.replace(/^#/, ''));
  if (parts.length === 0) return { name: 'home' };
  if (parts.length === 1) {
    switch (parts[0]) {
      case 'create':
        return { name: 'create' };
      case 'recover':
        return { name: 'recover' };
      case 'privacy':
        return { name: 'privacy' };
      case 'accessibility':
        return { name: 'accessibility' };
      case 'join':
        return { name: 'join', code: secret };
      case 'outcome':
        return { name: 'outcome', workshopId: '', token: secret };
      case 'follow-up':
        return { name: 'follow', workshopId: '', token: secret };
      case 'facilitator':
      case 'projector':
      case 'member':
        return { name: 'open', role: parts[0], token: secret };
    }
  }
  const [w, workshopId, page, groupId] = parts;
  if (w === 'w' && workshopId) {
    if (!page) return { name: 'groups', workshopId };
    if (page === 'board' && groupId) return { name: 'board', workshopId, groupId };
    if (page === 'follow-up') return { name: 'follow', workshopId, token: '' };
    if (page === 'outcome') return { name: page, workshopId, token: '' };
    if (page === 'me') return { name: 'mine', workshopId };
    if (page === 'manage') return { name: page, workshopId };
    if (page === 'facilitator' || page === 'projector' || page === 'print') {
      return { name: page, workshopId };
    }
  }
  return { name: 'missing' };
}

class Router {
  route = $state.raw<Route>(parse(location.pathname, location.hash));
  #moved = false;

  constructor() {
    const follow = (): void => {
      const next = parse(location.pathname, location.hash);
      // An entry of the same page, such as one for what lies over it, leads nowhere else.
      if (JSON.stringify(next) === JSON.stringify(this.route)) return;
      this.#moved = true;
      this.route = next;
    };
    window.addEventListener('popstate', follow);
    window.addEventListener('hashchange', follow);
    document.addEventListener('click', (event) => this.#click(event));
  }

  go(path: string, replace = false): void {
    if (replace) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    this.#moved = true;
    this.route = parse(location.pathname, location.hash);
    window.scrollTo(0, 0);
  }

  /**
   * For a page that puts a main of its own where that of loading stood: the
   * focus that came with the move to the page, or was lost with it, goes on there.
   */
  arrive = (main: HTMLElement): void => {
    const at = document.activeElement;
    if (this.#moved && (at === document.body || at?.id === main.id))
      main.focus({ preventScroll: true });
  };

  /** Takes the secret out of the address bar and the history. */
  hideSecret(): void {
    history.replaceState(null, '', location.pathname);
  }

  /** Links within the app change the page without loading it anew. */
  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin)
      return;
    if (link.hash && link.pathname === location.pathname && !link.hash.includes('=')) return;
    event.preventDefault();
    this.go(link.pathname + link.hash);
  }
}

export const router = new Router();
