/** For administrators: providers, numbers of phones, groups and what rings as they are configured, and forms to change them. */

import {Problem, query, request} from "../api.js";
import {h} from "../dom.js";
import {ask, toast, tried} from "../parts/notices.js";
import {problem} from "../phrases.js";
import {t} from "../words.js";

/**
 * @typedef {{place: number, settings: Record<string, any>, has_password: boolean}} Entry
 * @typedef {"trunks" | "terminals" | "groups" | "incoming"} Kind
 * @typedef {{revision: string, fixed: string, waits: boolean} & Record<Kind, Entry[]>} Office
 *
 * A setting in a form. `kind` is a list's separator and shape, or what else it is; `words` are the choices of
 * one, of which the first holds where nothing is set; `usual` is what holds where nothing is typed.
 * @typedef {{key: string, label: string, kind?: "lines" | "words" | "secret" | "flag" | "count",
 *   hint?: string, example?: string, words?: Record<string, string>, usual?: string, needed?: boolean}} Field
 */

/** Without `add` there are no more of them, and none less. @type {Record<Kind, {add?: string, one: string, remove?: string, fields: Field[]}>} */
const FORMS = {
    trunks: {
        add: "Add a provider",
        one: "Change the provider {name}",
        remove: "Calls do not go out by it any more.",
        fields: [
            {key: "name", label: "Name", example: "provider", needed: true},
            {
                key: "server",
                label: "Server",
                kind: "words",
                example: "sip.provider.example",
                hint: "Several: the best first",
                needed: true,
            },
            {key: "transport", label: "Connected by", words: {udp: "UDP", tcp: "TCP", tls: "TLS"}},
            {key: "register", label: "It registers there", kind: "flag"},
            {key: "user", label: "Account", example: "4930900"},
            {key: "password", label: "Password", kind: "secret"},
            {
                key: "numbers",
                label: "Numbers of the account, or ranges",
                kind: "lines",
                example: "+4930900100-+4930900199",
                hint: "Each in a line of its own",
            },
            {
                key: "number_format",
                label: "Numbers are sent",
                words: {
                    e164: "With + and the country",
                    digits: "With the country, without +",
                    national: "As they are dialled in the country",
                },
            },
            {key: "max_calls", label: "Calls at a time", kind: "count", usual: "10"},
            {key: "max_calls_an_hour", label: "Calls an hour", kind: "count", usual: "200"},
            {
                key: "max_minutes_a_day",
                label: "Minutes a day",
                kind: "count",
                usual: "3000",
                hint: "What a stolen password can cost is bounded by the last three.",
            },
        ],
    },
    terminals: {
        one: "Change the number of {name}",
        fields: [
            {
                key: "number",
                label: "Number outside",
                example: "+4930900101",
                hint: "It rings there. Empty: that of its group is shown in calls outside, or the account's",
            },
        ],
    },
    groups: {
        add: "Add a group",
        one: "Change the group {name}",
        remove: "Its phones and people stay.",
        fields: [
            {key: "name", label: "Name", example: "sales", needed: true},
            {key: "terminals", label: "Phones", kind: "words", example: "4000, 4001", hint: "* for all"},
            {
                key: "users",
                label: "Who else",
                kind: "lines",
                example: "kim",
                hint: "Each in a line of its own",
            },
            {key: "watch", label: "May watch", kind: "words", hint: "* for all"},
            {
                key: "number",
                label: "Number outside",
                example: "+4930900100",
                hint: "Shown in calls outside for a phone that has none of its own",
            },
        ],
    },
    incoming: {
        add: "Add what rings",
        one: "Change what rings for {name}",
        remove: "Callers of these numbers hear that there is no such number, unless something else rings for them.",
        fields: [
            {key: "name", label: "Name"},
            {
                key: "numbers",
                label: "Numbers, or ranges",
                kind: "lines",
                example: "+4930900100",
                hint: "Each in a line of its own; none: all others",
            },
            {key: "ring", label: "Phones or groups", kind: "words", example: "4000, sales", needed: true},
            {
                key: "order",
                label: "Order",
                words: {
                    all: "all at once",
                    in_order: "one after the other",
                    longest_idle: "the longest idle first",
                },
            },
            {key: "ring_s", label: "Seconds that each rings", kind: "count", usual: "20"},
            {
                key: "hours",
                label: "When",
                kind: "lines",
                example: "mon-fri 09:00-17:30",
                hint: "Each in a line of its own; none: always",
            },
            {
                key: "closed",
                label: "Not on",
                kind: "lines",
                example: "12-24/01-01",
                hint: "Each in a line of its own, of every year or with one",
            },
            {
                key: "otherwise",
                label: "Else",
                usual: "unavailable",
                hint: "A phone, a number with +, or: busy, unavailable, no-such-number",
            },
        ],
    },
};

/** What is configured; undefined where that is told to nobody. @returns {Promise<Office | undefined>} */
export async function configured() {
    try {
        return await request("GET", "/admin/office");
    } catch (error) {
        if (error instanceof Problem && error.code === "not-found") return undefined;
        throw error;
    }
}

/** What is to be known before anything is changed. @param {Office | undefined} office */
export function note(office) {
    if (!office) return null;
    if (office.fixed)
        return h("p", {class: "note"}, t("These are not changed here: {why}", {why: office.fixed}));
    return office.waits
        ? h(
              "p",
              {class: "attention", role: "status"},
              t("What was changed holds once the Call Manager is started anew, on the server."),
          )
        : null;
}

