/** The pop-up: dial, the calls of one's own phone with their buttons, and whether numbers are found on this site. */

import {POPUP, rings, type View} from "../background/view.ts";
import type {Outcome, OwnRequest} from "../shared/messages.ts";
import {t, translatePage} from "../shared/text.ts";
import {CallList} from "./calllist.ts";
import {showSite} from "./site.ts";

const $ = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;

const input = $<HTMLInputElement>("number");
const list = new CallList($("calls"), (command, call) => ask({kind: "command", command, call}));

async function ask(request: OwnRequest): Promise<Outcome | null> {
    const outcome: Outcome | null = await chrome.runtime.sendMessage(request);
    showProblem(outcome !== null && !outcome.ok ? outcome.problem : "");
    return outcome;
}

function showProblem(problem: string): void {
    $("problem").hidden = problem === "";
    $("problem").textContent = problem;
}

function statusText(view: View): string {
    if (view.status !== "connected") {
        return view.reason !== "" ? view.reason : t(`status_${view.status}`);
    }
    const phone = view.terminals[0];
    if (phone === undefined) {
        return t("statusNoPhone");
    }
    if (!phone.inService) {
        return phone.problem === "" ? t("statusOff") : t("statusProblem", phone.problem);
    }
    if (view.calls.some(rings)) {
        return t("statusRings");
    }
    return view.calls.length > 0 ? t("statusBusy") : t("statusReady");
}

function show(view: View): void {
    const phone = view.terminals[0];
    $("phone").textContent =
        phone === undefined ? "Offhook" : [phone.id, phone.name].filter(Boolean).join(" \u00b7 ");
    $("status").textContent = statusText(view);
    const ready = view.status === "connected" && (phone?.inService ?? false);
    $("dot").className = ready ? "good" : view.status === "connecting" ? "" : "bad";
    const helpless = view.status === "unset" || view.status === "login";
    $("help").hidden = !helpless && view.status !== "lost" && view.status !== "refused";
    $("setup").textContent = t(helpless ? "openSettings" : "retry");
    $("setup").dataset.does = helpless ? "settings" : "retry";
    $("dial").hidden = view.status === "unset";
    list.show(view.calls);
    const {ended} = view;
    $("ended").hidden = ended === null || view.calls.length > 0;
    $("ended").textContent =
        ended === null
            ? ""
            : t("ended", ended.other.name || ended.other.id, t(`cause_${ended.cause.replaceAll("-", "_")}`));
    showProblem(view.problem);
}

translatePage();
$("settings").addEventListener("click", () => void chrome.runtime.openOptionsPage().then(() => close()));
$("setup").addEventListener("click", () => {
    if ($("setup").dataset.does === "settings") {
        void chrome.runtime.openOptionsPage().then(() => close());
    } else {
        void ask({kind: "retry"});
    }
});
$("dial").addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.isTrusted && input.value.trim() !== "") {
        void ask({kind: "dial", number: input.value}).then((outcome) => {
            if (outcome?.ok) {
                input.value = "";
            }
        });
    }
});

function connect(): void {
    const port = chrome.runtime.connect({name: POPUP});
    port.onMessage.addListener((view: View) => show(view));
    port.onDisconnect.addListener(() => setTimeout(connect, 300)); // the browser ended the background
}

connect();
void showSite((number) => ask({kind: "dial", number}));
input.focus();
