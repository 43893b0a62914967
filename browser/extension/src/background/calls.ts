/** The calls and the phone of one person, as the server's events tell them. */

export interface Party {
    readonly name: string;
    readonly id: string;
}

export interface Call {
    readonly id: string;
    readonly terminal: string;
    readonly state: string;
    readonly direction: string;
    readonly other: Party;
    readonly connected: number | null;
    readonly cause: string;
    readonly revision: number;
    readonly features: readonly string[];
    readonly held: boolean;
}

export interface Terminal {
    readonly id: string;
    readonly name: string;
    readonly inService: boolean;
    readonly problem: string;
}

/** A phone has a handful. What a server sends beyond it is not kept. */
const MAX_KEPT = 100;

type Json = Record<string, unknown>;

const record = (value: unknown): Json =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, MAX_KEPT) : []);

function party(value: unknown): Party {
    const {name, id} = record(value);
    return {name: text(name), id: text(id)};
}

/** A call of the API; null for what is none. */
export function readCall(value: unknown): Call | null {
    const call = record(value);
    const id = text(call.id);
    if (id === "" || text(call.state) === "") {
        return null;
    }
    const direction = text(call.direction);
    const answered = call.connected_party === null ? null : party(call.connected_party);
    const called = party(direction === "inbound" ? call.caller : call.callee);
    return {
        id,
        terminal: text(call.terminal),
        state: text(call.state),
        direction,
        other: answered !== null && answered.id !== "" ? answered : called,
        connected: typeof call.connected === "number" ? call.connected : null,
        cause: text(call.cause),
        revision: typeof call.revision === "number" ? call.revision : 0,
        features: items(call.features).map(text),
        held: call.held === true,
    };
}

function readTerminal(value: unknown): Terminal | null {
    const terminal = record(value);
    const id = text(terminal.id);
    return id === ""
        ? null
        : {
              id,
              name: text(terminal.name),
              inService: terminal.in_service === true,
              problem: text(terminal.problem),
          };
}

/** A copy of what the server knows; events go in, and what it holds is shown. */
export class Replica {
    private kept = new Map<string, Call>();
    private phones = new Map<string, Terminal>();
    /** The call that ended last, so that a person sees why. */
    ended: Call | null = null;

    get calls(): Call[] {
        return [...this.kept.values()];
    }

    get terminals(): Terminal[] {
        return [...this.phones.values()];
    }

    /** Takes an event in; false for one that says nothing new. */
    take(event: string, data: string): boolean {
        let value: unknown;
        try {
            value = JSON.parse(data);
        } catch {
            return false;
        }
        if (event === "snapshot") {
            const {calls, terminals} = record(value);
            this.kept = new Map(items(calls).flatMap((one) => entry(readCall(one))));
            this.phones = new Map(items(terminals).flatMap((one) => entry(readTerminal(one))));
            return true;
        }
        if (event === "terminal") {
            const terminal = readTerminal(value);
            return terminal !== null && this.keep(this.phones, terminal);
        }
        return event === "call" && this.takeCall(readCall(value));
    }

    private takeCall(call: Call | null): boolean {
        if (call === null) {
            return false;
        }
        const known = this.kept.get(call.id);
        if (known !== undefined && known.revision >= call.revision && call.state !== "OnHookState") {
            return false;
        }
        if (call.state === "OnHookState") {
            this.ended = call;
            return this.kept.delete(call.id) || known === undefined;
        }
        if (known === undefined) {
            this.ended = null;
        }
        return this.keep(this.kept, call);
    }

    private keep<Thing extends {readonly id: string}>(things: Map<string, Thing>, one: Thing): boolean {
        if (!things.has(one.id) && things.size >= MAX_KEPT) {
            return false;
        }
        things.set(one.id, one);
        return true;
    }
}

function entry<Thing extends {readonly id: string}>(one: Thing | null): [string, Thing][] {
    return one === null ? [] : [[one.id, one]];
}
