/** The field on top that searches and dials, from the person's own phone. */

import {dial} from "../api.js";
import {h, icon} from "../dom.js";
import {t} from "../words.js";
import {ask, toast, tried} from "./notices.js";
import {targetField} from "./target.js";

/** @param {import("../state.js").State} state */
export function dialBox(state) {
    let under_way = false;

    const field = targetField(state, {
        label: t("Name or number"),
        action: (number) => t("Call {number}", {number}),
        chosen: (number, name) => void call(number, name),
    });
    const button = h(
        "button",
        {class: "go", type: "submit", "aria-label": t("Call")},
        icon("calls"),
        h("span", {class: "text"}, t("Call")),
    );
    const element = h(
        "form",
        {
            class: "dial",
            role: "search",
            onsubmit: (/** @type {Event} */ event) => {
                event.preventDefault();
                field.submit();
            },
        },
        h("div", {class: "field-with-icon"}, icon("search"), field.input),
        button,
        field.list,
    );

    /** @param {string} number @param {string} [name] */
    async function call(number, name = "") {
        const terminal = state.own;
        if (!terminal)
            return toast(t("You have no phone to call from. Ask your administrator for one."), true);
        if (under_way) return undefined;
        if (state.me.settings.confirm_before_dial && !(await confirmed(number, name))) return undefined;
        under_way = true;
        button.disabled = true;
        const begun = await tried(dial(terminal.id, number));
        under_way = false;
        button.disabled = false;
        if (begun) {
            state.call(begun);
            field.clear();
        }
        return undefined;
    }

    /** @param {string} number @param {string} name */
    async function confirmed(number, name) {
        const whom = name ? `${name} (${number})` : number;
        return (await ask(t("Call {number}?", {number: whom}), [], t("Call"))) !== undefined;
    }

    return {
        element,
        /** @param {string} number @param {string} [name] */
        call: (number, name) => void call(number, name),
        focus() {
            field.input.focus();
            field.input.select();
        },
        /** A number from a link: it is put into the field, and dialled by the person. @param {string} number */
        offer(number) {
            field.input.value = number.replace(/^(web\+)?tel:/i, "");
            field.input.focus();
        },
    };
}
