import { stages } from './largeboard';
import { createGroups, type Created } from './workshop';
import { Lead, type State } from './lead';

/* A hall as no demonstration has it: the longest names, sentences and words,
   boards with far too much on them, and groups with nothing at all. */

const word = 'Konstantynopolitańczykowianeczkanadwiśle';
export const sentence =
  'Nie wiemy, które z lokali użytkowych i mieszkalnych pozostających w zasobie miasta stoją puste, ' +
  'dlaczego, od kiedy i ile kosztowałoby doprowadzenie ich do stanu, w którym dałoby się je wynająć';
const people = [
  'Krzysztof Jarosław Brzęczyszczykiewicz-Grzegżółkowski',
  'Żaneta Świętopełk-Mirska',
  'Ćwiercia Źdźbło',
  'Ada Ołów',
];
const departments = [
  'Wydział Zarządzania Kontaktami z Mieszkańcami i Wspierania Przedsiębiorczości',
  'Biuro Rewitalizacji',
  'Zarząd Lokali Miejskich',
  '',
];
const kinds = ['data', 'difficulty', 'solution', 'question', 'note', 'action'];

const card = (n: number, text: string): Record<string, unknown> => ({
  id: `c${n}`,
  kind: kinds[n % kinds.length],
  stage: stages[n % stages.length],
  order: `a${String(n).padStart(3, '0')}V`,
  text,
  createdAt: 1_700_000_000_000 + n,
  ...(n % kinds.length === 5 ? { owner: people[n % people.length], due: '2027-03-15' } : {}),
});

/** What stands on the n-th board. */
function board(n: number): object {
  const meta = { problem: n === 1 ? `${sentence}. `.repeat(6).slice(0, 1000) : sentence };
  // Nothing at all; very much; one card longer than a screen; a word without a break.
  if (n === 0) return { meta: {}, cards: [] };
  const texts =
    n === 1
      ? Array.from({ length: 300 }, (_, i) => `${i + 1}. ${i % 3 ? sentence : 'Krótko'}`)
      : n === 2
        ? [`${sentence}. `.repeat(12), word, word.repeat(3), `${sentence}. `.repeat(3)]
        : Array.from({ length: 6 + (n % 20) }, (_, i) => (i % 2 ? sentence : `${word} ${i}`));
  const done = stages.slice(0, n % stages.length);
  return {
    meta,
    cards: texts.map((text, i) =>
      n === 2 ? { ...card(i, text), stage: i < 3 ? 'data' : 'solution' } : card(i, text),
    ),
    stages: done.map((id) => ({ id, done: true, summary: id === 'problem' ? sentence : '' })),
  };
}

export interface Harsh {
  created: Created;
  lead: Lead;
}

/** A hall of so many groups, whose first, second and third boards are the worst. */
export async function harshHall(base: string, groups: number, crowd: number): Promise<Harsh> {
  const created = await createGroups(base, groups);
  const lead = new Lead(base, created);
  for (const [i, group] of created.workshop.groups.entries()) {
    if (i % 2)
      await lead.send('PATCH', `groups/${group.id}`, {
        name: `Grupa ${word} ${i + 1} do spraw pustostanów`.slice(0, 80),
      });
    await lead.send('PUT', `groups/${group.id}/board`, board(i));
  }
  for (let i = 0; i < crowd; i++) {
    const group = created.workshop.groups[i % Math.min(groups, 3)];
    const answer = await fetch(`${base}/api/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        code: created.joinCode,
        name: `${people[i % people.length]} ${i + 1}`,
        department: departments[i % departments.length],
        groupId: group?.id,
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return { created, lead };
}

/** A vote of everybody in which so many cards get a dot each, or nobody votes. */
export async function tiedVote(base: string, hall: Harsh, voters: number): Promise<void> {
  const { workshop } = await hall.lead.send<State>('POST', 'polls', {
    title: `Co wdrażamy najpierw w ${word} i wszystkich innych jednostkach miejskich?`,
    across: true,
    dots: 20,
    perCard: 1,
  });
  const poll = workshop.polls.at(-1)?.id ?? '';
  const group = hall.created.workshop.groups[1];
  for (let v = 0; v < voters; v++) {
    const join = await fetch(`${base}/api/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        code: hall.created.joinCode,
        name: `Wyborca ${v}`,
        groupId: hall.created.workshop.groups[3 + v]?.id ?? group?.id,
      }),
    });
    if (!join.ok) throw new Error(await join.text());
    const { token } = (await join.json()) as { token: string };
    const dots = Array.from({ length: 20 }, (_, i) => ({
      groupId: group?.id,
      card: `c${20 * v + i}`,
      dots: 1,
    }));
    const ballot = await fetch(
      `${base}/api/workshops/${hall.created.workshop.id}/polls/${poll}/ballot`,
      {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ dots }),
      },
    );
    if (!ballot.ok) throw new Error(await ballot.text());
  }
  await hall.lead.send('POST', `polls/${poll}/close`, {});
}
