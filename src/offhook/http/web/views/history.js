/** Past calls, newest first, by days. */

import {query, request} from "../api.js";
import {fill, h} from "../dom.js";
import {notLoaded, tried} from "../parts/notices.js";
import {pastCall} from "../parts/rows.js";
import {day, inbound, missed} from "../phrases.js";
import {t} from "../words.js";

/** @typedef {import("../api.js").Call} Call */

const PAGE = 50;
/** @type {[string, string, (call: Call) => boolean][]} */
const FILTERS = [
    ["all", "All calls", () => true],
    ["missed", "Missed", missed],
    ["in", "Incoming", inbound],
    ["out", "Outgoing", (call) => !inbound(call)],
];

/** @param {import("../shell.js").Site} site */
export function history(site) {
    const {state, call, signal} = site;
    let filter = "all";
    /** @type {Call[]} */
    let calls = [];
    /** @type {string | null} */
    let next = null;
    let asked = 0;
    const tabs = h("div", {class: "tabs", role: "group", "aria-label": t("Which calls")});
    const list = h("div", {}, h("p", {class: "empty"}, t("Loading …")));
    const more = h("button", {hidden: true, onclick: () => void load(true)}, t("Earlier calls"));

    function drawTabs() {
        fill(
            tabs,
            FILTERS.map(([name, text]) =>
                h(
                    "button",
                    {
                        class: "small",
                        "aria-pressed": String(name === filter),
                        onclick: () => {
                            filter = name;
                            drawTabs();
                            void load(false);
                        },
                    },
                    t(text),
                ),
            ),
        );
    }

    /** @param {boolean} further @returns {Promise<void>} */
    async function load(further) {
        const mine = ++asked;
        const answer = await tried(
            request(
                "GET",
                `/history${query({limit: PAGE, missed: filter === "missed", cursor: further && next ? next : undefined})}`,
            ),
        );
        if (mine !== asked || signal.aborted) return undefined;
        if (!answer)
            return fill(
                list,
                notLoaded(() => load(further)),
            );
        calls = further ? [...calls, ...answer.calls] : answer.calls;
        next = answer.next;
        return draw();
    }

    function draw() {
        const wanted = FILTERS.find(([name]) => name === filter)?.[2] ?? (() => true);
        const shown = calls.filter(wanted);
        more.hidden = next === null;
        if (!shown.length)
            return fill(
                list,
                h(
                    "p",
                    {class: "empty"},
                    next === null ? t("No such calls.") : t("None among the latest. Look at earlier ones."),
                ),
            );
        /** @type {Map<string, Call[]>} */
        const days = new Map();
        for (const one of shown) days.set(day(one.started), [...(days.get(day(one.started)) ?? []), one]);
        return fill(
            list,
            [...days].map(([name, each]) =>
                h(
                    "section",
                    {},
                    h("h2", {}, name),
                    h(
                        "ul",
                        {class: "list"},
                        each.map((one) => pastCall(one, call)),
                    ),
                ),
            ),
        );
    }

    state.addEventListener("over", () => setTimeout(() => void load(false), 300), {signal});
    drawTabs();
    if (state.me.can.history) void load(false);
    else fill(list, h("p", {class: "empty"}, t("No history is kept here.")));
    return h("div", {}, h("h1", {}, t("Calls")), tabs, list, h("section", {}, more));
}
