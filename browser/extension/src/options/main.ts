/** The settings: server and token, numbers, sites. What is not about the server holds as soon as it is changed. */

import {Server, ServerError} from "../background/server.ts";
import {managedSettings, settings} from "../background/store.ts";
import {MAX_SITES, type ManagedName, type Settings, serverOrigin, siteHost} from "../shared/settings.ts";
import {t, translatePage} from "../shared/text.ts";
import {fillCountries} from "./countries.ts";

const $ = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;

const EVERYWHERE = {origins: ["*://*/*"]};

const server = $<HTMLInputElement>("server");
const token = $<HTMLInputElement>("token");
const terminal = $<HTMLSelectElement>("terminal");

function say(text: string, good: boolean): void {
    $("outcome").textContent = text;
    $("outcome").className = good ? "good" : "bad";
}

/** The phones that a token is good for, so that nobody types an id. */
async function showPhones(now: Settings): Promise<void> {
    while (terminal.options.length > 1) {
        terminal.remove(1);
    }
    const known = now.terminal === "" ? [] : [{id: now.terminal, name: ""}];
    let phones = known;
    if (now.server !== "" && now.token !== "") {
        try {
            phones = await new Server(now.server, now.token).terminals();
        } catch {
            // the outcome of Connect says why
        }
    }
    for (const {id, name} of phones.length > 0 ? phones : known) {
        terminal.add(new Option([id, name].filter(Boolean).join(" \u00b7 "), id));
    }
    terminal.value = now.terminal;
}

function why(error: unknown): string {
    const code = error instanceof ServerError ? error.code : "";
    const names: Record<string, string> = {
        network: "serverNotReached",
        unavailable: "serverNotReached",
        "not-authenticated": "problemToken",
        "not-offhook": "problemNotOffhook",
    };
    const name = names[code];
    return name !== undefined ? t(name) : (error as Error).message || t("problemUnknown");
}

async function connect(): Promise<void> {
    let origin: string;
    try {
        origin = serverOrigin(server.value);
    } catch (error) {
        say(t((error as Error).message), false);
        server.focus();
        return;
    }
    // A browser takes this for a click only at once. With it no setting is needed at the server (no CORS).
    const {protocol, hostname} = new URL(origin);
    if (!(await chrome.permissions.request({origins: [`${protocol}//${hostname}/*`]}))) {
        say(t("serverNotAllowed"), false);
        return;
    }
    const stored = await settings();
    const secret = token.value.trim() || (stored.server === origin ? stored.token : "");
    if (!/^[\x21-\x7e]{1,512}$/.test(secret)) {
        say(t("tokenMissing"), false);
        token.focus();
        return;
    }
    say(t("connecting"), true);
    try {
        const me = await new Server(origin, secret).me();
        await chrome.storage.local.set({server: origin, token: secret, terminal: terminal.value});
        server.value = origin;
        token.value = "";
        await show();
        say(t("connectedAs", me.user, terminal.value || me.terminal || "-"), true);
        await chrome.runtime.sendMessage({kind: "retry"});
    } catch (error) {
        say(why(error), false);
    }
}

function siteItem(host: string, label: string, remove: () => Promise<unknown>): HTMLLIElement {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = host;
    const button = document.createElement("button");
    button.textContent = t("remove");
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => void remove().then(showSites));
    item.append(name, button);
    return item;
}

