/** The icon in the toolbar: a call that rings, calls that are up, something that is wrong. */

import {t} from "../shared/text.ts";
import {rings, type View} from "./view.ts";

const GREEN = "#1f7a4d";
const BLUE = "#1f6feb";
const RED = "#c5221f";

export interface Badge {
    readonly text: string;
    readonly colour: string;
    readonly title: string;
}

export function badgeOf(view: View): Badge {
    const ringing = view.calls.find(rings);
    if (ringing !== undefined) {
        return {
            text: "\u260e",
            colour: GREEN,
            title: t("badgeRings", ringing.other.name || ringing.other.id),
        };
    }
    if (view.calls.length > 0) {
        const [call] = view.calls;
        return {
            text: String(view.calls.length),
            colour: BLUE,
            title: t("badgeCall", call?.other.name || call?.other.id || ""),
        };
    }
    if (view.problem !== "") {
        return {text: "!", colour: RED, title: view.problem};
    }
    if (view.status === "login" || view.status === "refused" || view.status === "lost") {
        return {text: "!", colour: RED, title: t(`status_${view.status}`)};
    }
    return {text: "", colour: BLUE, title: t("name")};
}

export async function showBadge(view: View): Promise<void> {
    const badge = badgeOf(view);
    await chrome.action.setBadgeBackgroundColor({color: badge.colour});
    await chrome.action.setBadgeTextColor?.({color: "#ffffff"});
    await chrome.action.setBadgeText({text: badge.text});
    await chrome.action.setTitle({title: badge.title});
}
