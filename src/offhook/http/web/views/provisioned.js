/** For administrators: phones that fetch their configuration, who is let in, and adding one. */

import {Problem, query, request} from "../api.js";
import {h, qrCode, refill} from "../dom.js";
import {ask, copy, tell, toast, tried} from "../parts/notices.js";
import {moment} from "../phrases.js";
import {t} from "../words.js";

/**
 * @typedef {{mac: string, model: string, terminal: string, open_until: number | null, path_only: boolean,
 *   fetched: number | null, source: string, registered: number | null, stranger: string,
 *   stranger_at: number | null, password_waits: boolean}} Device
 * @typedef {{vendor: string, models: string[]}} Vendor
 */

const WINDOW_S = 600;

/** @param {import("../api.js").Terminal[]} terminals */
export async function provisioned(terminals) {
    const title = h("h2", {}, t("Phones that set themselves up"));
    /** @type {{phones: Device[], unreadable: string[], next: string | null}} */
    let answer;
    try {
        answer = await request("GET", "/admin/phones");
    } catch (error) {
        if (!(error instanceof Problem) || error.code !== "not-supported") throw error;
        return h(
            "section",
            {},
            title,
            h("p", {class: "note"}, t("None do here. How they would: [provisioning] of the configuration.")),
        );
    }
    const names = new Map(terminals.map((one) => [one.id, one.name]));
    let {phones: all, next} = answer;
    const list = h("ul", {class: "list", "aria-label": t("Phones that set themselves up")});
    const none = h("p", {class: "empty"}, t("No phone sets itself up yet."));
    const more = h("button", {onclick: () => void load()}, t("More"));

    async function load() {
        const page = await tried(request("GET", `/admin/phones${query({after: next ?? ""})}`));
        if (!page) return;
        all = [...all, ...page.phones];
        next = page.next;
        draw();
    }

    /** @param {Device} device what it is now */
    function put(device) {
        all = [...all.filter((one) => one.mac !== device.mac), device].sort((a, b) =>
            a.mac < b.mac ? -1 : 1,
        );
        draw();
    }

    /** @param {Device} device @param {string} name @param {unknown} [body] */
    const order = (device, name, body) =>
        tried(request("POST", `/admin/phones/${device.mac}/${name}`, body ?? {}));

    /** @param {Device} device */
    async function letIn(device) {
        const now = await order(device, "open", {seconds: WINDOW_S});
        if (!now) return;
        put(now);
        toast(t("Plug it in now, or restart it: who first asks for its settings gets them."));
    }

    /** @param {Device} device */
    async function close(device) {
        const now = await order(device, "close");
        if (now) put(now);
    }

    /** @param {Device} device */
    async function show(device) {
        if (
            !(await ask(
                t("Show the secret address?"),
                [h("p", {}, t("Who first asks there in the next ten minutes is this phone."))],
                t("Show"),
            ))
        )
            return;
        /** @type {{phone: Device, address: string, qr: string[]} | undefined} */
        const shown = await order(device, "show", {seconds: WINDOW_S});
        if (!shown) return;
        put(shown.phone);
        await tell(t("Secret address of {name}", {name: named(device)}), [
            qrCode(shown.qr, t("QR code of the address")),
            h("p", {class: "code"}, shown.address),
            h(
                "div",
                {class: "row"},
                h("button", {type: "button", onclick: () => void copy(shown.address)}, t("Copy")),
            ),
            h(
                "p",
                {class: "note"},
                t("Linphone: Assistant, Fetch remote configuration, Scan QR code. Show it to nobody else."),
            ),
        ]);
    }

    /** @param {Device} device */
    async function restart(device) {
        toast(t("Telling the phone …"));
        try {
            await request("POST", `/admin/phones/${device.mac}/reboot`, {});
            toast(t("The phone starts anew."));
        } catch (error) {
            await tried(Promise.reject(error));
        }
    }

    /** @param {string} mac @param {string} name */
    async function remove(mac, name) {
        if (
            !(await ask(
                t("Remove {name}?", {name}),
                [h("p", {}, t("Its password is good for nothing any more: it cannot register."))],
                t("Remove"),
                {danger: true},
            ))
        )
            return;
        if ((await tried(request("DELETE", `/admin/phones/${mac}`).then(() => true))) !== true) return;
        all = all.filter((one) => one.mac !== mac);
        answer.unreadable = answer.unreadable.filter((one) => one !== mac);
        draw();
    }

    /** @param {Record<string, string>} [before] what was typed, where it was refused */
    async function add(before = {}) {
        /** @type {Vendor[] | undefined} */
        const vendors = (await tried(request("GET", "/admin/phone-models")))?.vendors;
        if (!vendors) return;
        const data = await ask(t("Add a phone"), fields(vendors, terminals, before), t("Add"));
        if (!data) return;
        const typed = Object.fromEntries([...data].map(([name, value]) => [name, String(value)]));
        const {open, ...body} = typed;
        const added = await tried(request("POST", "/admin/phones", {...body, seconds: open ? WINDOW_S : 0}));
        if (!added) return void add(typed);
        put(added);
        toast(open ? t("Added. Plug it in now.") : t("Added. Let it in when it is plugged in."));
    }

    /** @param {Device} one */
    const named = (one) => [names.get(one.terminal), one.terminal].filter(Boolean).join(" ");

    /** @param {Device} one */
    function row(one) {
        const name = named(one);
        const isOpen = one.open_until !== null;
        /** @param {string} what @param {string} key @param {() => unknown} act @param {string} [kind] */
        const button = (what, key, act, kind = "") =>
            h(
                "button",
                {
                    class: `small ${kind}`,
                    "aria-label": `${what}: ${name}, ${written(one.mac)}`,
                    onclick: () => void act(),
                    dataset: {key: `${one.mac} ${key}`},
                },
                what,
            );
        return h(
            "li",
            {class: "device"},
            h(
                "div",
                {class: "grow"},
                h("b", {}, name),
                h("div", {class: "quiet"}, `${one.model} · `, h("span", {class: "number"}, written(one.mac))),
                state(one),
            ),
            h(
                "div",
                {class: "buttons"},
                isOpen
                    ? button(t("Let in no more"), "window", () => close(one))
                    : button(t("Let in"), "window", () => letIn(one)),
                button(t("Address …"), "show", () => show(one)),
                button(t("Restart"), "restart", () => restart(one)),
                button(
                    t("Remove …"),
                    "remove",
                    () => remove(one.mac, `${name}, ${written(one.mac)}`),
                    "danger",
                ),
            ),
        );
    }

    function draw() {
        refill(
            list,
            answer.unreadable.map((mac) =>
                h(
                    "li",
                    {class: "device"},
                    h(
                        "div",
                        {class: "grow"},
                        h("b", {class: "number"}, written(mac)),
                        h(
                            "div",
                            {class: "bad"},
                            t("What is kept of it cannot be read. Remove it, and add it anew."),
                        ),
                    ),
                    h(
                        "div",
                        {class: "buttons"},
                        h(
                            "button",
                            {class: "small danger", onclick: () => void remove(mac, written(mac))},
                            t("Remove …"),
                        ),
                    ),
                ),
            ),
            all.map(row),
        );
        none.hidden = list.childElementCount > 0;
        list.hidden = !none.hidden;
        more.hidden = next === null;
    }
    draw();
    return h(
        "section",
        {},
        title,
        h(
            "div",
            {class: "row above"},
            h("button", {class: "main", onclick: () => void add()}, t("Add a phone …")),
        ),
        none,
        list,
        more,
    );
}

