// The sentences that the server wrote into the page for what the device puts together by itself.

const texts = JSON.parse(document.getElementById("said")?.textContent ?? "{}") as Record<string, string>;

// Signs around a text that is not in the reader's language (src/Platform/Languages/FallbackMark.cs).
const BEGIN = "\uFDD0", END = "\uFDD1", marks = /[\uFDD0\uFDD1]/;

export const t = (key: string, values: Record<string, string | number> = {}): string =>
  (texts[key] ?? `[${key}]`).replace(/\{(\w+)\}/g, (place, name: string) => isolated(values[name] ?? place));

const right = /[\u0590-\u08FF\uFB1D-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFE]/, allRight = new RegExp(right, "g");

/** In a page from right to left, what runs the other way keeps its own order, as in src/Platform/Languages/Direction.cs. */
function isolated(value: string | number): string {
  const text = String(value);
  if (typeof value === "number" || text[0] === "\u2068") return text;
  const against = document.documentElement.dir === "rtl"
    ? /\p{L}/u.test(text.replace(allRight, "")) || (!right.test(text) && /\p{Nd}/u.test(text) && /\P{Nd}/u.test(text))
    : right.test(text);
  return against ? `\u2068${text}\u2069` : text;
}

type Rule = (count: number) => boolean;
const rulesRead = new Map<string, Rule>();

/** A rule such as "n % 100 = 3..10 and n != 5", as a question to a whole number (src/Platform/Languages/PluralRules.cs). */
function ruleOf(text: string): Rule {
  let rule = rulesRead.get(text);
  if (rule) return rule;
  const any = text.split("@")[0]!.split(" or ").map((all) => all.split(" and ").map((one) => {
    const [, operand, modulus, not, ranges] = /^\s*([a-z])(?:\s*%\s*(\d+))?\s*(!?)=(.*)$/.exec(one) ?? [];
    const spans = (ranges ?? "").split(",").map((range) => range.split("..").map(Number));
    return (count: number): boolean => {
      const whole = operand === "n" || operand === "i" ? count : 0, value = modulus ? whole % Number(modulus) : whole;
      return spans.some(([from, to]) => value >= from! && value <= (to ?? from!)) !== (not === "!");
    };
  }));
  rulesRead.set(text, rule = (count) => any.some((all) => all.every((holds) => holds(count))));
  return rule;
}

/** The form that a count takes, by the rules of the page's language. */
export const formOf = (count: number, rules: Record<string, string> = texts): string =>
  ["zero", "one", "two", "few", "many"].find((form) => { const rule = rules[`plural.${form}`]; return rule && ruleOf(rule)(count); }) ?? "other";

export const counted = (key: string, count: number, values: Record<string, string | number> = {}): string => {
  const form = `${key}.${formOf(count)}`;
  return t(texts[form] === undefined ? `${key}.other` : form, { count, ...values });
};

/** A text as it may stand in an element: what is not in the page's language says in which it is. */
export const words = (text: string): (Node | string)[] => !marks.test(text) ? text ? [text] : [] : text.split(BEGIN).flatMap((part, place) => {
  const [foreign, ...rest] = part.split(END);
  if (!place || !rest.length) return [part.split(END).join("")];
  const element = document.createElement("span");
  element.lang = texts.fallback ?? "";
  element.dir = "auto";
  element.append(foreign!);
  return [element, rest.join("")];
}).filter((part) => part !== "");

/** A text where only letters may stand. */
export const bare = (text: string): string => text.replace(/[\uFDD0\uFDD1]/g, "");

/** What stands between the things of a list. */
export const comma = texts.comma ?? ", ";

/** One decimal, as the language writes it. */
export const decimal = (value: number): string => value.toFixed(1).replace(".", texts.decimal ?? ".");

/** A day as the language says it: of the calendar that its text names, wherever the device is. */
export function dateOf(date: string): string {
  const [year, month, day] = date.slice(0, 10).split("-").map(Number) as [number, number, number];
  return t("date.day", { day, month: t(`date.month.${month}`), year });
}

type Child = Node | string | false | undefined | null;

/** An element with a class and what stands in it; texts are never read as HTML. */
export function el(name: string, className: string, ...children: Child[]): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const child of children) if (child) element.append(...typeof child === "string" ? words(child) : [child]);
  return element;
}

/** Puts what stands in an element in place of what stood there; where only letters differ, only letters are changed. */
export function put(element: Element, ...children: Child[]): void {
  const wanted = children.flatMap((child) => !child ? [] : typeof child === "string" ? words(child) : [child]), there = element.childNodes;
  const fits = wanted.length === there.length && wanted.every((child, i) => typeof child === "string" ? there[i] instanceof Text : there[i] === child);
  if (!fits) element.replaceChildren(...wanted);
  else wanted.forEach((child, i) => { if (typeof child === "string" && (there[i] as Text).data !== child) (there[i] as Text).data = child; });
}

export function link(href: string, ...children: Child[]): HTMLAnchorElement {
  const element = el("a", "", ...children) as HTMLAnchorElement;
  element.href = href;
  return element;
}
