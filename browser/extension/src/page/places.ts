/** Which parts of a page are text to read: not what people edit, not code, not what is a link or a button already. */

const SKIPPED = new Set(
    (
        "A AUDIO BUTTON CANVAS CODE DATALIST EMBED HEAD IFRAME INPUT KBD MATH METER NOSCRIPT OBJECT OPTION PRE " +
        "PROGRESS SAMP SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TIME TITLE VAR VIDEO"
    ).split(" "),
);

const EDITORS = ["CodeMirror", "cm-editor", "monaco-editor", "ace_editor", "ProseMirror", "ql-editor"];
const ROLES = new Set([
    "button",
    "code",
    "link",
    "menuitem",
    "option",
    "searchbox",
    "slider",
    "spinbutton",
    "tab",
    "textbox",
]);

/** Whether this element, and all in it, is left alone. */
export function isLeftAlone(element: Element): boolean {
    if (SKIPPED.has(element.tagName.toUpperCase())) {
        return element.tagName.toUpperCase() !== "A" || element.hasAttribute("href");
    }
    const editable = element.getAttribute("contenteditable");
    if (editable !== null && editable.toLowerCase() !== "false") {
        return true;
    }
    const role = element.getAttribute("role");
    return (
        (role !== null && ROLES.has(role.toLowerCase())) ||
        EDITORS.some((name) => element.classList.contains(name))
    );
}

/** Whether a node stands in a part that is left alone, in whatever shadow root it is. */
export function isInside(node: Node): boolean {
    for (let at: Node | null = node; at !== null; at = at instanceof ShadowRoot ? at.host : at.parentNode) {
        if (at instanceof Element && isLeftAlone(at)) {
            return true;
        }
    }
    return node.ownerDocument?.designMode === "on";
}

/** An element's shadow root, open or closed; extensions may see both. */
export function shadowOf(element: Element): ShadowRoot | null {
    const gecko = (element as {openOrClosedShadowRoot?: ShadowRoot | null}).openOrClosedShadowRoot;
    if (gecko !== undefined) {
        return gecko;
    }
    if (element instanceof HTMLElement && typeof chrome !== "undefined" && chrome.dom !== undefined) {
        return chrome.dom.openOrClosedShadowRoot(element) as ShadowRoot | null;
    }
    return element.shadowRoot;
}
