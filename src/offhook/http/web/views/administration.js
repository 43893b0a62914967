/** For administrators: what is there, who may what, and why a number goes where it goes. */

import {command, query, request} from "../api.js";
import {fill, h} from "../dom.js";
import {ask, notLoaded, toast, tried} from "../parts/notices.js";
import {table} from "../parts/table.js";
import {happening, moment, other, partyName} from "../phrases.js";
import {t} from "../words.js";
import {groups, outside} from "./outside.js";
import {provisioned} from "./provisioned.js";

/** @typedef {{name: string, administrator: boolean, terminals: string[], watches: string[], source: string, automatic: boolean}} User */
/** @typedef {import("../shell.js").Site} Site */

/** @type {[string, string, (site: Site) => Promise<(Node | null)[]>][]} */
const PAGES = [
    ["health", "Health", health],
    ["users", "Users", users],
    ["phones", "Phones", phones],
    ["groups", "Groups", groups],
    ["outside", "Outside", outside],
    ["live", "Live calls", live],
    ["rules", "Dial rules", rules],
    ["audit", "Audit", audit],
];

/** Show the page anew, with what is now. */
const again = () => window.dispatchEvent(new HashChangeEvent("hashchange"));

/** @param {Site} site */
export function administration(site) {
    const asked = location.hash.split("/")[2] ?? "health";
    const page = PAGES.find(([name]) => name === asked) ?? PAGES[0];
    const content = h("div", {}, h("p", {class: "empty"}, t("Loading …")));
    if (page)
        void tried(page[2](site)).then((made) => {
            if (!site.signal.aborted) fill(content, made ?? notLoaded(again));
        });
    return h(
        "div",
        {},
        h("h1", {}, t("Administration")),
        h(
            "nav",
            {class: "tabs", "aria-label": t("Administration")},
            PAGES.map(([name, text]) =>
                h(
                    "button",
                    {
                        class: "small",
                        "aria-pressed": String(name === page?.[0]),
                        onclick: () => {
                            location.hash = `#/admin/${name}`;
                        },
                    },
                    t(text),
                ),
            ),
        ),
        content,
    );
}

async function health() {
    const now = await request("GET", "/admin/health");
    /** @type {[string, string][]} */
    const rows = [
        [t("Version"), now.version],
        [t("Running since"), moment(now.started)],
        [t("Phones connected"), `${now.in_service} / ${now.terminals}`],
        [t("Calls now"), String(now.calls)],
        [t("Pages and programs that listen"), String(now.streams)],
    ];
    /** @type {(string | {text?: string, fix?: string})[]} */
    const problems = now.problems ?? [];
    return [
        h(
            "section",
            {},
            table(
                [t("What"), t("State")],
                rows.map(([name, value]) => [name, value]),
                "",
            ),
        ),
        h(
            "section",
            {},
            h("h2", {}, t("Problems")),
            problems.length
                ? h(
                      "ul",
                      {class: "list"},
                      problems.map((one) =>
                          h(
                              "li",
                              {},
                              h(
                                  "span",
                                  {class: "bad"},
                                  typeof one === "string"
                                      ? one
                                      : [one.text, one.fix].filter(Boolean).join(" "),
                              ),
                          ),
                      ),
                  )
                : h("p", {class: "good"}, t("None.")),
        ),
    ];
}

/** @param {Site} site */
async function users(site) {
    /** @type {User[]} */
    const all = (await request("GET", "/admin/users")).users;
    const rows = all.map((user) => [
        h("b", {}, user.name),
        user.administrator ? t("yes") : "",
        user.terminals.join(", "),
        user.watches.join(", "),
        user.source,
        h(
            "div",
            {class: "row"},
            h(
                "button",
                {
                    class: "small",
                    onclick: async () => {
                        if (await edit(user)) again();
                    },
                },
                t("Change …"),
            ),
            h(
                "button",
                {
                    class: "small",
                    onclick: () =>
                        void tried(
                            request("POST", `/admin/users/${encodeURIComponent(user.name)}/logout`, {}).then(
                                () => toast(t("{name} is logged out everywhere.", {name: user.name})),
                            ),
                        ),
                },
                t("Log out"),
            ),
            user.name === site.state.me.user
                ? null
                : h(
                      "button",
                      {
                          class: "small danger",
                          onclick: async () => {
                              if (await remove(user)) again();
                          },
                      },
                      t("Remove …"),
                  ),
        ),
    ]);
    return [
        h(
            "section",
            {},
            h(
                "button",
                {
                    class: "main",
                    onclick: async () => {
                        if (await edit(undefined)) again();
                    },
                },
                t("Add a user …"),
            ),
        ),
        h(
            "section",
            {},
            table(
                [t("User"), t("Administrator"), t("Own phones"), t("May watch"), t("From"), ""],
                rows,
                t("No users yet."),
            ),
        ),
    ];
}

