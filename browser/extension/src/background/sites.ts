/** In which pages the content script runs: where the person has allowed it, less where it is switched off. */

import type {PageOrders} from "../shared/messages.ts";
import {isListed, type Settings} from "../shared/settings.ts";

const SCRIPT = "numbers";
export const PAGE_FILE = "page.js";
export const PAGE_STYLE = "page.css";

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

/** The match patterns of a host and those below it. */
export function patterns(host: string): string[] {
    return isAddress(host) ? [`*://${host}/*`] : [`*://${host}/*`, `*://*.${host}/*`];
}

const hostOf = (url: string): string => {
    try {
        return new URL(url).hostname;
    } catch {
        return "";
    }
};

/** What the content script is to do in a page of this host. */
export function ordersFor(host: string, settings: Settings): PageOrders {
    // The server's own pages have their own links, and the token is theirs to make.
    const off = host === "" || host === hostOf(settings.server) || isListed(host, settings.sitesOff);
    return {
        kind: "orders",
        findNumbers: !off && settings.findNumbers,
        takeTelLinks: !off && settings.takeTelLinks,
        country: settings.country,
    };
}

/** Brings registration and open pages in line with permissions and settings. */
export async function arrange(settings: Settings): Promise<void> {
    const granted = (await chrome.permissions.getAll()).origins ?? [];
    const server = hostOf(settings.server);
    const matches = granted.filter((pattern) => server === "" || !patterns(server).includes(pattern));
    const excludeMatches = [...settings.sitesOff, ...(server === "" ? [] : [server])].flatMap(patterns);
    const known = await chrome.scripting.getRegisteredContentScripts({ids: [SCRIPT]});
    const wanted = matches.length > 0 && (settings.findNumbers || settings.takeTelLinks);
    if (known.length > 0) {
        await chrome.scripting.unregisterContentScripts({ids: [SCRIPT]});
    }
    if (wanted) {
        await chrome.scripting.registerContentScripts([
            {
                id: SCRIPT,
                matches,
                excludeMatches,
                js: [PAGE_FILE],
                css: [PAGE_STYLE],
                allFrames: true,
                matchOriginAsFallback: true,
                runAt: "document_idle",
            },
        ]);
    }
    const open = granted.length > 0 ? await chrome.tabs.query({url: granted}) : [];
    await Promise.all(open.map((tab) => tell(tab, settings, wanted)));
}

async function tell(tab: chrome.tabs.Tab, settings: Settings, wanted: boolean): Promise<void> {
    if (tab.id === undefined) {
        return;
    }
    const orders = ordersFor(hostOf(tab.url ?? ""), settings);
    try {
        if (wanted && (orders.findNumbers || orders.takeTelLinks)) {
            const target = {tabId: tab.id, allFrames: true};
            await chrome.scripting.insertCSS({target, files: [PAGE_STYLE]});
            await chrome.scripting.executeScript({target, files: [PAGE_FILE]}); // one that runs already is left alone
        }
        await chrome.tabs.sendMessage(tab.id, orders);
    } catch {
        // a page that was never allowed, or is gone
    }
}
