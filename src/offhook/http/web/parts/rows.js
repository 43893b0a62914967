/** Rows of lists: a past call, a person. */

import {h, icon} from "../dom.js";
import {clock, inbound, missed, other, partyName, result} from "../phrases.js";
import {t} from "../words.js";
import {avatar} from "./avatar.js";
import {copy} from "./notices.js";

/** @param {string} number @param {string} name @param {(number: string, name?: string) => void} call */
export function callButtons(number, name, call) {
    if (!number) return null;
    return h(
        "div",
        {class: "actions"},
        h(
            "button",
            {
                class: "flat only-icon copy",
                "aria-label": t("Copy {number}", {number}),
                title: t("Copy {number}", {number}),
                onclick: () => void copy(number),
            },
            icon("copy"),
        ),
        h(
            "button",
            {
                class: "flat only-icon good",
                "aria-label": t("Call {number}", {number: name || number}),
                title: t("Call {number}", {number: name || number}),
                onclick: () => call(number, name),
            },
            icon("calls"),
        ),
    );
}

/** @param {import("../api.js").Call} past @param {(number: string, name?: string) => void} call @param {string} [when] */
export function pastCall(past, call, when = clock(past.started)) {
    const party = other(past);
    const name = partyName(party);
    const was = missed(past);
    return h(
        "li",
        {class: "past"},
        h(
            "span",
            {class: was ? "attention" : "quiet"},
            icon(was ? "missed" : inbound(past) ? "in" : "out"),
            h(
                "span",
                {class: "hidden-text"},
                was ? t("Missed") : inbound(past) ? t("Incoming") : t("Outgoing"),
            ),
        ),
        avatar(party.name),
        h(
            "div",
            {class: "two"},
            h("div", {}, h("b", {}, name)),
            h(
                "div",
                {class: "quiet"},
                [party.name ? party.id : "", result(past)].filter(Boolean).join(" · "),
            ),
        ),
        h("time", {class: "quiet number", datetime: new Date(past.started * 1000).toISOString()}, when),
        callButtons(party.id, party.name, call),
    );
}
