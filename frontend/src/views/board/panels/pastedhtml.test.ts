import { describe, expect, it } from 'vitest';
import { everyCardOf } from '../../../core/later';
import { addressesOf, tableOf, withAddresses } from './pastedhtml';

const texts = (text: string): string[] =>
  everyCardOf(text, 'note', new Map([['Dane', 'data']])).map((c) => c.text);

describe('what office programs and pages copy', () => {
  it('is read without the marks of nested lists, as Word writes them', () => {
    expect(
      texts(
        'Plan\r\n•\tPierwszy\r\n\to\tWewnątrz\r\n§\tGłębiej\r\n1.\tRaz\r\n1.1.\tPół\r\na)\tLitera',
      ),
    ).toEqual(['Plan', 'Pierwszy', 'Wewnątrz', 'Głębiej', 'Raz', 'Pół', 'Litera']);
    expect(texts('·\u00a0\u00a0 Kropka\r\n- [ ] Zadanie\n[x] Zrobione')).toEqual([
      'Kropka',
      'Zadanie',
      'Zrobione',
    ]);
    expect(texts('Jeden\vakapit')).toEqual(['Jeden\nakapit']);
  });

  it('has its days, in the forms of Polish spreadsheets too', () => {
    const read = (text: string) => everyCardOf(text, 'note', new Map());
    expect(read('Spis\t4.05.2031')).toEqual([{ kind: 'note', text: 'Spis', due: '2031-05-04' }]);
    expect(read('Spis\t2031-05-04 00:00:00')[0]?.due).toBe('2031-05-04');
    expect(read('Spis\t31.02.2031')).toEqual([{ kind: 'note', text: 'Spis – 31.02.2031' }]);
    expect(read('Od – do\t1.05.2031\t4.05.2031')[0]).toEqual({
      kind: 'note',
      text: 'Od – do – 4.05.2031',
      due: '2031-05-01',
    });
  });

  it('goes on in a next card where one is too small', () => {
    const made = texts(`${'słowo '.repeat(3_000)}koniec`);
    expect(made.length).toBe(2);
    expect(made.join(' ')).toBe(`${'słowo '.repeat(3_000)}koniec`);
    expect(texts('😀'.repeat(7_001)).join('')).toBe('😀'.repeat(7_001));
  });

  it('keeps where links lead', () => {
    const html = `<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->
      <p class=MsoNormal><a href="https://stat.gov.pl/x?a=1&amp;b=2">Raport<o:p></o:p></a> z marca</p>
      <p><a href="https://example.org">https://example.org</a> <a href="javascript:x">zły</a></p>`;
    const addresses = addressesOf(html);
    expect(addresses).toEqual([
      ['Raport', 'https://stat.gov.pl/x?a=1&b=2'],
      ['https://example.org', 'https://example.org'],
    ]);
    const cards = everyCardOf('Raport z marca\nhttps://example.org zły', 'note', new Map());
    expect(withAddresses(cards, addresses).map((c) => c.text)).toEqual([
      'Raport z marca\nhttps://stat.gov.pl/x?a=1&b=2',
      'https://example.org zły',
    ]);
  });

  it('is a table by its cells, whatever breaks are in them', () => {
    const rows = tableOf(
      `<meta charset="utf-8"><style>td{}</style><table><tr><th>Dane</th><td>Spis
        z<br>natury</td></tr><tr><td>"Cudzysłów"</td><td><p>dwa</p><p>akapity</p></td></tr></table>`,
    );
    expect(texts(rows ?? '')).toEqual(['Spis z natury', '"Cudzysłów" – dwa akapity']);
    expect(tableOf('<table><tr><td>jedna</td></tr><tr><td>kolumna</td></tr></table>')).toBe(
      'jedna\nkolumna',
    );
    expect(tableOf('<p>Słowa</p><table><tr><td>x</td></tr></table>')).toBeNull();
    expect(tableOf('<p>Słowa</p>')).toBeNull();
    expect(tableOf('')).toBeNull();
  });
});
