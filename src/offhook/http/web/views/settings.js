/** What a person sets for the own pages, logins of programs, and links. */

import {request} from "../api.js";
import {fill, h} from "../dom.js";
import {ask, copy, notLoaded, toast, tried} from "../parts/notices.js";
import {moment} from "../phrases.js";
import {NAMES, t} from "../words.js";
import {saveFavourites} from "./home.js";
import {ownOffice} from "./outside.js";

/** @param {import("../shell.js").Site} site */
export function settings(site) {
    const {state} = site;
    const tokens = h("div", {});
    const favourites = h("div", {});
    const office = h("section", {hidden: true});
    void tried(ownOffice(state)).then((made) => {
        if (!made?.length || site.signal.aborted) return;
        fill(office, made);
        office.hidden = false;
    });

    /** @param {Record<string, unknown>} change @param {boolean} [anew] the words or colours of everything change */
    async function save(change, anew = false) {
        const saved = await tried(request("PATCH", "/settings", change));
        if (!saved) return;
        toast(t("Saved"));
        state.person({...state.me, settings: saved});
        if (anew) site.restart();
    }

    /**
     * @param {string} label @param {string[][]} options @param {string} value
     * @param {(value: string) => void} chosen
     */
    const choice = (label, options, value, chosen) =>
        h(
            "label",
            {class: "field"},
            h("span", {}, label),
            h(
                "select",
                {
                    onchange: (/** @type {Event} */ event) =>
                        chosen(/** @type {HTMLSelectElement} */ (event.target).value),
                },
                options.map(([id, text]) => h("option", {value: id, selected: id === value}, text)),
            ),
        );

    const mine = state.choosable;
    const now = state.me.settings;
    const general = h(
        "div",
        {class: "sheet"},
        mine.length > 1 &&
            choice(
                t("Phone to call from"),
                mine.map((one) => [one.id, [one.name, one.id].filter(Boolean).join(" ")]),
                state.own?.id ?? "",
                (id) => void save({default_terminal: id}),
            ),
        choice(
            t("Language"),
            NAMES.map(([id, text]) => [id ?? "", t(text ?? "")]),
            now.language,
            (id) => void save({language: id}, true),
        ),
        choice(
            t("Appearance"),
            [
                ["", t("As the system")],
                ["light", t("Light")],
                ["dark", t("Dark")],
            ],
            now.theme,
            (id) => void save({theme: id}, true),
        ),
        h(
            "label",
            {class: "check"},
            h("input", {
                type: "checkbox",
                checked: now.confirm_before_dial,
                onchange: (/** @type {Event} */ event) =>
                    void save({confirm_before_dial: /** @type {HTMLInputElement} */ (event.target).checked}),
            }),
            t("Ask before a number is called"),
        ),
    );

    function drawFavourites() {
        const all = state.me.settings.favourites;
        fill(
            favourites,
            all.length
                ? h(
                      "ul",
                      {class: "list"},
                      all.map((one) =>
                          h(
                              "li",
                              {},
                              h(
                                  "div",
                                  {class: "two"},
                                  h("b", {}, one.name),
                                  h("div", {class: "quiet number"}, one.number),
                              ),
                              h(
                                  "button",
                                  {
                                      class: "small danger",
                                      "aria-label": t("Remove {name}", {name: one.name}),
                                      onclick: () =>
                                          void saveFavourites(
                                              site,
                                              all.filter((each) => each !== one),
                                          ),
                                  },
                                  t("Remove"),
                              ),
                          ),
                      ),
                  )
                : h("p", {class: "quiet"}, t("None yet. Add them on Home, or by the star of a contact.")),
        );
    }

    async function drawTokens() {
        const answer = await tried(request("GET", "/tokens"));
        if (!answer) return fill(tokens, notLoaded(drawTokens));
        /** @type {{id: string, name: string, created: number, expires: number, current: boolean}[]} */
        const all = answer.tokens;
        fill(
            tokens,
            h(
                "ul",
                {class: "list"},
                all.map((one) =>
                    h(
                        "li",
                        {},
                        h(
                            "div",
                            {class: "two"},
                            h("b", {}, one.name || t("Login")),
                            one.current ? h("span", {class: "good"}, ` ${t("this one")}`) : null,
                            h("div", {class: "quiet"}, t("until {when}", {when: moment(one.expires)})),
                        ),
                        one.current
                            ? null
                            : h(
                                  "button",
                                  {
                                      class: "small danger",
                                      onclick: async () => {
                                          await tried(
                                              request("DELETE", `/tokens/${encodeURIComponent(one.id)}`),
                                          );
                                          await drawTokens();
                                      },
                                  },
                                  t("End"),
                              ),
                    ),
                ),
            ),
        );
    }

    async function makeToken() {
        const data = await ask(
            t("A token for a program"),
            [
                h(
                    "p",
                    {class: "note"},
                    t("The browser extension, a CRM or a script logs in with it as you. It is shown once."),
                ),
                h(
                    "label",
                    {class: "field"},
                    h("span", {}, t("Name")),
                    h("input", {
                        name: "name",
                        required: true,
                        maxlength: "64",
                        placeholder: t("Browser at my desk"),
                    }),
                ),
                h(
                    "label",
                    {class: "field"},
                    h("span", {}, t("Days that it is good for")),
                    h("input", {
                        name: "days",
                        type: "number",
                        min: "1",
                        max: "3650",
                        value: "365",
                        required: true,
                    }),
                ),
            ],
            t("Make it"),
        );
        if (!data) return;
        const made = await tried(
            request("POST", "/tokens", {
                name: String(data.get("name")).trim(),
                days: Number(data.get("days")),
            }),
        );
        if (!made) return;
        await drawTokens();
        if (
            await ask(
                t("Your token"),
                [
                    h("p", {class: "note"}, t("Copy it now: it is not shown again.")),
                    h(
                        "textarea",
                        {class: "code", readonly: true, rows: "3", "aria-label": t("Your token")},
                        made.token,
                    ),
                ],
                t("Copy"),
            )
        )
            await copy(made.token);
    }

    function takeLinks() {
        try {
            navigator.registerProtocolHandler("tel", `${location.origin}/?tel=%s`);
            toast(
                t(
                    "Now confirm it in the browser. A click on a number then opens this page with it; you press Call.",
                ),
            );
        } catch {
            toast(
                t(
                    "This browser does not let a page take tel: links, or not from here. Use the browser extension.",
                ),
                true,
            );
        }
    }

    state.addEventListener("me", drawFavourites, {signal: site.signal});
    drawFavourites();
    void drawTokens();
    return h(
        "div",
        {},
        h("h1", {}, t("Settings")),
        h("section", {}, h("h2", {}, t("General")), general),
        h("section", {}, h("h2", {}, t("Favourites")), favourites),
        office,
        h(
            "section",
            {},
            h("h2", {}, t("Links")),
            h(
                "div",
                {class: "sheet"},
                h("p", {}, t("Let this page take telephone links (tel:) of other pages.")),
                h("div", {class: "row"}, h("button", {onclick: takeLinks}, t("Take telephone links"))),
                "Notification" in window && Notification.permission === "default"
                    ? h(
                          "div",
                          {class: "row"},
                          h(
                              "button",
                              {onclick: () => void Notification.requestPermission()},
                              t("Tell me of missed calls"),
                          ),
                      )
                    : null,
            ),
        ),
        h(
            "section",
            {},
            h("h2", {}, t("Logins and programs")),
            tokens,
            h(
                "div",
                {class: "row"},
                h("button", {onclick: () => void makeToken()}, t("Make a token for a program …")),
            ),
        ),
        h(
            "section",
            {},
            h(
                "div",
                {class: "row"},
                h("button", {class: "danger", onclick: () => void tried(site.logOut())}, t("Log out")),
                h("span", {class: "note"}, `${state.me.user} · Offhook ${state.me.server.version}`),
                h("a", {class: "note", href: "/api/v1/docs"}, "API"),
            ),
        ),
    );
}
