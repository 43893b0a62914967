/** People of the directory, and the phones of the site. */

import {query, request} from "../api.js";
import {fill, h, icon} from "../dom.js";
import {avatar, withPresence} from "../parts/avatar.js";
import {notLoaded, tried} from "../parts/notices.js";
import {callButtons} from "../parts/rows.js";
import {presence} from "../phrases.js";
import {t} from "../words.js";
import {saveFavourites} from "./home.js";

const WAIT_MS = 150;
const MOST_PHONES = 100;

/** @param {import("../shell.js").Site} site */
export function contacts(site) {
    const {state, call, signal} = site;
    let asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const people = h("div", {});
    const phones = h("div", {});
    const input = h("input", {
        type: "search",
        placeholder: t("Search by name, company or number"),
        "aria-label": t("Search by name, company or number"),
        maxlength: "256",
        oninput: () => {
            clearTimeout(timer);
            timer = setTimeout(() => void search(), WAIT_MS);
        },
    });

    async function search() {
        const text = input.value.trim();
        drawPhones();
        if (!state.me.can.directory)
            return fill(
                people,
                h("p", {class: "empty"}, t("There is no directory here. Your administrator can set one up.")),
            );
        if (!text) return fill(people, h("p", {class: "empty"}, t("Type a name, a company or a number.")));
        const mine = ++asked;
        const answer = await tried(request("GET", `/directory${query({q: text, limit: 50})}`));
        if (mine !== asked || signal.aborted) return undefined;
        if (!answer) return fill(people, notLoaded(search));
        /** @type {import("../api.js").Person[]} */
        const found = answer.people;
        if (!found.length)
            return fill(people, h("p", {class: "empty"}, t("Nobody is called {text} here.", {text})));
        return fill(
            people,
            answer.similar
                ? h("p", {class: "note"}, t("Nobody is called {text} here. Is it one of these?", {text}))
                : null,
            h("ul", {class: "list"}, found.map(person)),
        );
    }

    /** @param {import("../api.js").Person} one */
    function person(one) {
        return h(
            "li",
            {class: "person"},
            avatar(one.name),
            h(
                "div",
                {class: "two"},
                h("b", {}, one.name),
                h("div", {class: "quiet"}, [one.company, one.mail].filter(Boolean).join(" · ")),
            ),
            h(
                "div",
                {},
                one.numbers.map((number) =>
                    h(
                        "div",
                        {class: "row"},
                        h("span", {class: "quiet"}, number.kind),
                        h("span", {class: "number grow"}, number.text),
                        star(one.name, number.dialled),
                        callButtons(number.dialled, one.name, call),
                    ),
                ),
            ),
        );
    }

    /** @param {string} name @param {string} number */
    function star(name, number) {
        if (!number) return null;
        const favourites = state.me.settings.favourites;
        const is = favourites.some((one) => one.number === number);
        return h(
            "button",
            {
                class: is ? "flat only-icon attention" : "flat only-icon quiet",
                "aria-pressed": String(is),
                "aria-label": t("Favourite: {name}", {name}),
                title: t("Favourite: {name}", {name}),
                onclick: async () => {
                    await saveFavourites(
                        site,
                        is
                            ? favourites.filter((one) => one.number !== number)
                            : [...favourites, {name, number}],
                    );
                },
            },
            icon("star"),
        );
    }

    function drawPhones() {
        const text = input.value.trim().toLowerCase();
        const found = [...state.terminals.values()]
            .filter((one) => !text || one.id.startsWith(text) || one.name.toLowerCase().includes(text))
            .sort((a, b) => (a.name || a.id).localeCompare(b.name || b.id));
        const more = found.length - MOST_PHONES;
        fill(
            phones,
            found.length
                ? h("ul", {class: "list"}, found.slice(0, MOST_PHONES).map(phone))
                : h("p", {class: "empty"}, t("No phone of this name.")),
            more > 0 && h("p", {class: "note"}, t("{number} more. Type above to find them.", {number: more})),
        );
    }

    /** @param {import("../api.js").Terminal} one */
    function phone(one) {
        const now = presence(one, state.liveAt(one.id));
        const name = one.name || one.id;
        return h(
            "li",
            {},
            withPresence(name, now),
            h(
                "div",
                {class: "two"},
                h("b", {}, name),
                h("div", {class: "quiet"}, [one.name && one.id, now.text].filter(Boolean).join(" · ")),
            ),
            star(name, one.id),
            one.id === state.own?.id ? null : callButtons(one.id, one.name, call),
        );
    }

    for (const what of ["terminals", "calls", "me"])
        state.addEventListener(what, () => (what === "me" ? void search() : drawPhones()), {signal});
    void search();
    return h(
        "div",
        {},
        h("h1", {}, t("Contacts")),
        h("section", {}, input),
        h("section", {"aria-label": t("People")}, h("h2", {}, t("People")), people),
        h("section", {"aria-label": t("Phones")}, h("h2", {}, t("Phones")), phones),
    );
}
