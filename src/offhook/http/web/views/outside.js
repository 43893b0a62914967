/** Providers and how they are, what rings for which number, and who works together. */

import {request} from "../api.js";
import {h} from "../dom.js";
import {table} from "../parts/table.js";
import {moment} from "../phrases.js";
import {t} from "../words.js";
import {addButton, buttons, configured, nameOf, note} from "./office.js";

/**
 * @typedef {{address: string, up: boolean | null, problem: string}} Server
 * @typedef {{name: string, usable: boolean, problem: string, since: number | null, registers: boolean,
 *   servers: Server[], calls: number, max_calls: number, calls_an_hour: number, max_calls_an_hour: number, asked: boolean,
 *   minutes_today: number, max_minutes_a_day: number, limit: string}} Trunk
 * @typedef {{name: string, terminals: string[], users: string[], watch: string[]}} Group
 * @typedef {{numbers: {first: string, last: string}[], ring: string[], order: string, ring_s: number, hours: string[],
 *   closed: string[], open: boolean, otherwise: string}} Incoming
 */

/** @type {Record<string, string>} what is said of a limit that is reached */
const LIMITS = {
    max_calls: "As many calls as are allowed at a time are up.",
    max_calls_an_hour: "As many calls as are allowed in an hour have gone out.",
    max_minutes_a_day: "The minutes of today are used up, until midnight.",
};
/** @type {Record<string, string>} */
const ORDERS = {
    all: "all at once",
    in_order: "one after the other",
    longest_idle: "the longest idle first",
};
/** @type {Record<string, string>} what a caller hears */
const REFUSALS = {busy: "busy", unavailable: "nobody is there", "no-such-number": "no such number"};

/** Show the page anew, with what is now. */
const again = () => window.dispatchEvent(new HashChangeEvent("hashchange"));

/** @typedef {import("./office.js").Office} Office */

export async function outside() {
    const [trunks, incoming, names, office] = await Promise.all([
        request("GET", "/admin/trunks"),
        request("GET", "/incoming"),
        namesOfPhones(),
        configured(),
    ]);
    const rows = /** @type {Trunk[]} */ (trunks.trunks).map((one) => {
        const entry = office?.trunks.find((each) => each.settings.name === one.name);
        return [
            h("b", {}, one.name),
            state(one),
            of(one.calls, one.max_calls),
            of(one.calls_an_hour, one.max_calls_an_hour),
            of(Math.round(one.minutes_today), one.max_minutes_a_day),
            office && entry ? buttons(office, "trunks", entry, again) : null,
        ];
    });
    const running = new Set(/** @type {Trunk[]} */ (trunks.trunks).map((one) => one.name));
    const waiting = (office?.trunks ?? []).filter((entry) => !running.has(nameOf(entry)));
    if (office)
        rows.push(
            ...waiting.map((entry) => [
                h("b", {}, nameOf(entry)),
                h("span", {class: "quiet"}, t("Not in use yet")),
                null,
                null,
                null,
                buttons(office, "trunks", entry, again),
            ]),
        );
    return [
        note(office),
        h(
            "section",
            {},
            h("h2", {}, t("Providers")),
            addButton(office, "trunks", again),
            table(
                [t("Provider"), t("State"), t("Calls now"), t("In the last hour"), t("Minutes today"), ""],
                rows,
                t("No provider: only the phones here can be called."),
            ),
        ),
        office?.trunks.length && !office.fixed ? numbersOfPhones(office) : null,
        h(
            "section",
            {},
            h("h2", {}, t("What rings for which number")),
            office?.trunks.length ? addButton(office, "incoming", again) : null,
            office && !office.fixed
                ? rules(office, incoming.incoming, names)
                : ringing(incoming.incoming, names),
        ),
    ];
}

