import { readFileSync } from 'node:fs';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { type Message, render } from './messages';

const compile = (text: string): Message => compileMessage(text) as Message;
const people = compile(
  '{n, plural, =0 {Nikogo} one {# osoba} few {# osoby} many {# osób} other {# osoby}} w {where}',
);

describe('a compiled message', () => {
  it.each([
    [0, 'Nikogo w sali'],
    [1, '1 osoba w sali'],
    [3, '3 osoby w sali'],
    [12, '12 osób w sali'],
    [22, '22 osoby w sali'],
    [1.5, '1,5 osoby w sali'],
    [12345, '12 345 osób w sali'],
  ])('has the form for %d', (n, text) => {
    expect(render(people, { n, where: 'sali' }, 'pl').replace(/\s/gu, ' ')).toBe(text);
  });

  it('leaves out what is missing, and takes a plain text as it is', () => {
    expect(render(compile('{a} i {b}'), { a: 'x' }, 'pl')).toBe('x i ');
    expect(render('kartka nr #', {}, 'pl')).toBe('kartka nr #');
    expect(render(compile('{n, plural, one {# card} other {# cards}}'), { n: 2 }, 'en')).toBe(
      '2 cards',
    );
  });

  it('is all that the catalogues are made of', () => {
    const known = (message: unknown): boolean =>
      typeof message === 'string' ||
      (Array.isArray(message) &&
        message.every(
          (part: unknown) =>
            typeof part === 'string' ||
            (Array.isArray(part) &&
              (part.length === 1 ||
                (part[1] === 'plural' &&
                  Object.values(part[2] as object)
                    .filter((form) => form !== undefined)
                    .every(known)))),
        ));
    for (const language of ['pl', 'en']) {
      const texts = JSON.parse(readFileSync(`src/i18n/${language}.json`, 'utf8')) as object;
      for (const text of Object.values(texts) as string[])
        expect(known(compileMessage(text)), text).toBe(true);
    }
  });
});
