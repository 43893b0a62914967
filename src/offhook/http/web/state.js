/** What the page knows: the person, terminals and calls, as the events tell; views listen to changes. */

/** @typedef {import("./api.js").Call} Call */
/** @typedef {import("./api.js").Terminal} Terminal */
/** @typedef {import("./api.js").Me} Me */

export const OVER = "OnHookState";
const SHOWN_AFTER_END_MS = 12_000;
const FAILED_SHOWN_MS = 60_000;
const MOST_CHOICES = 200;

export class State extends EventTarget {
    /** @param {Me} me */
    constructor(me) {
        super();
        this.me = me;
        /** @type {Map<string, Terminal>} */
        this.terminals = new Map();
        /** @type {Map<string, Call>} live, and for a while those that are over */
        this.calls = new Map();
        /** @type {Map<string, ReturnType<typeof setTimeout>>} */
        this.timers = new Map();
        this.connected = false;
        this.begun = false;
    }

    /** @param {string} what "calls", "terminals", "connection", "me", "over" */
    changed(what) {
        this.dispatchEvent(new Event(what));
    }

    /** The terminal that is dialled from; undefined if there is none, or none was chosen of the whole site's. */
    get own() {
        const {settings, default_terminal, terminals} = this.me;
        const wanted = [settings.default_terminal, default_terminal, ...terminals];
        return wanted.map((id) => this.terminals.get(id)).find((one) => one && one.own !== false);
    }

    /** @param {{terminals: Terminal[], calls: Call[]}} snapshot */
    snapshot(snapshot) {
        this.terminals = new Map(snapshot.terminals.map((one) => [one.id, one]));
        const live = new Map(snapshot.calls.map((one) => [one.id, one]));
        for (const call of this.calls.values()) {
            // One that ended while nobody listened has no end of its own any more.
            if (!live.has(call.id) && call.state === OVER) live.set(call.id, call);
        }
        this.calls = live;
        this.begun = true;
        this.changed("terminals");
        this.changed("calls");
    }

    /** @param {Call} call */
    call(call) {
        const before = this.calls.get(call.id);
        if (before && (before.state === OVER || before.revision >= call.revision)) return;
        this.calls.set(call.id, call);
        if (call.state === OVER) this.#ended(call);
        this.changed("calls");
    }

    /** @param {Call} call */
    #ended(call) {
        const quiet =
            call.connected !== null ||
            ["dropped", "elsewhere", "transferred", "parked", "forwarded"].includes(call.cause ?? "");
        this.timers.set(
            call.id,
            setTimeout(() => this.dismiss(call.id), quiet ? SHOWN_AFTER_END_MS : FAILED_SHOWN_MS),
        );
        this.changed("over");
    }

    /** @param {string} id of a call that is over, and is not to be shown any more */
    dismiss(id) {
        clearTimeout(this.timers.get(id));
        this.timers.delete(id);
        if (this.calls.get(id)?.state === OVER && this.calls.delete(id)) this.changed("calls");
    }

    /** @param {Terminal} terminal */
    terminal(terminal) {
        const before = this.terminals.get(terminal.id);
        this.terminals.set(
            terminal.id,
            before?.own === undefined || terminal.own !== undefined
                ? terminal
                : {...terminal, own: before.own},
        );
        this.changed("terminals");
    }

    /** @param {Me} me */
    person(me) {
        this.me = me;
        this.changed("me");
        this.changed("terminals");
    }

    /** The phones that the person may dial from, as many as a list can have. */
    get choosable() {
        const all = [...this.terminals.values()].filter((one) => one.own !== false);
        const own = this.own;
        return all.length <= MOST_CHOICES || !own
            ? all.slice(0, MOST_CHOICES)
            : [own, ...all.slice(0, MOST_CHOICES)];
    }

    /** The live calls of a terminal. @param {string} terminal */
    liveAt(terminal) {
        return [...this.calls.values()].filter((call) => call.terminal === terminal && call.state !== OVER);
    }

    /**
     * Is it a phone of this person? Whoever may use every phone of the site has the one that is dialled from.
     * @param {Terminal | undefined} terminal
     */
    mine(terminal) {
        if (terminal === undefined || terminal.own === false) return false;
        return terminal.id === this.own?.id || this.me.terminals.includes(terminal.id);
    }

    /** The own calls, the latest first, those that are over last. */
    get shownCalls() {
        const mine = [...this.calls.values()].filter((call) => this.mine(this.terminals.get(call.terminal)));
        return mine.sort(
            (a, b) => Number(a.state === OVER) - Number(b.state === OVER) || b.started - a.started,
        );
    }
}

const AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 20_000];

/**
 * Follow the events until `stop` is called.
 * @param {State} state
 * @param {() => Promise<unknown>} check called when the stream was refused: finds out whether the login is over
 */
export function follow(state, check) {
    let tries = 0;
    let stopped = false;
    /** @type {EventSource | undefined} */
    let source;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;

    /** @param {boolean} connected */
    const told = (connected) => {
        if (state.connected !== connected) {
            state.connected = connected;
            state.changed("connection");
        }
    };
    const connect = () => {
        source = new EventSource("/api/v1/events?watched=true");
        source.addEventListener("open", () => {
            tries = 0;
            told(true);
        });
        source.addEventListener("snapshot", (event) => state.snapshot(JSON.parse(event.data)));
        source.addEventListener("call", (event) => state.call(JSON.parse(event.data)));
        source.addEventListener("terminal", (event) => state.terminal(JSON.parse(event.data)));
        source.addEventListener("error", () => {
            told(false);
            if (source?.readyState !== EventSource.CLOSED || stopped) return; // else it comes back by itself
            void check().catch(() => {});
            const wait = AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)] ?? 20_000;
            timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
        });
    };
    connect();
    return () => {
        stopped = true;
        clearTimeout(timer);
        source?.close();
    };
}
