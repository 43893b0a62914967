/** The background: alone has the token and talks to the server. Everything else asks it, by messages. */

import {
    cleanNumber,
    type Outcome,
    type OwnRequest,
    readOwnRequest,
    readPageRequest,
} from "../shared/messages.ts";
import {t} from "../shared/text.ts";
import {showBadge} from "./badge.ts";
import {Clicks} from "./clicks.ts";
import {Connection} from "./connection.ts";
import {note} from "./note.ts";
import {ServerError} from "./server.ts";
import {arrange, ordersFor} from "./sites.ts";
import {closeStorage, settings} from "./store.ts";
import {POPUP, type View, viewOf} from "./view.ts";

const MENU = "call-selection";
const ALARM = "connect";

const clicks = new Clicks();
const popups = new Set<chrome.runtime.Port>();
const connection = new Connection(changed);
let lastProblem = "";

function view(): View {
    return viewOf(connection, lastProblem);
}

function changed(): void {
    const shown = view();
    void showBadge(shown);
    for (const popup of popups) {
        popup.postMessage(shown);
    }
}

/** Why something failed, in a sentence. */
function inWords(error: unknown): string {
    if (!(error instanceof ServerError)) {
        return t("problemUnknown");
    }
    switch (error.code) {
        case "network":
        case "unavailable":
            return t("problemNetwork");
        case "not-authenticated":
            return t("problemLogin");
        case "not-offhook":
            return t("problemNotOffhook");
        default:
            return error.message || t("problemUnknown");
    }
}

async function dial(number: string, tabId?: number): Promise<Outcome> {
    const {terminal} = await started();
    let outcome: Outcome;
    if (connection.server === null) {
        outcome = {ok: false, problem: t("problemUnset")};
    } else {
        try {
            await connection.server.dial(terminal, number);
            outcome = {ok: true, text: t("noteCalling", number)};
        } catch (error) {
            outcome = {ok: false, problem: inWords(error)};
        }
    }
    lastProblem = outcome.ok ? "" : outcome.problem;
    changed();
    await note(tabId, outcome.ok ? outcome.text : outcome.problem, !outcome.ok);
    return outcome;
}

async function command(request: Extract<OwnRequest, {kind: "command"}>): Promise<Outcome> {
    await started();
    try {
        await connection.server?.command(request.command, request.call);
        lastProblem = "";
    } catch (error) {
        lastProblem = inWords(error);
    }
    changed();
    return lastProblem === "" ? {ok: true, text: ""} : {ok: false, problem: lastProblem};
}

/** Asks in a window of the browser, which no page can lay anything over. */
async function ask(number: string, site: string): Promise<void> {
    const query = new URLSearchParams({number, site});
    await chrome.windows.create({
        url: chrome.runtime.getURL(`confirm.html?${query}`),
        type: "popup",
        width: 420,
        height: 260,
        focused: true,
    });
}

/** Whether a message comes from a page of the extension itself. Other extensions cannot reach us at all. */
const isOwn = (sender: chrome.runtime.MessageSender): boolean =>
    sender.id === chrome.runtime.id && (sender.url ?? "").startsWith(chrome.runtime.getURL(""));

/** A frame belongs to the page that the person sees: what holds there holds in its frames. */
const hostOf = (sender: chrome.runtime.MessageSender): string => {
    try {
        return new URL(sender.tab?.url ?? sender.url ?? "").hostname;
    } catch {
        return "";
    }
};

async function fromPage(message: unknown, sender: chrome.runtime.MessageSender): Promise<unknown> {
    const request = readPageRequest(message);
    if (request === null || sender.tab?.id === undefined || sender.id !== chrome.runtime.id) {
        return null;
    }
    const orders = ordersFor(hostOf(sender), await started());
    if (request.kind === "page-hello") {
        return orders;
    }
    if (!orders.findNumbers && !orders.takeTelLinks) {
        return null; // switched off since
    }
    const verdict = clicks.judge(Date.now(), request.seen);
    if (verdict === "dial") {
        await dial(request.number, sender.tab.id);
    } else if (verdict === "ask") {
        await ask(request.number, hostOf(sender));
    }
    return null;
}

async function fromOwnPage(message: unknown): Promise<Outcome | null> {
    const request = readOwnRequest(message);
    switch (request?.kind) {
        case "dial":
            return dial(request.number);
        case "command":
            return command(request);
        case "retry":
            connection.retry(await settings());
            return null;
        default:
            return null;
    }
}

/** Calls what is selected in a tab. A menu and a key are the browser's: no page can press them. */
async function callSelection(tab: chrome.tabs.Tab | undefined, selected?: string): Promise<void> {
    let text: unknown = selected;
    if (text === undefined && tab?.id !== undefined) {
        try {
            const [found] = await chrome.scripting.executeScript({
                target: {tabId: tab.id},
                func: () => String(getSelection() ?? ""),
            });
            text = found?.result;
        } catch {
            return; // a page of the browser itself
        }
    }
    const number = cleanNumber(text);
    if (number === null) {
        await note(tab?.id, t("noteSelect"), true);
    } else {
        await dial(number, tab?.id);
    }
}

async function started(): ReturnType<typeof settings> {
    const now = await settings();
    connection.use(now);
    return now;
}

/** One after the other: registering while another registration is under way fails. */
let arranging: Promise<void> = Promise.resolve();

function arrangeAnew(): void {
    arranging = arranging.then(async () => arrange(await started())).catch(() => undefined);
}

chrome.runtime.onMessage.addListener((message: unknown, sender, answer) => {
    void (isOwn(sender) ? fromOwnPage(message) : fromPage(message, sender)).then(answer, () => answer(null));
    return true;
});

chrome.runtime.onConnect.addListener((port) => {
    if (port.name !== POPUP || port.sender === undefined || !isOwn(port.sender)) {
        port.disconnect();
        return;
    }
    popups.add(port);
    port.onDisconnect.addListener(() => popups.delete(port));
    void started().then(() => port.postMessage(view()));
});

chrome.runtime.onInstalled.addListener((details) => {
    chrome.contextMenus.removeAll(() => {
        chrome.contextMenus.create({id: MENU, title: t("menuCall", "%s"), contexts: ["selection"]});
    });
    void settings().then((now) => {
        if (details.reason === "install" && now.token === "") {
            void chrome.runtime.openOptionsPage();
        }
    });
    arrangeAnew();
});

chrome.contextMenus.onClicked.addListener((info, tab) => {
    if (info.menuItemId === MENU) {
        void callSelection(tab, info.selectionText ?? "");
    }
});

chrome.commands.onCommand.addListener((name, tab) => {
    if (name === MENU) {
        void callSelection(tab);
    }
});

chrome.runtime.onStartup.addListener(arrangeAnew);
chrome.permissions.onAdded.addListener(arrangeAnew);
chrome.permissions.onRemoved.addListener(arrangeAnew);
chrome.storage.onChanged.addListener(arrangeAnew);

// What the browser has ended all the same comes back within a minute.
void chrome.alarms.create(ALARM, {periodInMinutes: 1});
chrome.alarms.onAlarm.addListener(() => void started());

void closeStorage().catch(() => undefined);
void started();