/** @param {Office} office */
const numbersOfPhones = (office) =>
    h(
        "section",
        {},
        h("h2", {}, t("Numbers of phones")),
        table(
            [t("Phone"), t("Number outside"), ""],
            office.terminals.map((entry) => [
                nameOf(entry),
                h("span", {class: "number"}, entry.settings.number ?? ""),
                buttons(office, "terminals", entry, again),
            ]),
            t("No phones yet. Add one: offhook terminal add 4000 --name Kim"),
        ),
    );

/**
 * What rings as it is configured, in the order in which it is looked: a phone's own number comes between.
 * @param {Office} office @param {Incoming[]} running @param {Map<string, string>} names
 */
function rules(office, running, names) {
    const groups = new Map(office.groups.map(({settings}) => [settings.name, settings.terminals ?? []]));
    /** @param {string} one a phone, or a group of them */
    const rings = (one) =>
        names.has(one) || !groups.has(one)
            ? phones([one], names)
            : `${one} (${phones(groups.get(one) ?? [], names)})`;
    /** @param {import("./office.js").Entry} entry */
    const row = ({settings, ...entry}) => {
        const ring = /** @type {string[]} */ (settings.ring ?? []);
        const own = /** @type {string[]} */ (settings.numbers ?? []);
        const hours = [
            ...(settings.hours ?? []),
            .../** @type {string[]} */ (settings.closed ?? []).map((day) => t("not {day}", {day})),
        ];
        return [
            [
                settings.name ? h("b", {}, settings.name) : null,
                h("div", {class: "number"}, own.join(", ") || t("All other numbers")),
            ],
            [ring.map(rings).join(", "), t(ORDERS[settings.order ?? "all"] ?? "")]
                .filter(Boolean)
                .join(" · "),
            hours.join(", ") || t("Always"),
            otherwise(settings.otherwise ?? "unavailable", names),
            buttons(office, "incoming", {settings, ...entry}, again),
        ];
    };
    const phonesOwn = running.filter((one) => one.ring_s === 0);
    return table(
        [t("Number"), t("What rings"), t("When"), t("Else"), ""],
        [
            ...office.incoming.filter(({settings}) => settings.numbers?.length).map(row),
            ...phonesOwn.map((one) => [
                h("span", {class: "number"}, numbers(one)),
                phones(one.ring, names),
                t("Always"),
                otherwise(one.otherwise, names),
                "",
            ]),
            ...office.incoming.filter(({settings}) => !settings.numbers?.length).map(row),
        ],
        t("No number of a provider rings here."),
    );
}

export async function groups() {
    const [answer, names, office] = await Promise.all([
        request("GET", "/groups"),
        namesOfPhones(),
        configured(),
    ]);
    /** @param {Group} one */
    const row = (one) => [
        h("b", {}, one.name),
        phones(one.terminals, names),
        one.users.join(", "),
        phones(one.watch, names),
    ];
    /** @param {import("./office.js").Entry} entry */
    const group = ({settings}) => ({name: "", terminals: [], users: [], watch: [], ...settings});
    return [
        note(office),
        h("p", {class: "note"}, t("They watch each other's phones, and pick up calls there.")),
        h(
            "section",
            {},
            addButton(office, "groups", again),
            table(
                [t("Group"), t("Phones"), t("Who else"), t("May watch"), ""],
                office && !office.fixed
                    ? office.groups.map((entry) => [
                          ...row(group(entry)),
                          buttons(office, "groups", entry, again),
                      ])
                    : /** @type {Group[]} */ (answer.groups).map((one) => [...row(one), ""]),
                t("No groups yet. Add one: offhook group add sales terminals=4000,4001"),
            ),
        ),
    ];
}

/**
 * What concerns the person: the own groups, what rings, and phones that fetch their configuration.
 * @param {import("../state.js").State} state
 */
