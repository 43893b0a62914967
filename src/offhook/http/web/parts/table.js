/** A table that scrolls within itself where it is wider than the screen. */

import {h} from "../dom.js";
import {t} from "../words.js";

/**
 * @typedef {import("../dom.js").Child} Child
 * @param {string[]} heads "" for a column of buttons
 * @param {(Child | Child[])[][]} rows
 * @param {string} empty what stands there without rows
 */
export function table(heads, rows, empty) {
    if (!rows.length) return h("p", {class: "empty"}, empty);
    return h(
        "div",
        {class: "scroll", tabindex: "0", role: "region", "aria-label": heads[0] ?? ""},
        h(
            "table",
            {},
            h(
                "thead",
                {},
                h(
                    "tr",
                    {},
                    heads.map((head) =>
                        h("th", {scope: "col"}, head || h("span", {class: "hidden-text"}, t("Actions"))),
                    ),
                ),
            ),
            h(
                "tbody",
                {},
                rows.map((row) =>
                    h(
                        "tr",
                        {},
                        row.map((cell) => h("td", {}, cell)),
                    ),
                ),
            ),
        ),
    );
}
