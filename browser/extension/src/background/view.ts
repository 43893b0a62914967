/** What the pop-up and the badge show. */

import type {Call, Terminal} from "./calls.ts";
import type {Connection, Status} from "./connection.ts";

export const POPUP = "popup";

export interface View {
    readonly status: Status;
    /** Why there is no connection, in the server's words; may be "". */
    readonly reason: string;
    /** What went wrong with the last thing that a person asked for; "" if nothing. */
    readonly problem: string;
    readonly terminals: readonly Terminal[];
    readonly calls: readonly Call[];
    readonly ended: Call | null;
}

export function viewOf(connection: Connection, problem: string): View {
    const {replica} = connection;
    return {
        status: connection.status,
        reason: connection.problem,
        problem,
        terminals: replica.terminals,
        calls: replica.calls,
        ended: replica.ended,
    };
}

export const rings = (call: Call): boolean => call.direction === "inbound" && call.state === "RingBackState";
