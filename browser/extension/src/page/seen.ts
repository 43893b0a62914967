/**
 * Whether a person has seen the number that was clicked.
 *
 * A page can lay a number that costs money, invisible, under what people want to click. So a click calls at once
 * only if the number is plainly to be seen; otherwise the person is asked in a window of the browser itself,
 * which shows the number and which a page can neither cover nor click.
 */

/** Half a second is less than anybody needs to read a number and decide. */
const MIN_AGE_MS = 400;

const MIN_OPACITY = 0.5;
const MIN_HEIGHT_PX = 7;

/** WCAG wants 4.5; below this nobody reads it. */
const MIN_CONTRAST = 1.3;

/** How long to wait for the browser's word on what covers an element. */
const COVER_LIMIT_MS = 300;

type Colour = readonly [number, number, number, number];

/** A computed colour in the form rgb() or rgba(); null for any other. */
export function colour(text: string): Colour | null {
    const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
    return parts === null
        ? null
        : [Number(parts[1]), Number(parts[2]), Number(parts[3]), Number(parts[4] ?? 1)];
}

function luminance([red, green, blue]: Colour): number {
    const linear = [red, green, blue].map((one) => {
        const part = one / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

/** WCAG 2's contrast of two colours, 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
    const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function parentOf(element: Element): Element | null {
    const root = element.getRootNode();
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

/** Nothing in the styles of the element and of those around it hides it. */
function isStyledVisible(element: Element): boolean {
    const own = getComputedStyle(element);
    const letters = colour(own.webkitTextFillColor || own.color) ?? colour(own.color);
    if (own.visibility !== "visible" || (letters !== null && letters[3] < MIN_OPACITY)) {
        return false;
    }
    let opacity = 1;
    let background: Colour | null = null;
    for (let at: Element | null = element; at !== null; at = parentOf(at)) {
        const style = getComputedStyle(at);
        opacity *= Number(style.opacity);
        const hides = style.filter !== "none" || style.clipPath !== "none" || style.mixBlendMode !== "normal";
        if (
            hides ||
            (style.maskImage !== undefined && style.maskImage !== "none" && style.maskImage !== "")
        ) {
            return false;
        }
        const behind = colour(style.backgroundColor);
        if (
            background === null &&
            (style.backgroundImage !== "none" || (behind !== null && behind[3] > 0.9))
        ) {
            background = style.backgroundImage === "none" ? behind : [128, 128, 128, 0];
        }
    }
    const readable =
        letters === null ||
        background === null ||
        background[3] === 0 ||
        contrast(letters, background) >= MIN_CONTRAST;
    return opacity >= MIN_OPACITY && readable;
}

/** The browser's own word, where it gives one: nothing covers the element, not even what lets clicks through. */
function isUncovered(element: Element): Promise<boolean | null> {
    return new Promise((done) => {
        const options = {trackVisibility: true, delay: 100} as IntersectionObserverInit;
        const observer = new IntersectionObserver((entries) => {
            const entry = entries.at(-1) as (IntersectionObserverEntry & {isVisible?: boolean}) | undefined;
            end(entry?.isVisible ?? null);
        }, options);
        const timer = setTimeout(() => end(null), COVER_LIMIT_MS);
        const end = (seen: boolean | null): void => {
            clearTimeout(timer);
            observer.disconnect();
            done(seen);
        };
        observer.observe(element);
    });
}

export interface Clicked {
    readonly element: Element;
    /** Where in the window. */
    readonly boxes: readonly DOMRect[];
    /** How long it has been there. */
    readonly age: number;
    readonly x: number;
    readonly y: number;
}

/** See above. In a frame only where the browser says so: what covers a frame cannot be seen from inside. */
export async function isPlainlySeen(clicked: Clicked): Promise<boolean> {
    const {element, boxes, age, x, y} = clicked;
    const box = boxes.find((one) => x >= one.left && x <= one.right && y >= one.top && y <= one.bottom);
    if (box === undefined || age < MIN_AGE_MS || box.height < MIN_HEIGHT_PX || !isStyledVisible(element)) {
        return false;
    }
    const uncovered = await isUncovered(element);
    return uncovered ?? window === window.top;
}
