/** `sun` is light with the strongest contrast. */
export type Theme = 'auto' | 'light' | 'dark' | 'sun';
const key = 'pathboard.theme';

class ThemeChoice {
  value = $state<Theme>(read());

  choose(next: Theme): void {
    this.value = next;
    apply(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // Not remembered then.
    }
  }
}

function read(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' || value === 'sun' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

function apply(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export const theme = new ThemeChoice();
export const startTheme = (): void => apply(theme.value);