/** @param {Vendor[]} vendors @param {import("../api.js").Terminal[]} terminals @param {Record<string, string>} before */
function fields(vendors, terminals, before) {
    return [
        h(
            "label",
            {class: "field"},
            h("span", {}, t("MAC address, as on its back")),
            h("input", {
                name: "mac",
                required: true,
                autocomplete: "off",
                spellcheck: "false",
                placeholder: "80:5e:c0:12:34:56",
                pattern: "([0-9A-Fa-f]{2}[:.\\-]?){5}[0-9A-Fa-f]{2}",
                title: t("12 digits and letters from A to F"),
                value: before.mac ?? "",
            }),
        ),
        h(
            "label",
            {class: "field"},
            h("span", {}, t("Model")),
            h(
                "select",
                {name: "model", required: true},
                vendors.map((one) =>
                    h(
                        "optgroup",
                        {label: one.vendor},
                        one.models.map((model) =>
                            h("option", {value: model, selected: model === before.model}, model),
                        ),
                    ),
                ),
            ),
        ),
        h(
            "label",
            {class: "field"},
            h("span", {}, t("Whose it is")),
            h(
                "select",
                {name: "terminal", required: true},
                terminals.map((one) =>
                    h(
                        "option",
                        {value: one.id, selected: one.id === before.terminal},
                        [one.name, one.id].filter(Boolean).join(" "),
                    ),
                ),
            ),
        ),
        h(
            "label",
            {class: "check"},
            h("input", {type: "checkbox", name: "open", checked: true}),
            t("Let it in at once, for ten minutes"),
        ),
    ];
}

/** @param {Device} one */
function state(one) {
    const fetched =
        one.fetched === null
            ? t("Has not fetched its settings yet")
            : t("Fetched its settings {when}, from {host}", {when: moment(one.fetched), host: one.source});
    return [
        h("div", {class: one.fetched === null ? "quiet" : "plain"}, fetched),
        one.open_until === null
            ? null
            : h(
                  "div",
                  {class: "attention"},
                  one.path_only
                      ? t("Let in by its secret address until {when}", {when: moment(one.open_until)})
                      : t("Let in until {when}", {when: moment(one.open_until)}),
              ),
        one.stranger
            ? h(
                  "div",
                  {class: "bad"},
                  t("{host} asked for its settings as well, {when}, and got nothing.", {
                      host: one.stranger,
                      when: moment(one.stranger_at ?? 0),
                  }),
              )
            : null,
    ];
}

/** @param {string} mac */
const written = (mac) => (/^[0-9a-f]{12}$/.test(mac) ? (mac.match(/../g) ?? []).join(":") : mac);