/** @param {User | undefined} user */
async function edit(user) {
    const words = (/** @type {FormDataEntryValue | null} */ value) =>
        String(value ?? "")
            .split(/[\s,]+/)
            .filter(Boolean);
    const data = await ask(
        user ? t("Change {name}", {name: user.name}) : t("Add a user"),
        [
            user
                ? null
                : h(
                      "label",
                      {class: "field"},
                      h("span", {}, t("User")),
                      h("input", {name: "name", required: true, autocomplete: "off", maxlength: "128"}),
                  ),
            h(
                "label",
                {class: "field"},
                h("span", {}, user ? t("New password (empty: as it is)") : t("Password")),
                h("input", {
                    name: "password",
                    type: "password",
                    autocomplete: "new-password",
                    required: !user,
                }),
            ),
            h(
                "label",
                {class: "field"},
                h("span", {}, t("Own phones (numbers, or * for all)")),
                h("input", {name: "terminals", value: user?.terminals.join(", ") ?? ""}),
            ),
            h(
                "label",
                {class: "field"},
                h("span", {}, t("May watch (numbers, or * for all)")),
                h("input", {name: "watches", value: user?.watches.join(", ") ?? ""}),
            ),
            h(
                "label",
                {class: "check"},
                h("input", {type: "checkbox", name: "administrator", checked: user?.administrator}),
                t("Administrator"),
            ),
        ],
        t("Save"),
    );
    if (!data) return false;
    /** @type {Record<string, unknown>} */
    const body = {
        administrator: data.get("administrator") !== null,
        terminals: words(data.get("terminals")),
        watches: words(data.get("watches")),
    };
    if (data.get("password")) body.password = data.get("password");
    const done = await tried(
        (user
            ? request("PATCH", `/admin/users/${encodeURIComponent(user.name)}`, body)
            : request("POST", "/admin/users", {name: String(data.get("name")).trim(), ...body})
        ).then(() => true),
    );
    if (done) toast(t("Saved"));
    return done ?? false;
}

/** @param {User} user */
async function remove(user) {
    if (
        !(await ask(
            t("Remove {name}?", {name: user.name}),
            [h("p", {}, t("The person cannot log in any more. Past calls stay."))],
            t("Remove"),
            {danger: true},
        ))
    )
        return false;
    return (
        (await tried(request("DELETE", `/admin/users/${encodeURIComponent(user.name)}`).then(() => true))) ??
        false
    );
}

async function phones() {
    /** @type {import("../api.js").Terminal[]} */
    const all = (await request("GET", "/admin/terminals")).terminals;
    return [
        h(
            "section",
            {},
            table(
                [t("Phone"), t("Name"), t("State"), t("Forwarded"), t("Missed")],
                all.map((one) => [
                    h("b", {class: "number"}, one.id),
                    one.name,
                    h(
                        "span",
                        {class: one.in_service ? "good" : "bad"},
                        one.in_service
                            ? one.do_not_disturb
                                ? t("Do not disturb")
                                : t("Registered")
                            : one.problem
                              ? t("Not connected: {problem}", {problem: one.problem})
                              : t("Not connected"),
                    ),
                    one.forwardings.map((each) => each.address).join(", "),
                    String(one.missed || ""),
                ]),
                t("No phones yet. Add one: offhook terminal add 4000 --name Kim"),
            ),
        ),
        await provisioned(all),
    ];
}

