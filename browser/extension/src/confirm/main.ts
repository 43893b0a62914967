/** Asks whether to call a number that a page may have hidden. A window of the browser: no page can click here. */

import {cleanNumber, type Outcome} from "../shared/messages.ts";
import {t, translatePage} from "../shared/text.ts";

const $ = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

translatePage();
const query = new URLSearchParams(location.search);
const number = cleanNumber(query.get("number")) ?? "";
const yes = $("yes") as HTMLButtonElement;

$("question").textContent = t("confirmQuestion");
$("number").textContent = number;
$("why").textContent = t("confirmWhy", query.get("site") ?? "");
yes.disabled = number === "";
$("no").focus(); // Return must not call what nobody has read

$("no").addEventListener("click", () => close());
addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
        close();
    }
});
yes.addEventListener("click", (event) => {
    if (!event.isTrusted) {
        return;
    }
    yes.disabled = true;
    void chrome.runtime.sendMessage({kind: "dial", number}).then((outcome: Outcome | null) => {
        if (outcome?.ok) {
            close();
            return;
        }
        yes.disabled = false;
        $("problem").hidden = false;
        $("problem").textContent = outcome?.problem ?? t("problemUnknown");
    });
});
