/**
 * A message as the build compiles it: a list of texts, values by name, and
 * plurals, in whose forms `#` is the number.
 */
export type Message = string | readonly Part[];
type Part = string | readonly [name: string] | readonly [name: string, type: 'plural', Forms];
type Forms = Readonly<Record<string, Message>>;
export type Values = Readonly<Record<string, string | number>>;

const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

function of<T>(kept: Map<string, T>, language: string, make: (language: string) => T): T {
  const found = kept.get(language) ?? make(language);
  kept.set(language, found);
  return found;
}

/** The text of a message; values that are missing are left out. */
export function render(message: Message, values: Values, language: string, n?: number): string {
  if (typeof message === 'string') return message;
  return message
    .map((part) => {
      if (part === '#' && n !== undefined) {
        return of(numbers, language, (l) => new Intl.NumberFormat(l)).format(n);
      }
      if (typeof part === 'string') return part;
      const [name, , forms] = part;
      const value = values[name];
      if (!forms) return value ?? '';
      const count = Number(value ?? 0);
      const form = of(rules, language, (l) => new Intl.PluralRules(l)).select(count);
      return render(forms[count] ?? forms[form] ?? forms['other'] ?? '', values, language, count);
    })
    .join('');
}
