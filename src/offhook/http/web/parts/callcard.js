/** A call: with whom, what happens, and the buttons for what can be done now. */

import {command} from "../api.js";
import {h, icon, refill} from "../dom.js";
import {duration, happening, inbound, missed, other, partyName, tone, way} from "../phrases.js";
import {OVER} from "../state.js";
import {t} from "../words.js";
import {avatar} from "./avatar.js";
import {copy, toast, tried} from "./notices.js";
import {isNumber, targetField} from "./target.js";

/**
 * @typedef {import("../api.js").Call} Call
 * @typedef {import("../state.js").State} State
 */

const STEPS = ["OffHookState", "ProceedState", "RingBackState", "ConnectedState"];

/** @type {[string, string, string, string][]} feature, icon, text, class */
const BUTTONS = [
    ["answer", "answer", "Answer", "go"],
    ["complete", "merge", "Connect them", "go"],
    ["retrieve", "retrieve", "Retrieve", ""],
    ["swap", "swap", "Swap", ""],
    ["hold", "hold", "Hold", ""],
    ["transfer", "transfer", "Transfer", ""],
    ["redirect", "transfer", "Redirect", ""],
    ["conference", "people", "Conference", ""],
    ["dtmf", "keypad", "Keypad", ""],
    ["park", "park", "Park", ""],
    ["reject", "drop", "Decline", "end"],
    ["drop", "drop", "Drop", "end"],
];

const PANELS = new Set(["transfer", "redirect", "dtmf"]);

/**
 * The cards of the own calls, one below the other.
 * @param {State} state
 * @param {(number: string, name?: string) => void} dial
 */
export function callCards(state, dial) {
    const strip = h("div", {class: "strip", role: "region", "aria-label": t("Your calls")});
    /** @type {Map<string, ReturnType<typeof callCard>>} */
    const cards = new Map();

    function draw() {
        const shown = state.shownCalls;
        for (const [id, card] of cards) {
            if (!shown.some((call) => call.id === id)) {
                card.gone();
                cards.delete(id);
            }
        }
        for (const call of shown) {
            const card = cards.get(call.id) ?? callCard(state, call, dial);
            cards.set(call.id, card);
            card.show(call);
        }
        const wanted = shown.map((call) => /** @type {HTMLElement} */ (cards.get(call.id)?.element));
        if (wanted.some((element, index) => strip.children[index] !== element)) strip.append(...wanted);
    }

    state.addEventListener("calls", draw);
    return strip;
}

/**
 * @param {State} state
 * @param {Call} first
 * @param {(number: string, name?: string) => void} dial
 */
