/** Short notices, and questions. */

import {h} from "../dom.js";
import {problem} from "../phrases.js";
import {t} from "../words.js";

const SHOWN_MS = 6_000;
const region = h("div", {class: "toasts", role: "status", "aria-live": "polite"});

/** The element that holds the notices. */
export const toasts = () => region;

/** @param {string} text @param {boolean} [bad] */
export function toast(text, bad = false) {
    const made = h("div", {class: bad ? "toast bad" : "toast", role: bad ? "alert" : null}, text);
    region.append(made);
    while (region.childElementCount > 3) region.firstElementChild?.remove();
    setTimeout(() => made.remove(), bad ? 2 * SHOWN_MS : SHOWN_MS);
}

/**
 * Do something, and say so if it fails.
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T | undefined>}
 */
export async function tried(work) {
    try {
        return await work;
    } catch (error) {
        toast(problem(error), true);
        return undefined;
    }
}

/** @param {string} text */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        toast(t("Copied: {text}", {text}));
    } catch {
        toast(t("The browser does not allow copying here. Select the text instead."), true);
    }
}

/**
 * A question with a form; resolves with the form's data, or undefined if it was cancelled.
 * @param {string} title
 * @param {import("../dom.js").Child[]} content
 * @param {string} yes the button that goes on
 * @param {{danger?: boolean}} [options]
 * @returns {Promise<FormData | undefined>}
 */
export function ask(title, content, yes, options = {}) {
    return new Promise((resolve) => {
        const form = h(
            "form",
            {method: "dialog"},
            h("h1", {}, title),
            ...content,
            h(
                "div",
                {class: "buttons"},
                h("button", {type: "button", onclick: () => dialog.close()}, t("Cancel")),
                h("button", {class: options.danger ? "end" : "main", value: "yes"}, yes),
            ),
        );
        const dialog = h(
            "dialog",
            {
                "aria-label": title,
                onclose: () => {
                    const data = dialog.returnValue === "yes" ? new FormData(form) : undefined;
                    dialog.remove();
                    resolve(data);
                },
            },
            form,
        );
        document.body.append(dialog);
        dialog.showModal();
    });
}

/**
 * Something to read, until it is closed; nothing of it is left in the page then.
 * @param {string} title
 * @param {import("../dom.js").Child[]} content
 * @returns {Promise<void>}
 */
export function tell(title, content) {
    return new Promise((resolve) => {
        const dialog = h(
            "dialog",
            {
                "aria-label": title,
                onclose: () => {
                    dialog.remove();
                    resolve();
                },
            },
            h(
                "form",
                {method: "dialog"},
                h("h1", {}, title),
                ...content,
                h("div", {class: "buttons"}, h("button", {class: "main"}, t("Close"))),
            ),
        );
        document.body.append(dialog);
        dialog.showModal();
    });
}

/**
 * What stands in the place of a list that could not be loaded.
 * @param {() => unknown} again
 */
export function notLoaded(again) {
    return h(
        "p",
        {class: "empty"},
        t("This could not be loaded."),
        " ",
        h("button", {class: "small", onclick: () => void again()}, t("Try again")),
    );
}
