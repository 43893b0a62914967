/** Words in the person's language. English is the key; a language is a file in words/ that has them all. */

/**
 * Fetched once somebody speaks it. English needs no words.
 * @type {Record<string, () => Promise<Record<string, string>>>}
 */
const LANGUAGES = {
    en: async () => ({}),
    de: async () => (await import("./words/de.js")).german,
    ko: async () => (await import("./words/ko.js")).korean,
};
export const NAMES = [
    ["", "As the browser"],
    ["en", "English"],
    ["de", "Deutsch"],
    ["ko", "한국어"],
];

/** @type {Record<string, string>} */
let words = {};
let wantedLast = "";
export let language = "en";

/** English stays where the words cannot be fetched. @param {string} wanted "" for the browser's */
export async function speak(wanted) {
    const asked = wanted ? [wanted] : navigator.languages.map((one) => one.slice(0, 2));
    const meant = asked.find((one) => one in LANGUAGES) ?? "en";
    wantedLast = meant;
    const found = await LANGUAGES[meant]?.().catch(() => undefined);
    if (wantedLast !== meant) return; // another one was asked for meanwhile
    language = found ? meant : "en";
    words = found ?? {};
    document.documentElement.lang = language;
}

/**
 * The text in the person's language, with what stands in braces put in.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function t(text, values = {}) {
    return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