/** @param {Office | undefined} office @param {Kind} kind @param {() => void} again */
export function addButton(office, kind, again) {
    const {add} = FORMS[kind];
    if (!office || office.fixed || !add) return null;
    return h(
        "div",
        {class: "row above"},
        h("button", {class: "main", onclick: () => void edit(office, kind, undefined, again)}, `${t(add)} …`),
    );
}

/** The buttons of an entry. @param {Office} office @param {Kind} kind @param {Entry} entry @param {() => void} again */
export function buttons(office, kind, entry, again) {
    if (office.fixed) return null;
    /** @param {string} what @param {() => unknown} act @param {string} [more] */
    const button = (what, act, more = "") =>
        h(
            "button",
            {class: `small ${more}`, "aria-label": `${what}: ${nameOf(entry)}`, onclick: () => void act()},
            what,
        );
    return h(
        "div",
        {class: "row"},
        button(t("Change …"), () => edit(office, kind, entry, again)),
        FORMS[kind].remove ? button(t("Remove …"), () => remove(office, kind, entry, again), "danger") : null,
    );
}

/** What a person calls it. @param {Entry} entry */
export const nameOf = ({settings}) =>
    [settings.name, settings.id].filter(Boolean).join(" ") ||
    (settings.numbers ?? []).join(", ") ||
    t("All other numbers");

/**
 * @param {Office} office @param {Kind} kind @param {Entry | undefined} entry undefined for a new one
 * @param {() => void} again
 */
async function edit(office, kind, entry, again) {
    const {add, one, fields} = FORMS[kind];
    const before = entry?.settings ?? {};
    const path = `/admin/office/${kind}${entry ? `/${entry.place}` : ""}${query({revision: office.revision})}`;
    /** @type {Record<string, string>} */
    let typed = Object.fromEntries(fields.map((field) => [field.key, shown(field, before[field.key])]));
    let refused = "";
    for (;;) {
        const data = await ask(
            entry ? t(one, {name: nameOf(entry)}) : t(add ?? one),
            [
                refused ? h("p", {class: "bad", role: "alert"}, refused) : null,
                ...fields.map((field) => input(field, typed[field.key] ?? "", entry)),
            ],
            t("Save"),
        );
        if (!data) return;
        typed = Object.fromEntries(fields.map(({key}) => [key, String(data.get(key) ?? "")]));
        const changed = fields.filter(
            (field) => (typed[field.key] ?? "") !== shown(field, before[field.key]),
        );
        const body = Object.fromEntries(
            changed.map((field) => [field.key, value(field, typed[field.key] ?? "")]),
        );
        if (entry && !changed.length) return;
        try {
            await request(entry ? "PATCH" : "POST", path, body);
            toast(t("Saved"));
            return again();
        } catch (error) {
            refused = problem(error);
        }
    }
}

/** @param {Office} office @param {Kind} kind @param {Entry} entry @param {() => void} again */
async function remove(office, kind, entry, again) {
    const sure = await ask(
        t("Remove {name}?", {name: nameOf(entry)}),
        [h("p", {}, t(FORMS[kind].remove ?? ""))],
        t("Remove"),
        {danger: true},
    );
    if (!sure) return;
    const path = `/admin/office/${kind}/${entry.place}${query({revision: office.revision})}`;
    if (await tried(request("DELETE", path))) again();
}

/** A setting as it stands in the form. @param {Field} field @param {unknown} set undefined where it is not set */
function shown(field, set) {
    if (field.words) return String(set ?? Object.keys(field.words)[0]);
    if (field.kind === "flag") return set === false ? "" : "yes";
    if (Array.isArray(set)) return set.join(field.kind === "lines" ? "\n" : ", ");
    return set === undefined ? "" : String(set);
}

/** The other way round; null is what holds where nothing is set. @param {Field} field @param {string} text */
function value(field, text) {
    if (field.kind === "flag") return text !== "";
    if (!text.trim()) return null;
    if (field.kind === "lines") return text.split("\n").flatMap((line) => line.trim() || []);
    if (field.kind === "words") return text.split(/[\s,]+/).filter(Boolean);
    return field.kind === "count" ? Number(text) : field.kind === "secret" ? text : text.trim();
}

/** @param {Field} field @param {string} text @param {Entry | undefined} entry */
function input(field, text, entry) {
    const common = {name: field.key, required: field.needed, autocomplete: "off", spellcheck: "false"};
    const hint = field.kind === "secret" && entry?.has_password ? "Empty: as it is" : field.hint;
    if (field.kind === "flag")
        return h(
            "label",
            {class: "check"},
            h("input", {type: "checkbox", name: field.key, value: "yes", checked: text !== ""}),
            t(field.label),
        );
    let made;
    if (field.words)
        made = h(
            "select",
            {name: field.key},
            Object.entries(field.words).map(([key, word]) =>
                h("option", {value: key, selected: key === text}, t(word)),
            ),
        );
    else if (field.kind === "lines")
        made = h("textarea", {...common, rows: "3", placeholder: field.example ?? "", value: text});
    else
        made = h("input", {
            ...common,
            placeholder: field.usual ?? field.example ?? "",
            value: text,
            ...(field.kind === "secret" ? {type: "password", autocomplete: "new-password"} : {}),
            ...(field.kind === "count" ? {type: "number", min: "1"} : {}),
        });
    return h(
        "label",
        {class: "field"},
        h("span", {}, t(field.label)),
        made,
        hint ? h("small", {class: "note"}, t(hint)) : null,
    );
}
