/** Values as operators of the query language. */
const plain = /^[^\s()":]+$/u;

const quoted = (value: string): string =>
  plain.test(value) ? value : `"${value.replace(/[\\"]/g, (character) => `\\${character}`)}"`;

const named = (name: string) => (value: string) => `${name}:${quoted(value)}`;

export type ValueType =
  | "hashtag"
  | "mention"
  | "domain"
  | "author"
  | "lang"
  | "sentiment"
  | "source"
  | "person"
  | "org"
  | "place"
  | "product";

const operators: Record<ValueType, (value: string) => string> = {
  hashtag: (value) => `#${value.replace(/^#/, "")}`,
  mention: (value) => `@${value.replace(/^@/, "")}`,
  domain: named("domain"),
  author: (value) => named("from")(value.replace(/^@/, "")),
  lang: named("lang"),
  sentiment: named("sentiment"),
  source: named("source"),
  person: named("entity"),
  org: named("entity"),
  place: named("entity"),
  product: named("entity"),
};

export const operatorFor = (type: ValueType, value: string): string => operators[type](value);
