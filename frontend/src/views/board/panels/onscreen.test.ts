import { beforeEach, describe, expect, it } from 'vitest';
import { nameOf, onScreen } from './onscreen';

const show = (html: string): void => {
  document.body.innerHTML = html;
};
const names = (): string[] => onScreen().map((c) => c.name);

describe('what is on the screen', () => {
  beforeEach(() => show(''));

  it('is known by the names that a screen reader says', () => {
    show(`
      <button>Undo <span aria-hidden="true">7</span></button>
      <button aria-label="Help"><svg></svg></button>
      <button title="Filter"></button>
      <h2 id="t">Stage</h2><h2 id="n">2</h2><input aria-labelledby="t n">
      <label>Owner <select><option>Ada</option></select></label>
      <label for="due">Due</label><input id="due">
      <textarea placeholder="Comment"></textarea>
      <a href="/privacy">Privacy</a>
      <details><summary>Questions</summary></details>`);
    expect(names()).toEqual(
      'Undo,Help,Filter,Stage 2,Owner,Due,Comment,Privacy,Questions'.split(','),
    );
  });

  it('leaves out what Tab leaves out', () => {
    show(`
      <button disabled>Redo</button>
      <button tabindex="-1">Another card's menu</button>
      <div aria-hidden="true"><button>Decoration</button></div>
      <div inert><button>Behind</button></div>
      <input type="hidden" value="x">
      <button>Seen</button>`);
    expect(names()).toEqual(['Seen']);
  });

  it('is what the dialog in front has', () => {
    show('<button>Behind</button><dialog open><button>Close</button></dialog>');
    expect(names()).toEqual(['Close']);
  });

  it('tells namesakes apart by what they are part of', () => {
    show(`
      <ul><li><p>Census</p><button>Add</button></li>
      <li aria-label="Map of trees"><button>Add</button></li></ul>
      <fieldset><legend>Kind</legend><label><input type="radio">Note</label></fieldset>
      <li><button>Alone</button></li>`);
    expect(onScreen().map((c) => c.where)).toEqual(['Census Add', 'Map of trees', 'Kind', '']);
  });

  it('presses what is pressed and goes into what is filled in', () => {
    show(
      '<button>Press</button><input type="checkbox" aria-label="Tick"><input aria-label="Fill">',
    );
    let pressed = 0;
    const [button, box, field] = [...document.querySelectorAll<HTMLElement>('button, input')];
    button?.addEventListener('click', () => pressed++);
    const [press, tick, fill] = onScreen();
    press?.use();
    expect(pressed).toBe(1);
    tick?.use();
    expect((box as HTMLInputElement).checked).toBe(true);
    fill?.use();
    expect(document.activeElement).toBe(field);
    button?.remove();
    press?.use();
    expect(pressed).toBe(1);
  });

  it('has no name where there is none', () => {
    show('<button><svg></svg></button>');
    expect(nameOf(document.querySelector('button') as Element)).toBe('');
    expect(names()).toEqual([]);
  });
});
