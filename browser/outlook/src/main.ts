/** The task pane in Outlook: numbers and people of the open item, a click dials; calls with Drop. */

import {Replica} from "../../extension/src/background/calls.ts";
import {Server, ServerError} from "../../extension/src/background/server.ts";
import {country, findNumbers} from "../../extension/src/numbers/finder.ts";
import {type Content, contentOf, type Item} from "./item.ts";
import {login, logout, numbersOf} from "./server.ts";
import {say, speak, type Word} from "./words.ts";

/** As much of Office.js as is used. */
declare const Office: {
    readonly context: {
        readonly displayLanguage: string;
        readonly mailbox: {
            readonly item: Item | null;
            addHandlerAsync(event: string, handler: () => void): void;
        };
    };
    readonly EventType: {readonly ItemChanged: string};
    onReady(): Promise<unknown>;
};

/** In the storage of the server's own origin, which a browser keeps apart for the pane in Outlook. */
const KEPT = "offhook.token";

const AGAIN_MS = 3_000;

const $ = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;

let token = localStorage.getItem(KEPT) ?? "";
let watching = new AbortController();
const home = country(document.querySelector<HTMLMetaElement>("meta[name=offhook-country]")?.content ?? "");
const server = (): Server => new Server(location.origin, token);

function problem(text: string): void {
    $("problem").textContent = text;
    $("said").textContent = "";
}

function failed(error: unknown): void {
    if (!(error instanceof ServerError)) {
        problem(say("unknown"));
    } else if (error.code === "not-authenticated" && token !== "") {
        leave();
        problem(error.message || say("again"));
    } else {
        problem(error.code === "network" ? say("network") : error.message || say("unknown"));
    }
}

async function dial(number: string): Promise<void> {
    problem("");
    try {
        await server().dial("", number);
        $("said").textContent = say("calling", number);
    } catch (error) {
        failed(error);
    }
}

function leave(): void {
    watching.abort();
    token = "";
    localStorage.removeItem(KEPT);
    show();
}

function show(): void {
    $("login").hidden = token !== "";
    $("pane").hidden = token === "";
    if (token !== "") {
        void watch();
        void read();
    }
}

function numberButton(list: HTMLElement, label: string, number: string): void {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.textContent = label;
    button.dataset.number = number;
    button.addEventListener("click", (event) => {
        if (event.isTrusted) {
            void dial(number);
        }
    });
    item.append(button);
    list.append(item);
}

async function read(): Promise<void> {
    const item = Office.context.mailbox.item;
    const content: Content = item === null ? {text: "", people: []} : await contentOf(item);
    const found = new Map<string, string>();
    for (const {start, end, number} of findNumbers(content.text, home)) {
        if (!found.has(number)) {
            found.set(number, content.text.slice(start, end));
        }
    }
    $("numbers").replaceChildren();
    $("none").hidden = found.size > 0;
    for (const [number, text] of found) {
        numberButton($("numbers"), text, number);
    }
    $("people").replaceChildren();
    $("peopleTitle").hidden = true;
    for (const {name, mail} of content.people) {
        for (const entry of await numbersOf(mail, name, token)) {
            $("peopleTitle").hidden = false;
            numberButton($("people"), `${entry.name} \u00b7 ${entry.text}`, entry.dialled);
        }
    }
}

async function watch(): Promise<void> {
    watching.abort();
    watching = new AbortController();
    const {signal} = watching;
    const replica = new Replica();
    let last = "";
    while (!signal.aborted) {
        try {
            await server().events("", last, signal, (event) => {
                last = event.id;
                replica.take(event.event, event.data);
                showCalls(replica);
            });
        } catch (error) {
            if (!signal.aborted && error instanceof ServerError && error.code === "not-authenticated") {
                failed(error);
                return;
            }
        }
        await new Promise((done) => setTimeout(done, AGAIN_MS * (0.5 + Math.random())));
    }
}

function showCalls(replica: Replica): void {
    $("calls").replaceChildren(
        ...replica.calls.map((call) => {
            const item = document.createElement("li");
            item.textContent = `${call.other.name || call.other.id} \u00b7 ${say(call.state as Word)} `;
            if (call.features.includes("drop")) {
                const button = document.createElement("button");
                button.className = "drop";
                button.textContent = say("drop");
                button.addEventListener("click", () => void server().command("drop", call.id).catch(failed));
                item.append(button);
            }
            return item;
        }),
    );
}

void Office.onReady().then(() => {
    speak(Office.context.displayLanguage);
    $("login").addEventListener("submit", (event) => {
        event.preventDefault();
        problem("");
        void login($<HTMLInputElement>("user").value, $<HTMLInputElement>("password").value)
            .then((made) => {
                token = made;
                localStorage.setItem(KEPT, made);
                $<HTMLInputElement>("password").value = "";
                show();
            })
            .catch(failed);
    });
    $("dial").addEventListener("submit", (event) => {
        event.preventDefault();
        const number = $<HTMLInputElement>("number").value.trim();
        if (event.isTrusted && number !== "") {
            void dial(number);
        }
    });
    $("logout").addEventListener("click", () => {
        void logout(token);
        leave();
    });
    // The pane can be pinned: it stays while the person goes from message to message.
    Office.context.mailbox.addHandlerAsync(Office.EventType.ItemChanged, () => void read());
    show();
});
