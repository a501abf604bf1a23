/**
 * For a list whose choice acts at once. With a pointer it does; with the keyboard
 * arrows and letters only go through the choices, and Enter takes the one shown:
 * browsers without an open list call each of them a change. Leaving the list
 * without Enter changes nothing.
 *
 * @param shown the choice that the list returns to
 */
export function settled(act: (value: string) => void, shown: () => string) {
  return (select: HTMLSelectElement): (() => void) => {
    const over = new AbortController();
    const { signal } = over;
    let passing = false;
    const take = (): void => {
      passing = false;
      const { value } = select;
      if (value !== shown()) act(value);
      select.value = shown();
    };
    const keys = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' && passing) {
        event.preventDefault();
        // The list may be open: it tells its choice after the key.
        setTimeout(take);
      } else if (event.key.length === 1 || /^(Arrow|Page|Home|End)/.test(event.key)) passing = true;
    };
    const leave = (): void => {
      if (passing) select.value = shown();
      passing = false;
    };
    select.addEventListener('keydown', keys, { signal });
    select.addEventListener('pointerdown', () => (passing = false), { signal });
    select.addEventListener('blur', leave, { signal });
    select.addEventListener('change', () => !passing && take(), { signal });
    return () => over.abort();
  };
}
