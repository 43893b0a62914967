/** The content script: finds numbers in its page, and says to the background that a person has clicked one. */

import {country, findNumbers} from "../numbers/finder.ts";
import {type PageDial, type PageOrders, telNumber} from "../shared/messages.ts";
import {type Mark, Marks, rectangles} from "./marks.ts";
import {shadowOf} from "./places.ts";
import {Scanner} from "./scan.ts";
import {isPlainlySeen} from "./seen.ts";

/** As many as a person goes through with the keyboard in the pop-up. */
const MAX_LISTED = 50;

const OFF: PageOrders = {kind: "orders", findNumbers: false, takeTelLinks: false, country: ""};

class Page {
    private orders = OFF;
    private marks: Marks | null = null;
    private scanner: Scanner | null = null;
    private listening = new AbortController();
    private over: Mark | null = null;

    /** Does from now on what the background says. */
    follow(orders: PageOrders): void {
        if (JSON.stringify(orders) === JSON.stringify(this.orders)) {
            return;
        }
        this.end();
        this.orders = orders;
        if (!orders.findNumbers && !orders.takeTelLinks) {
            return;
        }
        this.listening = new AbortController();
        const options = {capture: true, signal: this.listening.signal};
        addEventListener("click", (event) => this.onClick(event), options);
        if (orders.findNumbers) {
            addEventListener("pointermove", (event) => this.onMove(event), {...options, passive: true});
            const home = country(orders.country);
            this.marks = new Marks();
            this.scanner = new Scanner(this.marks, (text) => findNumbers(text, home));
            this.scanner.start();
        }
    }

    /** Leaves the page as it was. */
    end(): void {
        this.listening.abort();
        this.scanner?.end();
        this.marks?.end();
        this.scanner = null;
        this.marks = null;
        this.over = null;
        this.orders = OFF;
    }

    list(): {number: string; text: string}[] {
        return this.marks?.list(MAX_LISTED) ?? [];
    }

    get longest(): number {
        return this.scanner?.longest ?? 0;
    }

    private markAt(event: MouseEvent): {mark: Mark; element: Element} | null {
        const element = innermost(event);
        const mark = element === null ? null : this.marks?.at(element, event.clientX, event.clientY);
        return element === null || mark === null || mark === undefined ? null : {mark, element};
    }

    private onMove(event: PointerEvent): void {
        const mark = event.isTrusted ? (this.markAt(event)?.mark ?? null) : null;
        if (mark !== this.over) {
            this.over = mark;
            this.marks?.hover(mark);
        }
    }

    private onClick(event: MouseEvent): void {
        // A script's click is not trusted; with a modifier key people mean something else, and with a selection
        // they have been selecting.
        const plain =
            event.isTrusted &&
            event.button === 0 &&
            !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
        if (!plain || !(getSelection()?.isCollapsed ?? true)) {
            return;
        }
        const hit = this.markAt(event);
        if (hit !== null) {
            const {mark, element} = hit;
            this.take(event, mark.number, element, rectangles(mark), performance.now() - mark.since);
            return;
        }
        const link = this.orders.takeTelLinks ? telLink(event) : null;
        const number = link === null ? null : telNumber(link.getAttribute("href") ?? "");
        if (link !== null && number !== null) {
            this.take(event, number, link, [...link.getClientRects()], Number.POSITIVE_INFINITY);
        }
    }

    private take(event: MouseEvent, number: string, element: Element, boxes: DOMRect[], age: number): void {
        event.preventDefault();
        event.stopImmediatePropagation();
        // Enter on a link that has the focus is a click without a place.
        const byKey = event.detail === 0;
        const first = boxes[0];
        const [x, y] =
            byKey && first !== undefined ? [first.left, first.top] : [event.clientX, event.clientY];
        void isPlainlySeen({element, boxes, age, x, y}).then((seen) =>
            send({kind: "page-dial", number, seen}),
        );
    }
}

/** The element that was clicked, in whatever shadow root. */
function innermost(event: MouseEvent): Element | null {
    let [at] = event.composedPath();
    while (at instanceof Element) {
        const inner: Element | null | undefined = shadowOf(at)?.elementFromPoint(
            event.clientX,
            event.clientY,
        );
        if (inner === null || inner === undefined || inner === at) {
            return at;
        }
        at = inner;
    }
    return null;
}

function telLink(event: MouseEvent): Element | null {
    for (const at of event.composedPath()) {
        if (at instanceof Element && at.matches("a[href], area[href]")) {
            return /^tel:/i.test(at.getAttribute("href") ?? "") ? at : null;
        }
    }
    return null;
}

const page = new Page();

function send(message: PageDial): void {
    try {
        void chrome.runtime.sendMessage(message).catch(() => undefined);
    } catch {
        page.end(); // the extension was updated or removed: a new one brings its own script
    }
}

/** One script a frame, however often it is injected. */
const ONCE = "offhookPage";
const world = globalThis as unknown as Record<string, unknown>;
if (world[ONCE] === undefined) {
    world[ONCE] = page;
    chrome.runtime.onMessage.addListener((message: {kind?: unknown}, sender, answer) => {
        if (sender.id !== chrome.runtime.id || sender.tab !== undefined) {
            return;
        }
        if (message.kind === "orders") {
            page.follow(message as PageOrders);
        } else if (message.kind === "list") {
            answer({numbers: page.list(), longest: page.longest});
        }
    });
    void chrome.runtime.sendMessage({kind: "page-hello"}).then(
        (orders: PageOrders | null) => page.follow(orders ?? OFF),
        () => undefined,
    );
}
