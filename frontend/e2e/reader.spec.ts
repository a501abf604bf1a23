import { readFileSync } from 'node:fs';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { addCard, card, saved, stage } from './support/board';
import { Pathboard } from './support/processes';
import { type Created, createWorkshop, memberJoins } from './support/workshop';

/* What a screen reader is told: the tree of each screen in both languages, and
   what it hears of others. */
let server: Pathboard;
let created: Created;
test.beforeAll(async () => {
  server = await Pathboard.start();
  created = await createWorkshop(server.url);
});
test.afterAll(() => server.stop());

async function screen(browser: Browser, path: string, language: 'pl' | 'en'): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript((l) => localStorage.setItem('pathboard.language', l), language);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** The interface's own words; texts with numbers are written out here. */
function words(language: 'pl' | 'en') {
  const all = JSON.parse(readFileSync(`src/i18n/${language}.json`, 'utf8')) as Record<
    string,
    string
  >;
  const say = (key: string, values: Record<string, string> = {}): string => {
    const text = all[key];
    if (text === undefined) throw new Error(`no text ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  };
  const note = say('kind.note');
  const numbered = {
    pl: { empty: 'Jeszcze nikogo', none: 'brak kartek', one: '1 kartka', groups: '4 grupy' },
    en: { empty: 'Nobody yet', none: 'no cards', one: '1 card', groups: '4 groups' },
  }[language];
  return {
    ...numbered,
    say,
    note,
    addNote: say('stage.addKind', { kind: note }),
    questions: { pl: 'Pytania i hipotezy', en: 'Questions and hypotheses' }[language],
  };
}

/** History, library, the list of commands and the help sheet, opened by their keys. */
async function panelTrees(
  page: Page,
  say: (key: string, values?: Record<string, string>) => string,
): Promise<void> {
  const upon = card(page, 'Upał');
  await upon.focus();
  await page.keyboard.press('Shift+H');
  const history = page.getByRole('dialog', { name: say('past.title') });
  await expect(history.getByRole('slider')).toBeVisible();
  await expect(history).toMatchAriaSnapshot(`
    - dialog "${say('past.title')}":
      - heading "${say('past.title')}" [level=2]
      - button "${say('close')}"
      - button "${say('past.prev')}"
      - button "${say('past.play')}"
      - button "${say('past.next')}" [disabled]
      - slider "${say('past.moment')}"
      - combobox "${say('past.speed')}"
      - status: /./
      - region:
        - region "1. Problem":
          - heading "1. Problem" [level=3]
          - list:
            - listitem:
              - article:
                - paragraph: Upał w śródmieściu
      - group:
        - text: ${say('past.what')}
        - list:
          - listitem: /Upał w śródmieściu/
      - group:
        - text: ${say('past.who')}
        - list:
          - listitem:
            - button /Osoba/
  `);
  await page.keyboard.press('Escape');
  await expect(upon).toBeFocused();

  await page.keyboard.press('Shift+B');
  const library = page.getByRole('dialog', { name: say('library.title') });
  await expect(library.getByRole('heading', { level: 4 }).first()).toBeVisible();
  await expect(library).toMatchAriaSnapshot(`
    - dialog "${say('library.title')}":
      - heading "${say('library.title')}" [level=2]
      - button "${say('close')}"
      - searchbox "${say('library.search')}"
      - combobox "${say('library.kind')}"
      - combobox "${say('area')}"
      - checkbox "${say('library.everywhere')}"
      - status
      - region /${say('library.principles')}|${say('library.data')}|${say('library.example')}/:
        - heading [level=3]
        - list:
          - listitem:
            - heading [level=4]
            - paragraph
            - button /${say('library.add')}/
  `);
  await page.keyboard.press('Escape');
  await expect(upon).toBeFocused();

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: say('palette.title') });
  await expect(palette).toMatchAriaSnapshot(`
    - dialog "${say('palette.title')}":
      - heading "${say('palette.title')}" [level=2]
      - button "${say('close')}"
      - combobox "${say('palette.label')}" [expanded]
      - listbox "${say('palette.title')}":
        - option "${say('filter.title')} /" [selected]
        - option "${say('links.title')} Shift+L"
        - option "${say('comments.title')} Shift+C"
        - option "${say('past.title')} Shift+H"
        - option "${say('keys.title')} ?"
        - option "1. Problem ${say('palette.stage')}"
      - status
  `);
  await page.keyboard.press('Escape');
  await expect(upon).toBeFocused();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: say('keys.title') });
  await expect(help).toMatchAriaSnapshot(`
    - dialog "${say('keys.title')}":
      - heading "${say('keys.title')}" [level=2]
      - heading "${say('keys.part.go')}" [level=3]
      - term: Ctrl + K
      - definition: ${say('keys.palette')}
      - heading "${say('keys.part.card')}" [level=3]
      - heading "${say('keys.part.stage')}" [level=3]
      - heading "${say('keys.part.panels')}" [level=3]
      - checkbox "${say('keys.silence')}"
  `);
  await page.keyboard.press('Escape');
  await expect(upon).toBeFocused();
}

for (const language of ['pl', 'en'] as const) {
  const w = words(language);
  const { say } = w;
  test(`the trees of joining, board, card and console (${language})`, async ({ browser }) => {
    const join = await screen(browser, created.links.join, language);
    await expect(join.locator('body')).toMatchAriaSnapshot(`
      - link "${say('skip')}"
      - banner:
        - button
      - main:
        - heading "Zarządzanie miastem z wykorzystaniem danych" [level=1]
        - textbox "${say('join.name.label')}"
        - combobox "${say('join.department.label')}"
        - group "${say('join.group.label')}":
          - radio /Grupa Jaskółki .* ${w.empty}/
          - radio /Grupa Pustułki .* ${w.empty}/
        - button "${say('join.go')}"
    `);
    await join.getByRole('textbox', { name: say('join.name.label') }).fill(`Osoba ${language}`);
    await join.getByRole('combobox', { name: say('join.department.label') }).fill('Wydział');
    const group = language === 'pl' ? /Rudziki/ : /Sikory/;
    await join.getByRole('radio', { name: group }).check({ force: true });
    await join.getByRole('button', { name: say('join.go'), exact: true }).click();
    await stage(join, 'problem')
      .getByRole('button', { name: `${w.addNote}` })
      .click();
    await join.keyboard.type('Upał w śródmieściu');
    await join.keyboard.press('Escape');
    await saved(join);

    await expect(join.locator('body')).toMatchAriaSnapshot(`
      - link "${say('skip')}"
      - banner:
        - heading /Grupa (Rudziki|Sikory)/ [level=1]
        - status
        - button "${say('undo')}"
      - region "${say('now.label')}"
      - main:
        - region "${say('board.problem')}":
          - heading "${say('board.problem')}" [level=2]
        - navigation "${say('board.stages')}":
          - list:
            - listitem:
              - button "Problem ${w.one}"
            - listitem:
              - button "${w.questions} ${w.none}"
        - region "1 Problem":
          - heading "1 Problem" [level=2]
          - list "${say('stage.list', { stage: 'Problem' })}":
            - listitem:
              - 'article "${w.note}: Upał w śródmieściu. Osoba ${language}"':
                - button "${say('card.menu')}"
          - button "${say('stage.done')}"
          - group "${say('stage.add', { stage: 'Problem' })}":
            - 'button "${w.addNote}"'
        - region "2 ${w.questions}":
          - heading "2 ${w.questions}" [level=2]
      - log
      - status
    `);

    await card(join, 'Upał').focus();
    await join.keyboard.press('o');
    await expect(join.getByRole('region', { name: say('card.details') })).toBeVisible();
    await expect(join.locator('body')).toMatchAriaSnapshot(`
      - group "${say('card.kind')}":
        - radio "Problem"
        - radio "${w.note}" [checked]
      - group "${say('card.color')}":
        - radio "${say('color.none')}" [checked]
      - region "${say('card.details')}":
        - textbox "${say('card.due')}"
      - region "${say('links.title')}":
        - heading "${say('links.title')}" [level=3]
      - region "${say('comments.title')}":
        - heading "${say('comments.title')}" [level=3]
        - group "${say('reactions.title')}":
          - button "${say('reaction.agree')}"
        - textbox "${say('comment.new')}"
    `);
    await join.keyboard.press('Escape');
    await panelTrees(join, say);
    await join.context().close();

    const lead = await screen(browser, created.links.facilitator, language);
    await expect(lead.locator('body')).toMatchAriaSnapshot(`
      - main:
        - heading "Zarządzanie miastem z wykorzystaniem danych" [level=1]
        - region "${say('now.label')}"
        - tablist "${say('facilitator.title')}":
          - tab "${say('console.day')}" [selected]
        - tabpanel "${say('console.day')}":
          - region "${say('day.title')}":
            - heading "${say('day.title')}" [level=2]
            - button "${say('day.freeze')}"
          - region "${w.groups}":
            - heading "${w.groups}" [level=2]
            - list:
              - listitem:
                - article:
                  - heading "Grupa Jaskółki" [level=3]
                  - list "${say('progress.label')}"
    `);
    await lead.context().close();
  });
}

test('changes by others are said politely, and no more once they are silenced', async ({
  browser,
}) => {
  const ada = await memberJoins(browser, server.url, created, 'Ada Słuchająca', 'Jaskółki');
  const jan = await memberJoins(browser, server.url, created, 'Jan Piszący', 'Jaskółki');
  const log = ada.page.getByRole('log');
  await expect(log).toHaveAttribute('aria-live', 'polite');
  await addCard(jan.page, 'problem', 'Problem', 'Brak cienia');
  await expect(log).toContainText('Jan Piszący');
  await expect(log).toContainText('Problem');

  // Silenced by a key; said so itself.
  await card(ada.page, 'Brak cienia').focus();
  await ada.page.keyboard.press('a');
  await expect(log).toContainText('nie będą czytane');
  await addCard(jan.page, 'problem', 'Notatka', 'Druga kartka');
  await expect(card(ada.page, 'Druga kartka')).toBeVisible();
  await expect(log).toContainText('nie będą czytane');
  // What one does oneself is still answered.
  await ada.page.keyboard.press('Control+ArrowDown');
  await expect(log).toContainText('miejsce 2 z 2');
  await ada.page.keyboard.press('a');
  await expect(log).toContainText('będą czytane');
  await addCard(jan.page, 'problem', 'Notatka', 'Trzecia kartka');
  await expect(log).toContainText('Jan Piszący');
  await Promise.all([ada.context.close(), jan.context.close()]);
});
