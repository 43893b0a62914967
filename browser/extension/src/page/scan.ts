/** Goes through a page's text in short slices while the browser is idle, and again through what changes. */

import type {FoundNumber} from "../numbers/finder.ts";
import type {Marks} from "./marks.ts";
import {isInside, isLeftAlone, shadowOf} from "./places.ts";

/** A frame of 60 a second has 16 ms; half of one is not felt. */
const SLICE_MS = 8;

/** A page that is never idle is read all the same. */
const IDLE_LIMIT_MS = 1_000;

/** When more places than this have changed at once, the whole page is read instead. */
const MAX_QUEUE = 2_000;

/** A text of a page is a paragraph. Of one that is longer the rest is not read. */
const MAX_TEXT = 100_000;

/** A component may get its shadow root late, and nothing tells of that: those without one are looked at again. */
const LATE_MS = 1_500;
const MAX_LATE = 2_000;

type Root = Document | ShadowRoot;
type Find = (text: string) => readonly FoundNumber[];

const WATCHED: MutationObserverInit = {
    childList: true,
    characterData: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["contenteditable", "href", "role"],
};

const filter = {
    acceptNode: (node: Node): number =>
        node instanceof Element && isLeftAlone(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
};

export class Scanner {
    private queue = new Set<Node>();
    private walk: TreeWalker | null = null;
    private readonly roots = new Set<Root>();
    private readonly observer = new MutationObserver((records) => this.onChanges(records));
    private waiting = 0;
    private prune = false;
    private readonly late = new Set<Element>();
    private looking: ReturnType<typeof setInterval> | undefined;
    /** The longest slice so far, for measuring. */
    longest = 0;

    constructor(
        private readonly marks: Marks,
        private readonly find: Find,
    ) {}

    start(): void {
        this.watch(document);
        this.looking = setInterval(() => this.lookAgain(), LATE_MS);
        this.want(document.documentElement);
    }

    end(): void {
        this.observer.disconnect();
        clearInterval(this.looking);
        this.late.clear();
        this.queue.clear();
        this.walk = null;
        cancelIdle(this.waiting);
        this.roots.clear();
    }

    private watch(root: Root): void {
        if (!this.roots.has(root)) {
            this.roots.add(root);
            this.observer.observe(root, WATCHED);
        }
    }

    private want(node: Node): void {
        if (this.queue.size >= MAX_QUEUE) {
            this.queue = new Set(
                [...this.roots].map((root) => (root instanceof Document ? root.documentElement : root)),
            );
        }
        this.queue.add(node);
        if (this.waiting === 0) {
            this.waiting = whenIdle(() => this.slice());
        }
    }

    private onChanges(records: MutationRecord[]): void {
        for (const record of records) {
            if (record.type === "childList") {
                this.prune ||= record.removedNodes.length > 0;
                for (const node of record.addedNodes) {
                    this.want(node);
                }
            } else {
                this.want(record.target);
            }
        }
        if (this.prune && this.waiting === 0) {
            this.waiting = whenIdle(() => this.slice());
        }
    }

    private slice(): void {
        this.waiting = 0;
        const begun = performance.now();
        if (this.prune) {
            this.prune = false;
            this.marks.prune();
        }
        while (performance.now() - begun < SLICE_MS) {
            if (!this.step()) {
                break;
            }
        }
        this.longest = Math.max(this.longest, performance.now() - begun);
        if (this.walk !== null || this.queue.size > 0) {
            this.waiting = whenIdle(() => this.slice());
        }
    }

    /** One node; false when there is none. */
    private step(): boolean {
        if (this.walk === null) {
            const [next] = this.queue;
            if (next === undefined) {
                return false;
            }
            this.queue.delete(next);
            this.begin(next);
            return true;
        }
        const node = this.walk.nextNode();
        if (node?.isConnected !== true) {
            this.walk = null; // done, or the page has thrown this part away
        } else {
            this.read(node);
        }
        return true;
    }

    private begin(node: Node): void {
        if (!node.isConnected) {
            return;
        }
        const left = isInside(node);
        if (node instanceof Text) {
            this.marks.set(node, left ? [] : this.find(node.data.slice(0, MAX_TEXT)), performance.now());
        } else if (left) {
            this.clear(node); // it has become a link, or is edited now
        } else {
            this.walk = document.createTreeWalker(
                node,
                NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
                filter,
            );
            this.read(node);
        }
    }

    private read(node: Node): void {
        if (node instanceof Text) {
            // Most text has no digit, and needs no more than this.
            const found = /[\d\uff10-\uff19]/.test(node.data) ? this.find(node.data.slice(0, MAX_TEXT)) : [];
            this.marks.set(node, found, performance.now());
        } else if (node instanceof Element) {
            this.enter(node);
        }
    }

    /** Goes on in an element's shadow root; a component (with a hyphen in its name) may get one later. */
    private enter(element: Element): void {
        const shadow = shadowOf(element);
        if (shadow === null) {
            if (element.tagName.includes("-") && this.late.size < MAX_LATE) {
                this.late.add(element);
            }
        } else if (!this.roots.has(shadow)) {
            this.watch(shadow);
            this.want(shadow);
        }
    }

    private lookAgain(): void {
        for (const element of this.late) {
            if (!element.isConnected || shadowOf(element) !== null) {
                this.late.delete(element);
                if (element.isConnected && !isInside(element)) {
                    this.enter(element);
                }
            }
        }
    }

    private clear(node: Node): void {
        const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
            this.marks.set(text as Text, [], 0);
        }
    }
}

const whenIdle = (then: () => void): number => requestIdleCallback(then, {timeout: IDLE_LIMIT_MS});
const cancelIdle = (waiting: number): void => {
    if (waiting !== 0) {
        cancelIdleCallback(waiting);
    }
};
