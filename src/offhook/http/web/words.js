/** Words in the person's language. English is the key; a language is a file in words/ that has them all. */

import {korean} from "./words/ko.js";

/** @type {Record<string, Record<string, string>>} */
const LANGUAGES = {en: {}, ko: korean};
export const NAMES = [
    ["", "As the browser"],
    ["en", "English"],
    ["ko", "한국어"],
];

/** @type {Record<string, string>} */
let words = {};
export let language = "en";

/** @param {string} wanted "" for the browser's */
export function speak(wanted) {
    const asked = wanted ? [wanted] : navigator.languages.map((one) => one.slice(0, 2));
    language = asked.find((one) => one in LANGUAGES) ?? "en";
    words = LANGUAGES[language] ?? {};
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
