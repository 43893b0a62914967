/** The calls in the pop-up. A call's element stays while it lasts, so that the focus does. */

import type {Call} from "../background/calls.ts";
import {rings} from "../background/view.ts";
import type {CallCommand} from "../shared/messages.ts";
import {t} from "../shared/text.ts";

/** Answer before drop: the left one is what the hand goes to. */
const ORDER: readonly CallCommand[] = ["answer", "reject", "hold", "retrieve", "drop"];

const CLASSES: Partial<Record<CallCommand, string>> = {answer: "answer", drop: "drop"};

export class CallList {
    private items = new Map<string, HTMLLIElement>();
    private calls: readonly Call[] = [];

    constructor(
        private readonly list: HTMLElement,
        private readonly ask: (command: CallCommand, call: string) => Promise<unknown>,
    ) {
        setInterval(() => this.tick(), 1_000);
    }

    show(calls: readonly Call[]): void {
        this.calls = calls;
        for (const [id, item] of this.items) {
            if (!calls.some((call) => call.id === id)) {
                item.remove();
                this.items.delete(id);
            }
        }
        for (const call of calls) {
            this.showOne(call, this.items.get(call.id) ?? this.add(call));
        }
    }

    private add(call: Call): HTMLLIElement {
        const item = document.createElement("li");
        const who = document.createElement("div");
        who.className = "who";
        const state = document.createElement("div");
        state.className = "state quiet";
        state.setAttribute("role", "status");
        const time = document.createElement("span");
        time.className = "time quiet";
        const buttons = document.createElement("div");
        buttons.className = "row";
        item.append(who, state, time, buttons);
        this.list.append(item);
        this.items.set(call.id, item);
        return item;
    }

    private showOne(call: Call, item: HTMLLIElement): void {
        const {name, id} = call.other;
        item.classList.toggle("rings", rings(call));
        setText(item.querySelector(".who"), [name, id].filter(Boolean).join(" \u00b7 ") || t("unknownParty"));
        setText(item.querySelector(".state"), stateText(call));
        const buttons = item.querySelector(".row") as HTMLElement;
        const wanted = ORDER.filter((command) => call.features.includes(command) && !isSaid(command, call));
        for (const button of buttons.querySelectorAll("button")) {
            if (!wanted.some((command) => command === button.dataset.command)) {
                button.remove();
            }
        }
        // What stays is not moved: it would lose the focus.
        wanted.forEach((command, place) => {
            const at = buttons.children[place] ?? null;
            if ((at as HTMLElement | null)?.dataset.command !== command) {
                buttons.insertBefore(this.button(command, call.id), at);
            }
        });
        this.tick();
    }

    private button(command: CallCommand, call: string): HTMLButtonElement {
        const button = document.createElement("button");
        button.dataset.command = command;
        button.className = CLASSES[command] ?? "";
        button.textContent = t(`do_${command}`);
        button.addEventListener("click", (event) => {
            // Not disabled meanwhile: a button that is loses the focus.
            if (event.isTrusted && !button.hasAttribute("aria-busy")) {
                button.setAttribute("aria-busy", "true");
                void this.ask(command, call).finally(() => button.removeAttribute("aria-busy"));
            }
        });
        return button;
    }

    private tick(): void {
        for (const call of this.calls) {
            const since = call.connected;
            setText(
                this.items.get(call.id)?.querySelector(".time") ?? null,
                since === null ? "" : duration(Date.now() / 1000 - since),
            );
        }
    }
}

/** To drop what rings here is to decline it: one button is enough. */
const isSaid = (command: CallCommand, call: Call): boolean =>
    command === "drop" && rings(call) && call.features.includes("reject");

function setText(element: Element | null, text: string): void {
    if (element !== null && element.textContent !== text) {
        element.textContent = text; // a screen reader reads what changes
    }
}

function stateText(call: Call): string {
    if (rings(call)) {
        return t("state_incoming");
    }
    return call.held ? t("state_held") : t(`state_${call.state}`);
}

export function duration(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (value: number): string => String(value).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    return `${hours > 0 ? `${hours}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
