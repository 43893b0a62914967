/** One line over a page, for a few seconds: what became of a click. */

const SHOWN_MS = 6_000;

/** Runs in the page, beside its scripts: text only, in a shadow root that they cannot look into. */
function show(text: string, bad: boolean, shownMs: number): void {
    const id = "offhook-note";
    document.getElementById(id)?.remove();
    const host = document.createElement("div");
    host.id = id;
    host.style.cssText =
        "all: initial !important; position: fixed !important; inset: auto 16px 16px auto !important; z-index: 2147483647 !important;";
    const root = host.attachShadow({mode: "closed"});
    const line = document.createElement("div");
    line.setAttribute("role", bad ? "alert" : "status");
    line.style.cssText = `font: 14px/1.4 system-ui, sans-serif; max-width: 360px; padding: 10px 14px; border-radius: 8px; color: #fff; background: ${bad ? "#8c1d18" : "#1b3a5c"}; box-shadow: 0 2px 12px rgba(0,0,0,.35);`;
    root.append(line);
    document.documentElement.append(host);
    line.textContent = text;
    setTimeout(() => host.remove(), shownMs);
}

/** Shows it where we may; the badge and the pop-up say it everywhere. */
export async function note(tabId: number | undefined, text: string, bad: boolean): Promise<void> {
    if (tabId === undefined) {
        return;
    }
    try {
        await chrome.scripting.executeScript({target: {tabId}, func: show, args: [text, bad, SHOWN_MS]});
    } catch {
        // a page of the browser itself, or one that was never allowed
    }
}
