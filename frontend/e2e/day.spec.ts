import { type Browser, expect, type Page, test } from '@playwright/test';
import { addCard, card, saved } from './support/board';
import { Lead, type State } from './support/lead';
import { Pathboard, Redis, until } from './support/processes';
import { Scripted, Tap } from './support/attendee';
import { type Created, createWorkshop, kept } from './support/workshop';

// A whole day, compressed: 23 people from eight departments on two instances.

const departments = ['Informatyka', 'Strategia', 'Zamówienia', 'Budżet', 'Edukacja', 'Zieleń'];
const people = Array.from({ length: 23 }, (_, i) => ({
  name: `Osoba ${String(i + 1).padStart(2, '0')}`,
  department: departments[i % departments.length] ?? '',
}));
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const secret = 'TAJNA-MYSL-przed-odslonieciem';

interface Seat {
  page: Page;
  tap: Tap;
  name: string;
}

/** A browser whose frames and answers are kept. */
async function browse(browser: Browser, options: object, name: string): Promise<Seat> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const tap = new Tap();
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => tap.add(payload)));
  page.on('response', (answer) => {
    if (answer.url().includes('/api/'))
      void answer.body().then(
        (body) => tap.add(body),
        () => undefined,
      );
  });
  return { page, tap, name };
}

async function joins(seat: Seat, base: string, created: Created, department: string) {
  await seat.page.goto(`${base}/join#${created.joinCode}`);
  await seat.page.getByLabel('Imię', { exact: false }).first().fill(seat.name);
  await seat.page.getByLabel('Wydział', { exact: false }).first().fill(department);
  await seat.page.getByRole('button', { name: 'Dołącz' }).click();
  await expect(seat.page.getByRole('heading', { name: /jesteś na liście/ })).toBeVisible();
}

/** What a countdown shows, in seconds. */
async function shown(page: Page): Promise<number> {
  const text = await page.locator('[data-timer] .digits').innerText();
  const [minutes, seconds] = text.split(':').map(Number);
  return (minutes ?? NaN) * 60 + (seconds ?? NaN);
}

