import {h, icon} from "../dom.js";
import {initials} from "../phrases.js";

const COLORS = 6;

/** Initials on a colour that is always the same for a name. @param {string} name @param {boolean} [large] */
export function avatar(name, large = false) {
    let sum = 0;
    for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
    const letters = initials(name);
    const classes = ["avatar", large && "large", letters && `c${sum % COLORS}`].filter(Boolean).join(" ");
    return h("div", {class: classes, "aria-hidden": "true"}, letters || icon("calls"));
}

/** The avatar of a phone, with a dot for its state. @param {string} name @param {{tone: string, text: string}} presence */
export function withPresence(name, presence) {
    return h(
        "span",
        {class: "presence", title: presence.text},
        avatar(name),
        h("span", {class: `dot ${presence.tone}`, "aria-hidden": "true"}),
        h("span", {class: "hidden-text"}, presence.text),
    );
}