export async function ownOffice(state) {
    const [own, incoming, devices] = await Promise.all([
        request("GET", "/groups"),
        request("GET", "/incoming"),
        request("GET", "/phones"),
    ]);
    const names = new Map([...state.terminals.values()].map((one) => [one.id, one.name]));
    /** @type {[string, string][]} */
    const rows = [
        .../** @type {import("./provisioned.js").Device[]} */ (devices.phones).map(
            (one) =>
                /** @type {[string, string]} */ ([
                    t("Phone"),
                    [
                        phones([one.terminal], names),
                        one.model,
                        one.fetched === null
                            ? t("has not fetched its settings yet")
                            : t("fetched its settings {when}", {when: moment(one.fetched)}),
                    ].join(" · "),
                ]),
        ),
        .../** @type {Group[]} */ (own.groups).map(
            (one) =>
                /** @type {[string, string]} */ ([
                    t("Group"),
                    [one.name, phones(one.terminals, names)].filter(Boolean).join(": "),
                ]),
        ),
    ];
    if (!rows.length && !incoming.incoming.length) return [];
    return [
        h("h2", {}, t("Your phone and your groups")),
        rows.length ? table([t("What"), t("Which")], rows, "") : null,
        incoming.incoming.length ? ringing(incoming.incoming, names) : null,
    ];
}

/** @param {Incoming[]} all @param {Map<string, string>} names */
function ringing(all, names) {
    return table(
        [t("Number"), t("What rings"), t("When"), t("Else")],
        all.map((one) => [
            h("span", {class: "number"}, numbers(one)),
            [phones(one.ring, names), one.ring.length > 1 ? t(ORDERS[one.order] ?? one.order) : ""]
                .filter(Boolean)
                .join(" · "),
            [
                h(
                    "span",
                    {},
                    [...one.hours, ...one.closed.map((day) => t("not {day}", {day}))].join(", ") ||
                        t("Always"),
                ),
                one.open ? null : h("div", {class: "attention"}, t("Not now")),
            ],
            otherwise(one.otherwise, names),
        ]),
        t("No number of a provider rings here."),
    );
}

/** @param {string} what @param {Map<string, string>} names */
const otherwise = (what, names) =>
    what in REFUSALS ? t(REFUSALS[what] ?? "") : phones(what ? [what] : [], names);

/** @param {Trunk} one */
function state(one) {
    const since = one.since === null ? "" : t("since {when}", {when: moment(one.since)});
    const [kind, text] = !one.usable
        ? ["bad", t("No way out")]
        : one.limit
          ? ["attention", t("Limit reached")]
          : ["good", one.registers ? t("Registered") : t("Knows us by our address")];
    const why = one.usable ? (one.limit ? t(LIMITS[one.limit] ?? one.limit) : "") : one.problem;
    return [
        h("div", {class: `wide ${kind}`}, [text, since].filter(Boolean).join(" · ")),
        why ? h("div", {}, why) : null,
        ...one.servers.map((each) =>
            h(
                "div",
                {class: "note"},
                `${each.address}: `,
                each.up === null
                    ? one.asked
                        ? t("not asked yet")
                        : t("never asked whether it is there")
                    : each.up
                      ? t("answers")
                      : each.problem || t("does not answer"),
            ),
        ),
    ];
}

/** @param {number} now @param {number} most */
const of = (now, most) => h("span", {class: "number"}, t("{now} of {most}", {now, most}));

/** @param {Incoming} one */
const numbers = (one) =>
    one.numbers.map(({first, last}) => (first === last ? first : `${first} – ${last}`)).join(", ") ||
    t("All other numbers");

/** @param {string[]} ids @param {Map<string, string>} names */
const phones = (ids, names) =>
    ids
        .map((id) => (id === "*" ? t("all phones") : [names.get(id), id].filter(Boolean).join(" ")))
        .join(", ");

/** @returns {Promise<Map<string, string>>} */
async function namesOfPhones() {
    /** @type {import("../api.js").Terminal[]} */
    const all = (await request("GET", "/admin/terminals")).terminals;
    return new Map(all.map((one) => [one.id, one.name]));
}