test('23 people on two instances: a whole day', async ({ browser }) => {
  test.setTimeout(240_000);
  const redis = await Redis.start();
  const [a, b] = await Promise.all([Pathboard.start({ redis }), Pathboard.start({ redis })]);
  const created = await createWorkshop(a.url);
  const lead = new Lead(b.url, created);
  const scripted = people
    .slice(4)
    .map((p, i) => new Scripted(i % 2 ? a.url : b.url, p.name, p.department));
  const contexts: Seat[] = [];
  const seat = async (options: object, name: string): Promise<Seat> => {
    const made = await browse(browser, options, name);
    contexts.push(made);
    return made;
  };
  try {
    const host = await seat({}, 'lead');
    const wall = await seat({ viewport: { width: 1920, height: 1080 } }, 'wall');
    const seats: Seat[] = [];
    for (const [i, p] of people.slice(0, 4).entries())
      seats.push(await seat(i === 0 ? phone : {}, p.name));
    const [ada, jan] = seats as [Seat, Seat, Seat, Seat];

    await test.step('the list comes from CSV, people come in and are recognised', async () => {
      await host.page.goto(created.links.facilitator);
      await host.page.getByRole('tab', { name: /uczestni/i }).click();
      await host.page.getByRole('button', { name: 'Wczytaj listę' }).click();
      const rows = people.map((p) => `${p.name};${p.department}`).join('\n');
      await host.page.getByLabel('Plik CSV lub XLSX').setInputFiles({
        name: 'lista.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`Imię i nazwisko;Wydział\n${rows}`),
      });
      await host.page.getByRole('button', { name: 'Dodaj 23 osoby' }).click();
      await expect(host.page.getByRole('tab', { name: '23 uczestników' })).toBeVisible();
      await wall.page.goto(created.links.projector.replace(a.url, b.url));
      await lead.send('POST', 'phase', { action: 'skip' });
      await Promise.all(
        seats.map((s, i) => joins(s, i % 2 ? a.url : b.url, created, people[i]?.department ?? '')),
      );
      await Promise.all(scripted.map((s) => s.join(created.joinCode)));
      await expect(wall.page.getByText('Dołączyły 23 osoby')).toBeVisible();
    });

    const groups =
      await test.step('groups are formed evenly, everybody is brought to a board', async () => {
        await host.page.getByRole('button', { name: 'Utwórz grupy' }).click();
        for (const s of seats) await s.page.waitForURL(/\/board\//);
        const { workshop } = await lead.send<State>('GET', '');
        const sizes = workshop.groups.map((g) => g.members.length).sort();
        expect(sizes).toEqual([5, 6, 6, 6]);
        await Promise.all(
          scripted.map((s) =>
            s.openBoard(workshop.participants.find((p) => p.id === s.id)?.groupId ?? ''),
          ),
        );
        return workshop;
      });
    const groupOf = (name: string): string =>
      groups.participants.find((p) => p.name === name)?.groupId ?? '';
    const board = groupOf(ada.name);
    // At least two, each with notes that are kept from the other; how many of the
    // browsers are in the same group depends on who came in first.
    const mates = scripted.filter((s) => s.groupId === board);
    expect(mates.length).toBeGreaterThan(1);

    await test.step('six phases: every screen counts the same', async () => {
      const phases = groups.agenda.filter((p) => p.kind === 'stage').slice(0, 6);
      expect(phases).toHaveLength(6);
      for (const phase of phases) {
        await lead.send('POST', 'phase', { action: 'start', phaseId: phase.id, minutes: 5 });
        await expect(ada.page.locator(`[data-timer]`)).toContainText(/[45]:\d\d/);
      }
      const data = phases.find((p) => p.stageId === 'data');
      await lead.send('POST', 'phase', { action: 'start', phaseId: data?.id, minutes: 5 });
      await lead.send('POST', 'phase', { action: 'extend', minutes: 2 });
      await lead.send('POST', 'phase', { action: 'pause' });
      await expect(jan.page.locator('[data-timer]')).toContainText('wstrzymane');
      await expect(wall.page.locator('[data-timer]')).toContainText('wstrzymane');
      const paused = await Promise.all([ada, jan, wall, host].map((s) => shown(s.page)));
      expect(new Set(paused).size, String(paused)).toBe(1);
      await lead.send('POST', 'phase', { action: 'resume' });
      await until('scripted people know the phase', async () =>
        scripted.every((s) => s.workshop?.phase?.kind === 'stage'),
      );
    });

    await test.step('help is asked on one instance and answered on the other', async () => {
      await ada.page.getByRole('button', { name: 'Pomoc' }).click();
      await ada.page.getByRole('button', { name: 'Podnieś rękę' }).click();
      await host.page.getByRole('tab', { name: /Pomoc/ }).click();
      await host.page.getByLabel(/Odpowiedź dla:/).fill('Już do was idę');
      await host.page.getByRole('button', { name: 'Odpowiedz i załatw' }).click();
      await expect(ada.page.getByText('Już do was idę')).toBeVisible();
      await ada.page.getByRole('button', { name: 'Przeczytane' }).click();
    });

    await test.step('a freeze loses nothing of who was away', async () => {
      await jan.page.context().setOffline(true);
      await addCard(jan.page, 'data', 'Dane', 'Napisane bez sieci');
      await lead.send('PATCH', 'day', { frozen: true });
      await jan.page.context().setOffline(false);
      await expect(jan.page.getByRole('heading', { name: 'Twoje zmiany czekają' })).toBeVisible();
      await expect(jan.page.getByLabel('Pokaż mój tekst')).toHaveValue('Napisane bez sieci');
      await lead.send('PATCH', 'day', { frozen: false });
      await saved(jan.page);
      const readers = scripted.filter((s) => s.groupId === groupOf(jan.name));
      await until('the card has come', async () =>
        readers.every((s) => s.texts.includes('Napisane bez sieci')),
      );
    });

    await test.step('private writing reaches nobody before the reveal', async () => {
      const { workshop } = await lead.send<State>('POST', 'writings', { stageId: 'data' });
      const round = workshop.writing?.id ?? '';
      await ada.page.getByRole('button', { name: 'Pisz po cichu' }).click();
      await ada.page.getByLabel('Notatka 1').fill(secret);
      await expect(ada.page.getByRole('dialog').getByText('Zapisane.')).toBeVisible();
      await ada.page.keyboard.press('Escape');
      for (const [i, s] of mates.entries())
        await s.command('PUT', `writings/${round}/notes`, {
          notes: [{ id: '1', text: `${secret} ${i}` }],
        });
      // Something else goes round all of them, so that frames have come since.
      await lead.send('POST', 'announcements', { text: 'Jeszcze minuta pisania' });
      await expect(jan.page.getByText('Jeszcze minuta pisania')).toBeVisible();
      for (const s of contexts.filter((c) => c !== ada))
        expect(s.tap.has(secret), s.name).toBe(false);
      const writers = new Set(mates);
      for (const s of scripted.filter((x) => !writers.has(x)))
        expect(s.tap.has(secret), s.name).toBe(false);
      for (const [i, s] of mates.entries()) {
        const others = mates.flatMap((_, j) => (j === i ? [] : [`${secret} ${j}`]));
        for (const text of others) expect(s.tap.has(text), s.name).toBe(false);
      }
      await lead.send('POST', `writings/${round}/reveal`);
      await until('all notes are cards', async () =>
        mates.every((s) => s.texts.filter((t) => t.startsWith(secret)).length === mates.length + 1),
      );
      await expect(card(ada.page, `${secret} 0`)).toBeVisible();
    });

    await test.step('votes are counted once, across instances', async () => {
      const { workshop } = await lead.send<State>('POST', 'polls', {
        title: 'Co najważniejsze?',
        dots: 2,
        perCard: 2,
      });
      const poll = workshop.polls[0]?.id ?? '';
      const chosen = (await ada.page
        .locator('article')
        .filter({ hasText: `${secret} 0` })
        .getAttribute('id')) as string;
      const dots = [{ groupId: board, card: chosen.replace('card-', ''), dots: 1 }];
      await Promise.all(mates.map((s) => s.command('PUT', `polls/${poll}/ballot`, { dots })));
      const add = card(ada.page, `${secret} 0`).getByRole('button', { name: 'Dodaj kropkę' });
      await add.click();
      await add.click();
      await ada.page.getByRole('button', { name: /^Głosuj/ }).click();
      await expect(ada.page.getByRole('dialog').getByText('Zapisane.')).toBeVisible();
      await ada.page.keyboard.press('Escape');
      const closed = await lead.send<State>('POST', `polls/${poll}/close`);
      expect(closed.workshop.polls[0]).toMatchObject({
        voters: mates.length + 1,
        results: [{ dots: mates.length + 2 }],
      });
      await ada.page.getByRole('button', { name: 'Wyniki głosowania' }).click();
      await expect(ada.page.getByRole('row').filter({ hasText: `${secret} 0` })).toBeVisible();
      await ada.page.keyboard.press('Escape');
    });

    await test.step('guests of the gallery read and comment', async () => {
      await lead.send('POST', 'gallery', { action: 'start', minutes: 5 });
      await ada.page.getByRole('link', { name: /Idź do/ }).click();
      await expect(ada.page.getByText('Możesz ją czytać i komentować')).toBeVisible();
      await lead.send('POST', 'gallery', { action: 'stop' });
      await ada.page.waitForURL(new RegExp(board));
    });

    await test.step('a group presents its pathway to the hall', async () => {
      const start = (kind: string) =>
        lead.send('POST', 'phase', {
          action: 'start',
          phaseId: groups.agenda.find((p) => p.kind === kind)?.id,
        });
      await start('presentations');
      await lead.send('PATCH', 'screen', { mode: 'presentation', groupId: board, handed: true });
      const name = groups.groups.find((g) => g.id === board)?.name ?? '';
      await expect(wall.page.getByText(name).first()).toBeVisible();
      await ada.page.getByRole('button', { name: 'Następny slajd' }).click();
      await expect(wall.page.getByText(/Slajd 2 z/)).toBeVisible();
      await start('wrap-up');
    });

    await test.step('wrap-up, the outcome', async () => {
      await lead.send('PATCH', '', { feedbackOpen: true });
      await Promise.all(
        scripted.map((s) => s.command('PUT', 'feedback/mine', { scale: { useful: 5 }, text: '' })),
      );
      await ada.page.getByRole('button', { name: 'Jak było?' }).click();
      const useful = ada.page.getByRole('group', { name: /przydatny/ });
      await useful.getByRole('radio', { name: '4' }).check({ force: true });
      await expect(ada.page.getByRole('dialog').getByText('Zapisane.')).toBeVisible();
      await ada.page.getByRole('dialog').getByRole('button', { name: 'Gotowe' }).click();
      await ada.page.getByRole('dialog').getByRole('button', { name: 'Zamknij' }).last().click();
      const result = await lead.send<{ answers: number }>('GET', 'feedback');
      expect(result.answers).toBe(scripted.length + 1);
      await lead.send('PUT', 'outcome/share', { days: 30 });
      await ada.page.getByRole('link', { name: 'Wynik warsztatu' }).click();
      await expect(ada.page.getByText('Napisane bez sieci').first()).toBeAttached();
    });

    await test.step('the workshop is deleted for good, on both instances and in every browser', async () => {
      const { workshop } = created;
      expect(await redis.holds(`board.${board}`)).toBe(true);
      await ada.page.goBack();
      await ada.page.waitForURL(new RegExp(board));
      await host.page.goto(`${a.url}/w/${workshop.id}/manage`);
      await host.page.getByRole('tab', { name: 'Po warsztacie' }).click();
      await host.page.getByRole('button', { name: 'Usuń warsztat' }).click();
      const dialog = host.page.getByRole('dialog');
      await dialog.getByLabel(/^Przepisz tytuł/).fill(workshop.title);
      await dialog.getByRole('button', { name: 'Usuń na zawsze' }).click();
      await expect(host.page.getByRole('heading', { name: 'Warsztat usunięty' })).toBeVisible();
      await expect(jan.page.getByText(/Ten warsztat został usunięty/)).toBeVisible();
      for (const base of [a.url, b.url]) {
        const path = `/api/workshops/${workshop.id}`;
        const headers = { authorization: `Bearer ${created.tokens.facilitator}` };
        for (const what of ['', `/groups/${board}/board`, '/outcome'])
          expect((await fetch(base + path + what, { headers })).status, what).toBe(401);
      }
      await until('the scripted people are put out', async () => scripted.every((s) => s.denied));
      let found: string[] = [];
      await until('no browser keeps anything of it', async () => {
        const ids = [workshop.id, ...groups.groups.map((g) => g.id)];
        const left = await Promise.all([host, ...seats].map((s) => kept(s.page, ids)));
        found = left.flat();
        return found.length === 0;
      }).catch((e: unknown) => {
        throw new Error(`${String(e)}: ${found.join(', ')}`);
      });
      for (const g of groups.groups) expect(await redis.holds(`board.${g.id}`), g.name).toBe(false);
    });
  } finally {
    for (const s of scripted) s.leave();
    await Promise.all(contexts.map((c) => c.page.context().close()));
    await Promise.all([a.stop(), b.stop()]);
    await redis.stop();
  }
});
