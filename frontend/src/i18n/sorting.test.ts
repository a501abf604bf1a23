import { describe, expect, it } from 'vitest';
import { comparer } from './sorting';

describe('names in order', () => {
  it('are as in a Polish index: letters with marks behind those without', () => {
    const order = [
      'Ala',
      'Ąż',
      'Beata',
      'Celina',
      'Ćwikła',
      'Ewa',
      'Ędward',
      'Lublin',
      'Łódź',
      'Mława',
      'Nadia',
      'Ńx',
      'Olsztyn',
      'Ósmy',
      'Sopot',
      'Śrem',
      'Zamość',
      'Źrebak',
      'Żory',
    ];
    const mixed = [...order].sort((a, b) => (a + a.length > b + b.length ? -1 : 1)).reverse();
    expect(mixed.sort(comparer('pl'))).toEqual(order);
  });

  it('do not mind capitals, and count numbers as people do', () => {
    expect(['Grupa 10', 'grupa 2', 'Grupa 1'].sort(comparer('pl'))).toEqual([
      'Grupa 1',
      'grupa 2',
      'Grupa 10',
    ]);
  });

  it('are the same list whoever asks first: equal names stay where they were', () => {
    const names = ['Łódź', 'łódź', 'Łódź'];
    expect([...names].sort(comparer('pl'))[0]?.toLowerCase()).toBe('łódź');
    expect(comparer('pl')('Łódź', 'Łódź')).toBe(0);
  });

  it('in English put marked letters with their plain ones', () => {
    expect(['Łódź', 'Lublin', 'Zamość', 'Żory', 'Ala'].sort(comparer('en')).at(0)).toBe('Ala');
    expect(['Zgierz', 'Żory', 'Zamość'].sort(comparer('en'))).toEqual(['Zamość', 'Zgierz', 'Żory']);
  });
});
