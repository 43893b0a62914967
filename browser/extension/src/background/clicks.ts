/** Clicks that come too often are no person's: the second half of a double click, or a page that goes wild. */

/** A double click is over by then, and nobody means two calls so soon. */
const APART_MS = 700;

/** Who calls more often than this in a minute is asked each time. */
const A_MINUTE = 30;
const MINUTE_MS = 60_000;

export type Verdict = "dial" | "ask" | "ignore";

export class Clicks {
    private times: number[] = [];

    /** What to do with a click at `now`; `seen` is false when the page may have hidden what was clicked. */
    judge(now: number, seen: boolean): Verdict {
        const last = this.times.at(-1);
        if (last !== undefined && now - last < APART_MS) {
            return "ignore";
        }
        this.times = [...this.times.filter((time) => now - time < MINUTE_MS), now].slice(-A_MINUTE - 1);
        return seen && this.times.length <= A_MINUTE ? "dial" : "ask";
    }
}
