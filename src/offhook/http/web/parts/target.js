/** A field for a name or number that proposes people as one types: for dialling, and for transfers. */

import {query, request} from "../api.js";
import {fill, h} from "../dom.js";
import {t} from "../words.js";
import {avatar} from "./avatar.js";

/**
 * @typedef {{name: string, number: string, detail: string, group: string}} Suggestion
 * @typedef {import("../state.js").State} State
 */

const WAIT_MS = 120;
const LIMIT = 12;
let made = 0;

/** Does it look like a number, and not like a name? @param {string} text */
export function isNumber(text) {
    return /^(tel:|sip:)?[+*#(\d][\d\s()./*#+,;=-]*$/i.test(text.trim());
}

/**
 * @param {State} state
 * @param {{label: string, chosen: (number: string, name: string) => void, action: (number: string) => string}} options
 *   `chosen` is called for the highlighted suggestion, or for what was typed if it is a number
 */
export function targetField(state, options) {
    const id = `target-${++made}`;
    /** @type {Suggestion[]} */
    let found = [];
    let selected = -1;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let asked = 0;

    const input = h("input", {
        type: "text",
        inputmode: "text",
        autocomplete: "off",
        spellcheck: "false",
        maxlength: "256",
        placeholder: options.label,
        "aria-label": options.label,
        role: "combobox",
        "aria-expanded": "false",
        "aria-controls": id,
        "aria-autocomplete": "list",
        oninput: () => {
            clearTimeout(timer);
            timer = setTimeout(() => void look(), WAIT_MS);
        },
        onkeydown: keyed,
        onblur: () => setTimeout(close, 150),
        onfocus: () => {
            if (input.value.trim()) void look();
        },
    });
    const list = h("div", {
        id,
        class: "list-below",
        role: "listbox",
        "aria-label": t("Proposals"),
        hidden: true,
    });

    /** @returns {Suggestion[]} */
    function fromSite(/** @type {string} */ text) {
        const wanted = text.toLowerCase();
        return [...state.terminals.values()]
            .filter(
                (one) =>
                    one.id !== state.own?.id &&
                    (one.id.startsWith(wanted) || one.name.toLowerCase().includes(wanted)),
            )
            .slice(0, 5)
            .map((one) => ({name: one.name || one.id, number: one.id, detail: one.id, group: t("Phones")}));
    }

    async function look() {
        const text = input.value.trim();
        const mine = ++asked;
        if (!text) return close();
        /** @type {Suggestion[]} */
        const people = [];
        if (state.me.can.directory) {
            try {
                const answer = await request("GET", `/directory${query({q: text, limit: LIMIT})}`);
                for (const person of answer.people) {
                    for (const number of person.numbers) {
                        if (!number.dialled) continue;
                        const detail = [person.company, number.text].filter(Boolean).join(" · ");
                        people.push({
                            name: person.name,
                            number: number.dialled,
                            detail,
                            group: answer.similar ? t("Similar names") : t("People"),
                        });
                    }
                }
            } catch {
                /* what is typed can be dialled all the same */
            }
        }
        if (mine !== asked) return undefined;
        found = [...fromSite(text), ...people].slice(0, LIMIT);
        if (isNumber(text)) found.push({name: options.action(text), number: text, detail: "", group: ""});
        // Return takes a number as it was typed, and a name only after it was chosen.
        selected = isNumber(text) ? found.length - 1 : -1;
        draw();
        return undefined;
    }

    function draw() {
        let group = "";
        const rows = found.flatMap((one, index) => {
            const head = one.group && one.group !== group ? [h("h2", {role: "presentation"}, one.group)] : [];
            group = one.group;
            return [
                ...head,
                h(
                    "div",
                    {
                        class: "option",
                        role: "option",
                        id: `${id}-${index}`,
                        "aria-selected": String(index === selected),
                        onmousedown: (/** @type {Event} */ event) => {
                            event.preventDefault();
                            choose(index);
                        },
                    },
                    one.group ? avatar(one.name) : null,
                    h(
                        "div",
                        {class: "grow"},
                        h("div", {}, one.name),
                        one.detail && h("div", {class: "quiet number"}, one.detail),
                    ),
                ),
            ];
        });
        if (!rows.length)
            rows.push(
                h(
                    "div",
                    {class: "option quiet", role: "option", "aria-disabled": "true"},
                    t("Nobody of this name is known here. Type a number to call it."),
                ),
            );
        fill(list, rows);
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
        if (selected >= 0) input.setAttribute("aria-activedescendant", `${id}-${selected}`);
        else input.removeAttribute("aria-activedescendant");
        list.querySelector("[aria-selected=true]")?.scrollIntoView({block: "nearest"});
    }

    function close() {
        asked++;
        list.hidden = true;
        input.setAttribute("aria-expanded", "false");
        input.removeAttribute("aria-activedescendant");
    }

    /** @param {number} index */
    function choose(index) {
        const one = found[index];
        if (!one) return;
        close();
        options.chosen(one.number, one.group ? one.name : "");
    }

    /** @param {KeyboardEvent} event */
    function keyed(event) {
        if (event.isComposing) return; // Return ends a syllable of Korean, and no more
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (list.hidden) void look();
            else if (found.length) {
                selected = (selected + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
                draw();
            }
        } else if (event.key === "Escape" && !list.hidden) close();
        else if (event.key === "Enter") submit();
        else return;
        event.preventDefault();
    }

    function submit() {
        const text = input.value.trim();
        if (!list.hidden && selected >= 0 && found[selected]) choose(selected);
        else if (isNumber(text)) {
            close();
            options.chosen(text, "");
        } else if (text) void look();
    }

    return {
        input,
        list,
        submit,
        clear() {
            input.value = "";
            found = [];
            close();
        },
    };
}
