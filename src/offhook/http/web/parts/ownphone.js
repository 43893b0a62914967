/** The line at the foot: the own phone, its state in words, and what it does with calls. */

import {atTerminal, request} from "../api.js";
import {h, icon, refill} from "../dom.js";
import {phoneState} from "../phrases.js";
import {t} from "../words.js";
import {ask, toast, tried} from "./notices.js";

/** @typedef {import("../api.js").Terminal} Terminal */

/**
 * @param {import("../state.js").State} state
 * @param {AbortSignal} signal
 */
export function ownPhone(state, signal) {
    const element = h("footer", {class: "foot", "aria-label": t("Your phone")});

    function draw() {
        const terminal = state.own;
        if (!terminal) {
            const some = state.choosable;
            const why = state.begun
                ? t("You have no phone here. Ask your administrator for one.")
                : t("Connecting …");
            refill(element, some.length ? chooser(some) : h("span", {class: "quiet"}, why));
            return;
        }
        const can = new Set(terminal.features ?? []);
        const calls = state.liveAt(terminal.id);
        const quiet = terminal.do_not_disturb || terminal.forwardings.some((one) => one.when === "always");
        const tone = terminal.in_service ? (quiet ? "attention" : "good") : "bad";
        const mine = state.choosable;
        refill(
            element,
            h("span", {class: `dot ${tone}`, "aria-hidden": "true"}),
            mine.length > 1
                ? chooser(mine, terminal)
                : h("b", {}, [terminal.name, terminal.id].filter(Boolean).join(" ")),
            h("span", {class: "quiet grow", role: "status"}, phoneState(terminal, calls)),
            can.has("do-not-disturb") &&
                action("dnd", "quiet", terminal.do_not_disturb ? t("Ring again") : t("Do not disturb"), () =>
                    tried(atTerminal(terminal.id, "do-not-disturb", {on: !terminal.do_not_disturb})),
                ),
            can.has("forward") && action("forward", "forward", t("Forward …"), () => forward(terminal)),
            can.has("pickup") && action("pickup", "answer", t("Pick up …"), () => pickup(state, terminal)),
            can.has("unpark") && action("unpark", "park", t("Take a parked call …"), () => unpark(terminal)),
        );
    }

    /** @param {string} key @param {string} image @param {string} text @param {() => unknown} run */
    function action(key, image, text, run) {
        return h(
            "button",
            {class: "flat small", title: text, dataset: {key}, onclick: () => void run()},
            icon(image),
            h("span", {class: "text"}, text),
        );
    }

    /** @param {Terminal[]} mine @param {Terminal} [chosen] */
    function chooser(mine, chosen) {
        return h(
            "select",
            {
                class: "small",
                "aria-label": t("Phone to call from"),
                dataset: {key: "phone"},
                onchange: async (/** @type {Event} */ event) => {
                    const id = /** @type {HTMLSelectElement} */ (event.target).value;
                    const settings = await tried(request("PATCH", "/settings", {default_terminal: id}));
                    if (settings) state.person({...state.me, settings});
                },
            },
            !chosen && h("option", {value: "", selected: true}, t("Choose your phone …")),
            mine.map((one) =>
                h(
                    "option",
                    {value: one.id, selected: one.id === chosen?.id},
                    [one.name, one.id].filter(Boolean).join(" "),
                ),
            ),
        );
    }

    for (const what of ["terminals", "calls", "me"]) state.addEventListener(what, draw, {signal});
    draw();
    return element;
}

/** @param {Terminal} terminal */
async function forward(terminal) {
    const can = new Set(terminal.capabilities ?? []);
    const kinds = [
        {when: "always", text: t("Always"), can: true},
        {when: "busy", text: t("While you are in a call"), can: can.has("forward-busy")},
        {when: "no-answer", text: t("If you do not answer"), can: can.has("forward-no-answer")},
    ].filter((one) => one.can);
    const data = await ask(
        t("Forward calls of {phone}", {phone: terminal.id}),
        [
            h("p", {class: "note"}, t("An empty field forwards nothing.")),
            ...kinds.map((one) =>
                h(
                    "label",
                    {class: "field"},
                    h("span", {}, one.text),
                    h("input", {
                        name: one.when,
                        inputmode: "tel",
                        autocomplete: "off",
                        placeholder: t("Number"),
                        value: terminal.forwardings.find((set) => set.when === one.when)?.address ?? "",
                    }),
                ),
            ),
        ],
        t("Forward"),
    );
    if (!data) return;
    const forwardings = kinds
        .map((one) => ({when: one.when, address: String(data.get(one.when) ?? "").trim()}))
        .filter((one) => one.address);
    await tried(
        atTerminal(terminal.id, "forward", {forwardings}).then(() =>
            toast(forwardings.length ? t("Calls are forwarded.") : t("Calls are not forwarded any more.")),
        ),
    );
}

/** @param {import("../state.js").State} state @param {Terminal} terminal */
async function pickup(state, terminal) {
    const ringing = [...state.calls.values()].filter(
        (call) =>
            call.terminal !== terminal.id && call.direction === "inbound" && call.state === "RingBackState",
    );
    const data = await ask(
        t("Pick up a call that rings elsewhere"),
        [
            h(
                "label",
                {class: "field"},
                h("span", {}, t("Of which phone?")),
                h("input", {
                    name: "target",
                    autocomplete: "off",
                    value: ringing[0]?.terminal ?? "",
                    placeholder: t("Number, or empty for the group"),
                }),
            ),
        ],
        t("Pick up"),
    );
    if (data)
        await tried(atTerminal(terminal.id, "pickup", {target: String(data.get("target") ?? "").trim()}));
}

/** @param {Terminal} terminal */
async function unpark(terminal) {
    const data = await ask(
        t("Take a parked call"),
        [
            h(
                "label",
                {class: "field"},
                h("span", {}, t("Where is it parked?")),
                h("input", {name: "slot", inputmode: "numeric", autocomplete: "off", required: true}),
            ),
        ],
        t("Take it"),
    );
    if (data) await tried(atTerminal(terminal.id, "unpark", {slot: String(data.get("slot") ?? "").trim()}));
}
