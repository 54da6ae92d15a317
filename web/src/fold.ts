// How two spellings of a name are compared, as src/Platform/Places/Spelling.cs does.

const ALIKE: Record<string, string> = { "\u0629": "\u0647", "\u0649": "\u064A", "\u0671": "\u0627", "\u06CC": "\u064A", "\u06D0": "\u064A", "\u06A9": "\u0643" };

/** A digit of any script as one of ASCII's: the ten of a script follow one another. */
function digit(letter: string): string {
  const code = letter.charCodeAt(0);
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCharCode(code - value - 1))) value++;
  return String(value);
}

/** Lower case without accents, anything but letters and digits one space; letters that are written one way or the other as one. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/[\p{Mn}\u0640]/gu, "").toLowerCase().replace(/[\u0629\u0649\u0671\u06CC\u06D0\u06A9]/g, (letter) => ALIKE[letter]!)
    .replace(/[\u0660-\uFFFF]/g, (letter) => /\p{Nd}/u.test(letter) ? digit(letter) : letter).replace(/[^\p{L}\p{Nd}]+/gu, " ").trim();
