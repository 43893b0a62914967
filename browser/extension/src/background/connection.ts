/** The stream of events: kept up, resumed after a break, and what it told. */

import type {Settings} from "../shared/settings.ts";
import {Replica} from "./calls.ts";
import {Server, ServerError} from "./server.ts";

export type Status = "unset" | "connecting" | "connected" | "lost" | "login" | "refused";

/** A server that was away comes back to all its clients: not all at once. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** A browser ends a service worker after 30 s in which it called no function of the browser. */
const ALIVE_MS = 20_000;

export class Connection {
    status: Status = "unset";
    problem = "";
    replica = new Replica();
    server: Server | null = null;
    private stop = new AbortController();
    private known = "";

    constructor(private readonly changed: () => void) {}

    /** Goes by these settings from now on. Called as often as one likes. */
    use(settings: Settings): void {
        const wanted = JSON.stringify([settings.server, settings.token, settings.terminal]);
        if (wanted === this.known) {
            return;
        }
        this.known = wanted;
        this.stop.abort();
        this.stop = new AbortController();
        this.replica = new Replica();
        this.server = null;
        if (settings.server === "" || settings.token === "") {
            this.say("unset");
            return;
        }
        this.server = new Server(settings.server, settings.token);
        void this.run(this.server, settings.terminal, this.stop.signal);
    }

    /** Tries again at once, after a refused login too. */
    retry(settings: Settings): void {
        this.known = "";
        this.use(settings);
    }

    private async run(server: Server, terminal: string, stop: AbortSignal): Promise<void> {
        const alive = setInterval(() => void chrome.runtime.getPlatformInfo(), ALIVE_MS);
        let wait = FIRST_WAIT_MS;
        let last = "";
        let own = terminal;
        this.say("connecting");
        try {
            while (!stop.aborted) {
                try {
                    own ||= (await server.me()).terminal;
                    await server.events(own, last, stop, (event) => {
                        last = event.id;
                        wait = FIRST_WAIT_MS;
                        if (
                            !stop.aborted &&
                            (this.replica.take(event.event, event.data) || this.status !== "connected")
                        ) {
                            this.say("connected");
                        }
                    });
                    this.unless(stop, "lost");
                } catch (error) {
                    const {code, message} = error instanceof ServerError ? error : new ServerError("network");
                    if (code === "not-authenticated" || code === "not-allowed") {
                        this.unless(stop, "login", message);
                        return; // nothing changes until a person does something
                    }
                    this.unless(
                        stop,
                        code === "network" || code === "unavailable" ? "lost" : "refused",
                        message,
                    );
                }
                await pause(wait * (0.5 + Math.random()), stop);
                wait = Math.min(2 * wait, LONGEST_WAIT_MS);
            }
        } finally {
            clearInterval(alive);
        }
    }

    private unless(stop: AbortSignal, status: Status, problem = ""): void {
        if (!stop.aborted) {
            this.say(status, problem);
        }
    }

    private say(status: Status, problem = ""): void {
        this.status = status;
        this.problem = problem;
        this.changed();
    }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
    return new Promise((done) => {
        const timer = setTimeout(done, ms);
        stop.addEventListener("abort", () => {
            clearTimeout(timer);
            done();
        });
    });
}