async function showSites(): Promise<void> {
    const now = await settings();
    const origins = (await chrome.permissions.getAll()).origins ?? [];
    const everywhere = await chrome.permissions.contains(EVERYWHERE);
    $<HTMLInputElement>("everywhere").checked = everywhere;
    const host = now.server === "" ? "" : new URL(now.server).hostname;
    const hosts = [
        ...new Set(origins.map((origin) => origin.replace(/^[^:]+:\/\/(?:\*\.)?/, "").replace(/\/.*$/, ""))),
    ];
    const on = hosts.filter((one) => one !== "*" && one !== host);
    $("someSites").hidden = everywhere || on.length === 0;
    $("sitesOn").replaceChildren(
        ...on.map((one) =>
            siteItem(one, t("removeSite", one), () =>
                chrome.permissions.remove({
                    origins: origins.filter(
                        (origin) => origin.includes(`//${one}/`) || origin.includes(`//*.${one}/`),
                    ),
                }),
            ),
        ),
    );
    const managed = (await managedSettings()).sitesOff;
    const fixed = new Set(Array.isArray(managed) ? managed : []);
    $("sitesOff").replaceChildren(
        ...now.sitesOff.map((one) => {
            const item = siteItem(one, t("removeSite", one), () =>
                chrome.storage.local.set({sitesOff: now.sitesOff.filter((other) => other !== one)}),
            );
            if (fixed.has(one)) {
                item.querySelector("button")?.remove();
            }
            return item;
        }),
    );
}

async function addSite(): Promise<void> {
    const input = $<HTMLInputElement>("site");
    try {
        const host = siteHost(input.value);
        const {sitesOff} = await settings();
        if (sitesOff.length >= MAX_SITES) {
            throw new Error("sitesTooMany");
        }
        await chrome.storage.local.set({sitesOff: [...new Set([...sitesOff, host])]});
        input.value = "";
        $("siteProblem").textContent = "";
        await showSites();
    } catch (error) {
        $("siteProblem").textContent = t((error as Error).message);
    }
}

async function showKeys(): Promise<void> {
    const commands = await chrome.commands.getAll();
    $("keys").replaceChildren(
        ...commands.map(({name, description, shortcut}) => {
            const item = document.createElement("li");
            const what = document.createElement("span");
            what.textContent = name === "_execute_action" ? t("commandOpen") : (description ?? "");
            const key = document.createElement("kbd");
            key.textContent = shortcut || t("keyNone");
            item.append(what, key);
            return item;
        }),
    );
}

async function show(): Promise<void> {
    const [now, managed] = [await settings(), await managedSettings()];
    const fixed = (name: ManagedName): boolean => managed[name] !== undefined;
    if (server.value === "") {
        server.value = now.server; // who is quick has typed already
    }
    server.disabled = fixed("server");
    token.placeholder = now.token === "" ? "" : t("tokenKept");
    $("forget").hidden = now.token === "";
    $("managed").hidden = Object.keys(managed).length === 0;
    await showPhones(now);
    terminal.disabled = fixed("terminal");
    const country = $<HTMLSelectElement>("country");
    country.value = now.country;
    country.disabled = fixed("country");
    for (const name of ["findNumbers", "takeTelLinks"] as const) {
        const box = $<HTMLInputElement>(name);
        box.checked = now[name];
        box.disabled = fixed(name);
    }
    await showSites();
    await showKeys();
}

translatePage();
document.title = t("settingsTitle");
fillCountries($<HTMLSelectElement>("country"));
$("account").addEventListener("submit", (event) => {
    event.preventDefault();
    void connect();
});
$("forget").addEventListener("click", () => {
    void chrome.storage.local
        .remove("token")
        .then(show)
        .then(() => say(t("forgotten"), true));
});
terminal.addEventListener("change", () => void chrome.storage.local.set({terminal: terminal.value}));
$("country").addEventListener("change", () => {
    void chrome.storage.local.set({country: $<HTMLSelectElement>("country").value});
});
for (const name of ["findNumbers", "takeTelLinks"] as const) {
    $(name).addEventListener(
        "change",
        () => void chrome.storage.local.set({[name]: $<HTMLInputElement>(name).checked}),
    );
}
$("everywhere").addEventListener("change", () => {
    const wanted = $<HTMLInputElement>("everywhere").checked;
    void (wanted ? chrome.permissions.request(EVERYWHERE) : chrome.permissions.remove(EVERYWHERE))
        .catch(() => false)
        .then(showSites);
});
$("addSite").addEventListener("submit", (event) => {
    event.preventDefault();
    void addSite();
});
void show();
