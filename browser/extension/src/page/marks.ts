/**
 * The numbers that are found, shown by the CSS Custom Highlight API: the browser paints them, and the page's
 * elements, text and layout stay what they are. So nothing of the page's own can break, and nothing is left.
 */

import type {FoundNumber} from "../numbers/finder.ts";

/** More is no page that a person reads, and each is painted. */
const MAX_MARKS = 5_000;

export const NUMBERS = "offhook-number";
export const HOVERED = "offhook-number-hovered";

export interface Mark {
    readonly node: Text;
    readonly range: StaticRange;
    readonly number: string;
    readonly text: string;
    /** When it appeared: what was put under the pointer just now is no number that a person chose. */
    readonly since: number;
}

export class Marks {
    private byNode = new Map<Text, Mark[]>();
    private byParent = new Map<Node, Set<Text>>();
    private count = 0;
    private readonly shown = new Highlight();
    private readonly hovered = new Highlight();

    constructor() {
        CSS.highlights.set(NUMBERS, this.shown);
        CSS.highlights.set(HOVERED, this.hovered);
    }

    /** The numbers of a text, in place of those that it had. */
    set(node: Text, found: readonly FoundNumber[], now: number): void {
        const old = this.byNode.get(node) ?? [];
        if (old.length === 0 && found.length === 0) {
            return;
        }
        this.drop(node);
        const parent = node.parentNode;
        if (parent === null || found.length === 0 || this.count + found.length > MAX_MARKS) {
            return;
        }
        const marks = found.map(({start, end, number}) => {
            const range = new StaticRange({
                startContainer: node,
                startOffset: start,
                endContainer: node,
                endOffset: end,
            });
            const since =
                old.find((mark) => mark.number === number && mark.range.startOffset === start)?.since ?? now;
            this.shown.add(range);
            return {node, range, number, text: node.data.slice(start, end), since};
        });
        this.byNode.set(node, marks);
        this.byParent.set(parent, (this.byParent.get(parent) ?? new Set()).add(node));
        this.count += marks.length;
    }

    /** Forgets what is no longer in the page. */
    prune(): void {
        for (const node of this.byNode.keys()) {
            if (!node.isConnected) {
                this.drop(node);
            }
        }
    }

    /** The mark at a point of the window, among the texts directly in `element`. */
    at(element: Node, x: number, y: number): Mark | null {
        for (const node of this.byParent.get(element) ?? []) {
            for (const mark of this.byNode.get(node) ?? []) {
                if (
                    rectangles(mark).some(
                        (box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom,
                    )
                ) {
                    return mark;
                }
            }
        }
        return null;
    }

    hover(mark: Mark | null): void {
        this.hovered.clear();
        if (mark !== null) {
            this.hovered.add(mark.range);
        }
    }

    /** The first so many, for who goes by keyboard: each number once. */
    list(limit: number): {number: string; text: string}[] {
        const each = new Map<string, string>();
        for (const marks of this.byNode.values()) {
            for (const {number, text} of marks) {
                if (each.size < limit && !each.has(number)) {
                    each.set(number, text);
                }
            }
        }
        return [...each].map(([number, text]) => ({number, text}));
    }

    end(): void {
        CSS.highlights.delete(NUMBERS);
        CSS.highlights.delete(HOVERED);
        this.byNode.clear();
        this.byParent.clear();
    }

    private drop(node: Text): void {
        for (const mark of this.byNode.get(node) ?? []) {
            this.shown.delete(mark.range);
            this.hovered.delete(mark.range);
            this.count -= 1;
        }
        this.byNode.delete(node);
        for (const [parent, nodes] of node.parentNode === null
            ? this.byParent
            : [[node.parentNode, this.byParent.get(node.parentNode)] as const]) {
            if (nodes?.delete(node) && nodes.size === 0) {
                this.byParent.delete(parent);
            }
        }
    }
}

/** Where a mark is in the window: a box for each line. */
export function rectangles(mark: Mark): DOMRect[] {
    const {node, range} = mark;
    if (!node.isConnected || range.endOffset > node.length) {
        return [];
    }
    const live = document.createRange();
    live.setStart(node, range.startOffset);
    live.setEnd(node, range.endOffset);
    return [...live.getClientRects()];
}
