import { expect, test } from '@playwright/test';
import { Pathboard } from '../support/processes';
import { createWorkshop } from '../support/workshop';
import { type Engine, eventually, type Tab } from './engine';
import { firefox } from './firefox';
import { webkit } from './webkit';

const field = 'textarea[aria-label="Treść kartki"], article textarea';

async function join(tab: Tab, link: string, name: string, group: string): Promise<void> {
  await tab.go(link);
  await eventually(tab, 'the join form', `return !!document.querySelector('#name')`);
  await tab.click('#name');
  await tab.type(name);
  await tab.click('#department');
  await tab.type('Wydział Środowiska');
  await tab.run(
    `for (const label of document.querySelectorAll('label'))
       if (label.textContent.includes(arguments[0])) return label.click();`,
    group,
  );
  await tab.click('form button[type=submit]');
  await eventually(tab, 'the board', `return !!document.querySelector('#stage-problem')`);
}

const saved = (tab: Tab): Promise<void> =>
  eventually(tab, 'everything is saved', `return !!document.querySelector('[data-save=saved]')`);

const shows = (tab: Tab, stage: string, text: string): Promise<void> =>
  eventually(
    tab,
    `"${text}" in ${stage}`,
    `return [...document.querySelectorAll('#stage-' + arguments[0] + ' article')]
       .some((card) => (card.querySelector('textarea')?.value ?? card.textContent).includes(arguments[1]))`,
    stage,
    text,
  );

async function addCard(tab: Tab, stage: string, text: string): Promise<void> {
  await tab.click(`#stage-${stage} button[aria-label^="Dodaj kartkę"]`);
  await eventually(
    tab,
    'the new field has the focus',
    `return document.activeElement.matches(arguments[0])`,
    field,
  );
  await tab.type(text);
  await tab.press('Escape');
  await shows(tab, stage, text);
}

const engines: [string, () => Promise<Engine>][] = [
  ['Firefox', firefox],
  ['WebKit', webkit],
];

for (const [name, start] of engines) {
  test(`${name}: join, write, move by keyboard, undo, reload, survive a killed server`, async () => {
    const server = await Pathboard.start();
    const created = await createWorkshop(server.url);
    const engine = await start();
    const { tab } = engine;
    try {
      await join(tab, created.links.join, 'Ada Przykładowa', 'Grupa Rudziki');
      await addCard(tab, 'problem', 'Zażółć gęślą jaźń');
      await saved(tab);

      // The card has the focus again: Control and an arrow take it to the next stage.
      await tab.press('Control', 'ArrowRight');
      await shows(tab, 'questions', 'Zażółć gęślą jaźń');
      await tab.press('Control', 'z');
      await shows(tab, 'problem', 'Zażółć gęślą jaźń');
      await saved(tab);

      // What is written while the server is away is kept and sent later.
      await server.kill();
      await eventually(
        tab,
        'it says that there is no line',
        `return !document.querySelector('[data-save=saved]')`,
      );
      await addCard(tab, 'problem', 'bez serwera');
      await server.up();
      await saved(tab);

      await tab.go(await tab.run<string>('return location.href'));
      await eventually(tab, 'the board', `return !!document.querySelector('#stage-problem')`);
      await shows(tab, 'problem', 'Zażółć gęślą jaźń');
      await shows(tab, 'problem', 'bez serwera');
      await test.info().attach(name, { body: await tab.picture(), contentType: 'image/png' });
    } finally {
      await engine.close();
      await server.stop();
    }
  });
}

test('Firefox and WebKit write in one card, letter by letter', async () => {
  const server = await Pathboard.start();
  const created = await createWorkshop(server.url);
  const [fox, kit] = await Promise.all([firefox(), webkit()]);
  try {
    await join(fox.tab, created.links.join, 'Ada Przykładowa', 'Grupa Rudziki');
    await join(kit.tab, created.links.join, 'Jan Wzorcowy', 'Grupa Rudziki');
    await addCard(fox.tab, 'problem', 'upał');
    await shows(kit.tab, 'problem', 'upał');

    for (const { tab } of [fox, kit]) {
      await tab.run(`document.querySelector('#stage-problem article').focus()`);
      await tab.press('Enter');
      await eventually(
        tab,
        'the field has the focus',
        `return document.activeElement.matches(arguments[0])`,
        field,
      );
    }
    await fox.tab.press('Control', 'End');
    await kit.tab.press('Control', 'Home');
    await Promise.all([fox.tab.type(' w śródmieściu'), kit.tab.type('Największy ')]);
    const both = 'Największy upał w śródmieściu';
    for (const { tab } of [fox, kit]) {
      await eventually(tab, both, `return document.activeElement.value === arguments[0]`, both);
    }
    await Promise.all([saved(fox.tab), saved(kit.tab)]);
    const board = await fetch(
      `${server.url}/api/workshops/${created.workshop.id}/groups/${created.workshop.groups[2]?.id ?? ''}/board`,
      { headers: { authorization: `Bearer ${created.tokens.facilitator}` } },
    );
    expect(await board.text()).toContain(both);
  } finally {
    await Promise.all([fox.close(), kit.close()]);
    await server.stop();
  }
});
