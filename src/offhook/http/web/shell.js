/** The frame of all views: rail, dial field, cards of the calls, the phone's state; and which view is shown. */

import {atTerminal, whoAmI} from "./api.js";
import {fill, h, icon, refill} from "./dom.js";
import {callCards} from "./parts/callcard.js";
import {dialBox} from "./parts/dialbox.js";
import {toasts, tried} from "./parts/notices.js";
import {ownPhone} from "./parts/ownphone.js";
import {missed, other, partyName} from "./phrases.js";
import {follow, State} from "./state.js";
import {contacts} from "./views/contacts.js";
import {history} from "./views/history.js";
import {home} from "./views/home.js";
import {settings} from "./views/settings.js";
import {t} from "./words.js";

/**
 * @typedef {{state: State, call: (number: string, name?: string) => void, logOut: () => Promise<void>,
 *   restart: () => void, signal: AbortSignal}} Site what a view gets; `signal` aborts when it is left
 */

/** @type {Record<string, {title: string, short?: string, icon: string, show: (site: Site) => HTMLElement, only?: "admin"}>} */
const VIEWS = {
    home: {title: "Home", icon: "home", show: home},
    contacts: {title: "Contacts", icon: "people", show: contacts},
    calls: {title: "Calls", icon: "calls", show: history},
    settings: {title: "Settings", icon: "settings", show: settings},
    admin: {title: "Administration", short: "Admin", icon: "shield", show: administration, only: "admin"},
};

/** Few are administrators: nobody else fetches what is for them. @param {Site} site */
function administration(site) {
    const place = h("div", {}, h("p", {class: "empty"}, t("Loading …")));
    const made = import("./views/administration.js").then((view) => view.administration(site));
    void tried(made).then((view) => {
        if (view && !site.signal.aborted) fill(place, view);
    });
    return place;
}

/**
 * @param {import("./api.js").Me} me
 * @param {{logOut: () => Promise<void>, restart: () => void}} actions
 */
export function shell(me, actions) {
    const state = new State(me);
    const left = new AbortController();
    let view = new AbortController();
    const box = dialBox(state);
    /** @param {AbortSignal} signal @returns {Site} */
    const site = (signal) => ({state, call: box.call, signal, ...actions});

    const links = h("nav", {class: "rail", "aria-label": t("Views")});
    const main = h("main", {tabindex: "-1"});
    const banner = h("div", {class: "banner", role: "status", hidden: true});
    const strip = callCards(state, box.call);
    const foot = ownPhone(state, left.signal);

    const shown = () => {
        const name = location.hash.slice(2).split("/")[0] || "home";
        return name in VIEWS && (VIEWS[name]?.only !== "admin" || me.can.admin) ? name : "home";
    };
    const missedCalls = () =>
        [...state.terminals.values()]
            .filter((one) => state.mine(one))
            .reduce((sum, one) => sum + one.missed, 0);

    function drawRail() {
        const count = missedCalls();
        const current = shown();
        refill(
            links,
            h("div", {class: "brand"}, h("img", {src: "icon.svg", alt: ""}), "Offhook"),
            Object.entries(VIEWS)
                .filter(([, one]) => one.only !== "admin" || me.can.admin)
                .map(([name, one]) =>
                    h(
                        "a",
                        {
                            href: `#/${name}`,
                            "aria-current": name === current ? "page" : null,
                            dataset: {key: name},
                        },
                        icon(one.icon),
                        h("span", {}, t(one.short ?? one.title)),
                        name === "calls" &&
                            count > 0 &&
                            h(
                                "span",
                                {class: "badge", "aria-label": t("{number} missed", {number: count})},
                                count,
                            ),
                    ),
                ),
        );
    }

    function drawView() {
        view.abort();
        view = new AbortController();
        const one = VIEWS[shown()];
        if (!one) return;
        document.title = `${t(one.title)} · Offhook`;
        fill(main, one.show(site(view.signal)));
        drawRail();
        if (shown() === "calls" && missedCalls()) void clearMissed();
    }

    async function clearMissed() {
        const counted = [...state.terminals.values()].filter((one) => one.missed > 0 && state.mine(one));
        await Promise.allSettled(counted.map((one) => atTerminal(one.id, "clear-missed", {})));
    }

    function drawBanner() {
        banner.hidden = state.connected || !state.begun;
        banner.textContent = t("No connection to the Call Manager. Trying again …");
    }

    /** @param {Event} event */
    const missedCall = (event) => {
        void event;
        const last = [...state.calls.values()]
            .filter(missed)
            .sort((a, b) => (b.ended ?? 0) - (a.ended ?? 0))[0];
        if (last && document.hidden) notify(last);
    };

    const on = {signal: left.signal};
    state.addEventListener("terminals", drawRail, on);
    state.addEventListener(
        "me",
        () => {
            drawRail();
            drawView();
        },
        on,
    );
    state.addEventListener("connection", drawBanner, on);
    state.addEventListener("over", missedCall, on);
    state.addEventListener(
        "calls",
        () => {
            document.title = ringing(state) || `${t(VIEWS[shown()]?.title ?? "")} · Offhook`;
        },
        on,
    );
    window.addEventListener(
        "hashchange",
        () => {
            drawView();
            main.focus();
        },
        on,
    );
    window.addEventListener("keydown", (event) => keys(event, box), on);

    return {
        elements: [
            h(
                "div",
                {class: "shell"},
                links,
                h("div", {class: "top"}, banner, box.element, strip),
                main,
                foot,
            ),
            toasts(),
        ],
        begin() {
            drawView();
            const stop = follow(state, whoAmI);
            left.signal.addEventListener("abort", stop);
            const asked = new URLSearchParams(location.search).get("tel");
            if (asked !== null) {
                window.history.replaceState(null, "", location.pathname + location.hash);
                box.offer(asked);
            } else if (matchMedia("(hover: hover)").matches) box.focus();
        },
        leave() {
            view.abort();
            left.abort();
        },
    };
}

/** @param {State} state */
function ringing(state) {
    const call = state.shownCalls.find((one) => one.direction === "inbound" && one.state === "RingBackState");
    return call ? t("{name} is calling", {name: partyName(other(call))}) : "";
}

/** @param {import("./api.js").Call} call */
function notify(call) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    new Notification(t("Missed call"), {body: partyName(other(call)), tag: call.id});
}

/** @param {KeyboardEvent} event @param {{focus: () => void}} box */
function keys(event, box) {
    const views = Object.keys(VIEWS);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") box.focus();
    else if (event.key === "/" && !isField(event.target)) box.focus();
    else if (event.altKey && /^[1-5]$/.test(event.key)) location.hash = `#/${views[Number(event.key) - 1]}`;
    else return;
    event.preventDefault();
}

/** @param {EventTarget | null} target */
function isField(target) {
    return target instanceof HTMLElement && target.closest("input, textarea, select, dialog") !== null;
}
