/**
 * Elements are made here and nowhere from text: what a name or a number contains is only ever text.
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, unknown> & {class?: string, dataset?: Record<string, string>}} Attributes
 */

/**
 * `h("button", {class: "main", onclick: f}, "Call")`. What begins with `on` is a listener, a boolean is an
 * attribute that is there or not, and null or undefined leaves it out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
        else if (name === "dataset") Object.assign(made.dataset, value);
        else if (name === "value")
            /** @type {HTMLInputElement} */ (/** @type {unknown} */ (made)).value = String(value);
        else made.setAttribute(name, value === true ? "" : String(value));
    }
    made.append(...nodes(children));
    return made;
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
    return children
        .flat()
        .filter((one) => one !== null && one !== undefined && one !== false)
        .map((one) => (one instanceof Node ? one : String(one)));
}

/**
 * @param {Element} parent
 * @param {...(Child | Child[])} children
 */
export function fill(parent, ...children) {
    parent.replaceChildren(...nodes(children));
}

/**
 * Replace the children, keeping focus: the element with the same `data-key` has it afterwards.
 * @param {Element} parent
 * @param {...(Child | Child[])} children
 */
export function refill(parent, ...children) {
    const focused = document.activeElement;
    const key = focused instanceof HTMLElement && parent.contains(focused) ? focused.dataset.key : undefined;
    fill(parent, ...children);
    if (key === undefined) return;
    const again = [...parent.querySelectorAll("[data-key]")].find(
        (one) => /** @type {HTMLElement} */ (one).dataset.key === key,
    );
    if (again instanceof HTMLElement) again.focus();
}

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} 24 by 24 */
const PATHS = {
    home: "M12 3 3 10.5V21h6v-6h6v6h6V10.5z",
    people: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-3.3 0-8 1.7-8 5v1h16v-1c0-3.3-4.7-5-8-5z",
    calls: "M6.6 10.8a15.1 15.1 0 0 0 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1A17 17 0 0 1 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1z",
    settings:
        "M19.4 13a7.8 7.8 0 0 0 0-2l2.1-1.6-2-3.5-2.5 1a7.6 7.6 0 0 0-1.7-1l-.4-2.6h-4l-.4 2.6c-.6.2-1.2.6-1.7 1l-2.5-1-2 3.5L4.6 11a7.8 7.8 0 0 0 0 2l-2.1 1.6 2 3.5 2.5-1c.5.4 1.1.7 1.7 1l.4 2.6h4l.4-2.6c.6-.3 1.2-.6 1.7-1l2.5 1 2-3.5zM12 15.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7z",
    shield: "M12 2 4 5v6c0 5 3.4 9.7 8 11 4.6-1.3 8-6 8-11V5z",
    search: "M15.5 14h-.8l-.3-.3a6.5 6.5 0 1 0-.7.7l.3.3v.8l5 5 1.5-1.5zm-6 0a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9z",
    star: "m12 17.3 6.2 3.7-1.6-7 5.4-4.7-7.2-.6L12 2 9.2 8.7 2 9.3 7.4 14l-1.6 7z",
    copy: "M4 3h11v2H6v11H4zM8 7h12v14H8zm2 2v10h8V9z",
    in: "M20 5.4 18.6 4 7 15.6V9H5v10h10v-2H8.4z",
    out: "M9 5v2h6.6L4 18.6 5.4 20 17 8.4V15h2V5z",
    missed: "M19.6 7 12 14.6 6.4 9H11V7H3v8h2v-4.6l7 7 9-9z",
    close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6 10.6 12 5 6.4z",
    answer: "M6.6 10.8a15.1 15.1 0 0 0 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1A17 17 0 0 1 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1z",
    drop: "M12 9c-1.6 0-3.2.2-4.6.7v3.1c0 .4-.2.7-.6.9-1 .5-1.9 1.1-2.7 1.8-.2.2-.4.3-.7.3s-.5-.1-.7-.3L.3 13.1a1 1 0 0 1 0-1.4A17 17 0 0 1 12 7a17 17 0 0 1 11.7 4.7c.4.4.4 1 0 1.4l-2.4 2.4c-.2.2-.4.3-.7.3s-.5-.1-.7-.3c-.8-.7-1.7-1.3-2.7-1.8-.3-.2-.6-.5-.6-.9V9.7C15.2 9.2 13.6 9 12 9z",
    hold: "M6 5h4v14H6zm8 0h4v14h-4z",
    retrieve: "M8 5v14l11-7z",
    swap: "M7 3 3 7l4 4V8h13V6H7zm10 10v3H4v2h13v3l4-4z",
    transfer: "M14 4l8 7-8 7v-4.3C8.5 13.7 5 15.3 2 19.5c1-6.5 5-10.8 12-11.3z",
    merge: "M17 20.4 18.4 19 15 15.6 13.6 17zM7.5 8H11v5.6L5.6 19 7 20.4l6-6V8h3.5L12 3.5z",
    keypad: "M3 3h4v4h-4z M10 3h4v4h-4z M17 3h4v4h-4z M3 10h4v4h-4z M10 10h4v4h-4z M17 10h4v4h-4z M3 17h4v4h-4z M10 17h4v4h-4z M17 17h4v4h-4z",
    park: "M7 3h6.5a5.5 5.5 0 0 1 0 11H10v7H7zm3 3v5h3.5a2.5 2.5 0 0 0 0-5z",
    quiet: "M20.5 14.5A9 9 0 0 1 9.5 3.5a9 9 0 1 0 11 11z",
    forward: "M14 4l8 7-8 7v-4.3C8.5 13.7 5 15.3 2 19.5c1-6.5 5-10.8 12-11.3z",
};

/**
 * @param {string} name one of PATHS
 * @returns {SVGElement}
 */
export function icon(name) {
    const made = document.createElementNS(SVG, "svg");
    made.setAttribute("viewBox", "0 0 24 24");
    made.setAttribute("aria-hidden", "true");
    made.setAttribute("class", "icon");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", PATHS[name] ?? "");
    made.append(path);
    return made;
}

const QUIET = 4; // light squares around a QR code, which readers need

/**
 * @param {string[]} rows of squares, "1" for a dark one
 * @param {string} name what it is, for who does not see it
 * @returns {SVGElement} dark on light, whatever the colours of the page
 */
export function qrCode(rows, name) {
    const size = rows.length + 2 * QUIET;
    const made = document.createElementNS(SVG, "svg");
    made.setAttribute("viewBox", `0 0 ${size} ${size}`);
    made.setAttribute("class", "qr");
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", name);
    made.setAttribute("shape-rendering", "crispEdges");
    const squares = rows.flatMap((row, y) =>
        [...row].map((square, x) => (square === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")),
    );
    for (const [color, outline] of [
        ["#fff", `M0 0h${size}v${size}H0z`],
        ["#000", squares.join("")],
    ]) {
        const path = document.createElementNS(SVG, "path");
        path.setAttribute("fill", color ?? "");
        path.setAttribute("d", outline ?? "");
        made.append(path);
    }
    return made;
}
