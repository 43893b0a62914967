/** Favourites as tiles, and the latest calls. */

import {query, request} from "../api.js";
import {fill, h, icon, refill} from "../dom.js";
import {avatar, withPresence} from "../parts/avatar.js";
import {ask, notLoaded, tried} from "../parts/notices.js";
import {pastCall} from "../parts/rows.js";
import {clock, day, presence} from "../phrases.js";
import {t} from "../words.js";

/** @param {import("../shell.js").Site} site */
export function home(site) {
    const {state, call, signal} = site;
    const tiles = h("div", {class: "tiles"});
    const recent = h("div", {});

    function drawTiles() {
        const favourites = state.me.settings.favourites;
        refill(
            tiles,
            favourites.map((one) =>
                h(
                    "button",
                    {
                        class: "tile",
                        dataset: {key: one.number},
                        title: t("Call {number}", {number: one.number}),
                        onclick: () => call(one.number, one.name),
                    },
                    picture(one),
                    h(
                        "span",
                        {class: "grow"},
                        h("b", {}, one.name),
                        h("br"),
                        h("span", {class: "quiet number"}, one.number),
                    ),
                ),
            ),
            h(
                "button",
                {class: "tile quiet", dataset: {key: "+"}, onclick: () => void add()},
                icon("star"),
                t("Add a favourite"),
            ),
        );
    }

    /** @param {import("../api.js").Favourite} one */
    function picture(one) {
        const terminal = state.terminals.get(one.number);
        return terminal
            ? withPresence(one.name, presence(terminal, state.liveAt(terminal.id)))
            : avatar(one.name);
    }

    async function add() {
        const data = await ask(
            t("Add a favourite"),
            [
                h(
                    "label",
                    {class: "field"},
                    h("span", {}, t("Name")),
                    h("input", {name: "name", required: true, maxlength: "100"}),
                ),
                h(
                    "label",
                    {class: "field"},
                    h("span", {}, t("Number")),
                    h("input", {name: "number", required: true, inputmode: "tel", maxlength: "64"}),
                ),
            ],
            t("Add"),
        );
        if (!data) return;
        const one = {name: String(data.get("name")).trim(), number: String(data.get("number")).trim()};
        await saveFavourites(site, [...state.me.settings.favourites, one]);
    }

    async function drawRecent() {
        if (!state.me.can.history) return fill(recent);
        const answer = await tried(request("GET", `/history${query({limit: 12})}`));
        if (signal.aborted) return undefined;
        if (!answer) return fill(recent, notLoaded(drawRecent));
        /** @type {import("../api.js").Call[]} */
        const calls = answer.calls;
        if (!calls.length)
            return fill(
                recent,
                h("p", {class: "empty"}, t("No calls yet. Type a name or a number above to make the first.")),
            );
        return fill(
            recent,
            h(
                "ul",
                {class: "list"},
                calls.map((one) =>
                    pastCall(
                        one,
                        call,
                        day(one.started) === t("Today") ? clock(one.started) : day(one.started),
                    ),
                ),
            ),
        );
    }

    const on = {signal};
    state.addEventListener("me", drawTiles, on);
    for (const what of ["terminals", "calls"]) state.addEventListener(what, drawTiles, on);
    state.addEventListener("over", () => setTimeout(() => void drawRecent(), 300), on);
    drawTiles();
    void drawRecent();
    return h(
        "div",
        {},
        h("h1", {}, t("Home")),
        h("section", {"aria-label": t("Favourites")}, h("h2", {}, t("Favourites")), tiles),
        h("section", {"aria-label": t("Recent calls")}, h("h2", {}, t("Recent calls")), recent),
    );
}

/** @param {import("../shell.js").Site} site @param {import("../api.js").Favourite[]} favourites */
export async function saveFavourites(site, favourites) {
    const settings = await tried(request("PATCH", "/settings", {favourites}));
    if (settings) site.state.person({...site.state.me, settings});
}