function callCard(state, first, dial) {
    let call = first;
    let panel = "";
    let busy = "";
    const element = h("article", {class: "card"});
    const phrase = h("div", {class: "phrase", "aria-live": "polite"});
    const clock = h("span", {class: "number", "aria-hidden": "true"});
    const head = h("div", {});
    const buttons = h("div", {class: "buttons"});
    const below = h("div", {});
    element.append(head, phrase, below, buttons);
    const ticking = setInterval(tick, 1_000);

    function tick() {
        const since =
            call.state === "ConnectedState" && call.connected !== null
                ? duration(Date.now() / 1000 - call.connected)
                : "";
        const talked =
            call.state === OVER && call.connected !== null
                ? duration((call.ended ?? call.connected) - call.connected)
                : "";
        clock.textContent = since || talked;
    }

    /** @param {string} name @param {unknown} [body] */
    async function run(name, body) {
        if (busy) return undefined;
        busy = name;
        drawButtons();
        const done = await tried(command(call.id, name, body).then((value) => ({value})));
        busy = "";
        if (done) panel = "";
        if (done && name === "park") toast(t("Parked: {target}", {target: done.value?.slot ?? ""}));
        show(call);
        return done;
    }

    function drawHead() {
        const party = other(call);
        const name = partyName(party);
        const where = inbound(call) ? (missed(call) ? "missed" : "in") : "out";
        const own = state.terminals.get(call.terminal);
        const steps = call.state === OVER ? STEPS.length : STEPS.indexOf(call.state) + 1;
        refill(
            head,
            h(
                "div",
                {class: "head"},
                icon(where),
                h("b", {}, way(call)),
                h("span", {class: "grow"}),
                h("span", {}, [own?.name, call.terminal].filter(Boolean).join(" ")),
                call.state === OVER &&
                    h(
                        "button",
                        {
                            class: "flat only-icon",
                            dataset: {key: "close"},
                            "aria-label": t("Close"),
                            onclick: () => state.dismiss(call.id),
                        },
                        icon("close"),
                    ),
            ),
            h(
                "div",
                {class: "row"},
                avatar(name, true),
                h(
                    "div",
                    {class: "grow"},
                    h("div", {class: "name"}, name),
                    party.name && party.id ? h("div", {class: "quiet number"}, party.id) : null,
                ),
                party.id &&
                    h(
                        "button",
                        {
                            class: "flat only-icon",
                            dataset: {key: "copy"},
                            "aria-label": t("Copy the number"),
                            title: t("Copy the number"),
                            onclick: () => void copy(party.id),
                        },
                        icon("copy"),
                    ),
            ),
            h(
                "div",
                {class: `bar ${tone(call)}`, "aria-hidden": "true"},
                STEPS.map((_, index) => h("i", {class: index < steps ? "on" : ""})),
            ),
        );
    }

    function drawButtons() {
        if (call.state === OVER) {
            const party = other(call);
            refill(
                buttons,
                party.id &&
                    h(
                        "button",
                        {class: "go", dataset: {key: "again"}, onclick: () => dial(party.id, party.name)},
                        icon("calls"),
                        inbound(call) ? t("Call back") : t("Call again"),
                    ),
            );
            return;
        }
        const can = new Set(call.features ?? BUTTONS.map(([feature]) => feature));
        refill(
            buttons,
            BUTTONS.filter(
                ([feature]) =>
                    can.has(feature) &&
                    !(feature === "reject" && !can.has("answer") && can.has("drop") && !inbound(call)) &&
                    !(feature === "drop" && can.has("reject")),
            ).map(([feature, image, text, kind]) =>
                h(
                    "button",
                    {
                        class: kind,
                        disabled: busy !== "" && feature !== "drop",
                        dataset: {key: feature},
                        "aria-expanded": PANELS.has(feature) ? String(panel === feature) : null,
                        onclick: () => {
                            if (PANELS.has(feature)) {
                                panel = panel === feature ? "" : feature;
                                drawBelow();
                                drawButtons();
                            } else void run(feature);
                        },
                    },
                    icon(image),
                    busy === feature
                        ? t("Wait …")
                        : t(feature === "drop" && call.consultation ? "Back" : text),
                ),
            ),
        );
    }

    function drawBelow() {
        if (panel === "dtmf")
            refill(
                below,
                keypad((digits) => void tried(command(call.id, "dtmf", {digits}))),
            );
        else if (panel === "transfer" || panel === "redirect") {
            refill(below, target(panel));
            below.querySelector("input")?.focus();
        } else refill(below);
    }

    /** @param {string} what "transfer" or "redirect" */
    function target(what) {
        const consult = what === "transfer" && (call.features ?? ["consult"]).includes("consult");
        let number = "";
        const field = targetField(state, {
            label: what === "transfer" ? t("Transfer to: name or number") : t("Send on to: name or number"),
            action: (typed) => t("To {number}", {number: typed}),
            chosen: (chosen, name) => {
                number = chosen;
                field.input.value = name ? `${name} (${chosen})` : chosen;
                ways.querySelector("button")?.focus();
            },
        });
        field.input.addEventListener("input", () => {
            number = "";
        });
        const go = (/** @type {string} */ name) => () => {
            const typed = field.input.value.trim();
            if (number || isNumber(typed)) void run(name, {number: number || typed});
            else field.submit();
        };
        const ways = h(
            "div",
            {class: "row"},
            h("button", {onclick: go(what)}, what === "transfer" ? t("Transfer now") : t("Send on")),
            consult && h("button", {onclick: go("consult")}, t("Ask first")),
        );
        return h(
            "div",
            {class: "panel"},
            h("div", {class: "dial"}, h("div", {class: "grow"}, field.input), field.list),
            ways,
        );
    }

    /** @param {Call} now */
    function show(now) {
        call = now;
        const can = call.features ?? [];
        if (panel && call.features !== null && !can.includes(panel)) {
            panel = "";
            drawBelow();
        }
        if (!panel) drawBelow();
        element.className = inbound(call) && call.state === "RingBackState" ? "card incoming" : "card";
        element.setAttribute("aria-label", partyName(other(call)));
        phrase.className = `phrase ${tone(call)}`;
        refill(phrase, happening(call), " ", clock);
        drawHead();
        drawButtons();
        tick();
    }

    return {
        element,
        show,
        gone() {
            clearInterval(ticking);
            element.remove();
        },
    };
}

/** @param {(digits: string) => void} press */
function keypad(press) {
    return h(
        "div",
        {class: "panel"},
        h(
            "div",
            {class: "keys", role: "group", "aria-label": t("Keypad")},
            [..."123456789*0#"].map((digit) =>
                h(
                    "button",
                    {
                        dataset: {key: `key-${digit}`},
                        "aria-label": digit === "*" ? t("Star") : digit === "#" ? t("Hash") : digit,
                        onclick: () => press(digit),
                    },
                    digit,
                ),
            ),
        ),
    );
}
