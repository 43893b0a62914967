/** The pop-up's part about the page beneath it: find numbers on this site or not, and the numbers as a list. */

import {patterns} from "../background/sites.ts";
import {settings} from "../background/store.ts";
import {cleanNumber} from "../shared/messages.ts";
import {isListed} from "../shared/settings.ts";
import {t} from "../shared/text.ts";

const $ = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;

function hostOf(url: string | undefined): string {
    try {
        const {protocol, hostname} = new URL(url ?? "");
        return protocol === "https:" || protocol === "http:" ? hostname : "";
    } catch {
        return "";
    }
}

export async function showSite(dial: (number: string) => Promise<unknown>): Promise<void> {
    const [tab] = await chrome.tabs.query({active: true, lastFocusedWindow: true});
    const host = hostOf(tab?.url);
    if (host === "" || tab?.id === undefined) {
        return;
    }
    const {sitesOff, server} = await settings();
    if (host === hostOf(server)) {
        return;
    }
    const box = $<HTMLInputElement>("site");
    $("page").hidden = false;
    $("siteText").textContent = t("siteSwitch", host);
    const allowed = await chrome.permissions.contains({origins: patterns(host)});
    box.checked = allowed && !isListed(host, sitesOff);
    box.addEventListener("change", () => void change(host, box));
    if (box.checked) {
        await showNumbers(tab.id, dial);
    }
}

async function change(host: string, box: HTMLInputElement): Promise<void> {
    const on = box.checked;
    // Asked first: a browser takes it for a click only at once.
    if (on && !(await chrome.permissions.request({origins: patterns(host)}))) {
        box.checked = false;
        return;
    }
    const stored = (await chrome.storage.local.get("sitesOff")).sitesOff;
    const others = (Array.isArray(stored) ? stored : []).filter(
        (site) => typeof site === "string" && !isListed(host, [site]),
    );
    await chrome.storage.local.set({sitesOff: on ? others : [...others, host]});
}

/** Each number as a button: for the keyboard and for a screen reader, which cannot go into a painted underline. */
async function showNumbers(tabId: number, dial: (number: string) => Promise<unknown>): Promise<void> {
    let found: unknown;
    try {
        found = ((await chrome.tabs.sendMessage(tabId, {kind: "list"}, {frameId: 0})) as {numbers?: unknown})
            .numbers;
    } catch {
        return;
    }
    const numbers = (Array.isArray(found) ? found : []).flatMap((one: {number?: unknown; text?: unknown}) => {
        const number = cleanNumber(one.number);
        return number === null ? [] : [{number, text: cleanNumber(one.text) ?? number}];
    });
    $("found").hidden = numbers.length === 0;
    $("foundText").textContent = t("foundNumbers", String(numbers.length));
    for (const {number, text} of numbers) {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.textContent = text;
        button.setAttribute("aria-label", t("callNumber", text));
        button.addEventListener("click", (event) => {
            if (event.isTrusted) {
                void dial(number);
            }
        });
        item.append(button);
        $("numbers").append(item);
    }
}