/** @param {Site} site */
async function live(site) {
    /** @type {import("../api.js").Call[]} */
    const all = (await request("GET", "/admin/calls")).calls;
    const timer = setTimeout(again, 5_000);
    site.signal.addEventListener("abort", () => clearTimeout(timer));
    return [
        h(
            "section",
            {},
            table(
                [t("Phone"), t("With"), t("What happens"), t("Since"), ""],
                all.map((one) => [
                    one.terminal,
                    partyName(other(one)),
                    happening(one),
                    moment(one.started),
                    h(
                        "button",
                        {
                            class: "small danger",
                            onclick: () => void tried(command(one.id, "drop").then(again)),
                        },
                        t("Drop"),
                    ),
                ]),
                t("Nobody is in a call."),
            ),
        ),
    ];
}

async function rules() {
    const shown = h("section", {});
    const number = h("input", {
        name: "number",
        required: true,
        inputmode: "tel",
        autocomplete: "off",
        placeholder: "+82 2 568 3848",
    });
    const user = h("input", {name: "user", autocomplete: "off"});
    const terminal = h("input", {name: "terminal", autocomplete: "off"});
    const form = h(
        "form",
        {
            class: "sheet",
            onsubmit: async (/** @type {Event} */ event) => {
                event.preventDefault();
                const answer = await tried(
                    request("POST", "/admin/dial-rules/test", {
                        user: user.value.trim(),
                        terminal: terminal.value.trim(),
                        number: number.value.trim(),
                    }),
                );
                if (!answer) return;
                /** @type {unknown[]} */
                const steps = answer.steps ?? [];
                fill(
                    shown,
                    h(
                        "div",
                        {class: "sheet"},
                        h(
                            "p",
                            {class: answer.allowed ? "good" : "bad"},
                            h(
                                "b",
                                {},
                                answer.allowed
                                    ? t("{number} is dialled as {dialled}", {
                                          number: answer.shown || answer.number,
                                          dialled: answer.dialled,
                                      })
                                    : t("This number is refused: {reason}", {reason: answer.reason || ""}),
                            ),
                        ),
                        h(
                            "ol",
                            {},
                            steps.map((step) =>
                                h(
                                    "li",
                                    {},
                                    typeof step === "string"
                                        ? step
                                        : Object.values(/** @type {object} */ (step)).join(": "),
                                ),
                            ),
                        ),
                    ),
                );
            },
        },
        h("label", {class: "field"}, h("span", {}, t("Number")), number),
        h("label", {class: "field"}, h("span", {}, t("User (may be empty)")), user),
        h("label", {class: "field"}, h("span", {}, t("Phone (may be empty)")), terminal),
        h("div", {class: "row"}, h("button", {class: "main"}, t("Try it"))),
    );
    return [
        h("section", {}, h("p", {class: "note"}, t("What would become of a number, without calling it."))),
        h("section", {}, form),
        shown,
    ];
}

async function audit() {
    const rows = h("section", {});
    /** @type {Record<string, unknown>[]} */
    let entries = [];
    /** @type {unknown} */
    let next;
    const more = h("button", {onclick: () => void load()}, t("Earlier"));
    async function load() {
        const answer = await tried(
            request(
                "GET",
                `/admin/audit${query({limit: 100, cursor: next === undefined || next === null ? undefined : String(next)})}`,
            ),
        );
        if (!answer) return;
        entries = [...entries, ...answer.entries];
        next = answer.next;
        more.hidden = next === null;
        fill(
            rows,
            table(
                [t("When"), t("Who"), t("What"), t("Details")],
                entries.map((one) => {
                    const {at, time, user, event, ...rest} = one;
                    return [
                        moment(Number(at ?? time)),
                        String(user ?? ""),
                        String(event ?? ""),
                        h(
                            "span",
                            {class: "code"},
                            Object.entries(rest)
                                .filter(([, value]) => value !== "" && value !== null && value !== 0)
                                .map(
                                    ([name, value]) =>
                                        `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`,
                                )
                                .join(" "),
                        ),
                    ];
                }),
                t("Nothing yet."),
            ),
        );
    }
    await load();
    return [rows, h("section", {}, more)];
}
