/** Server-sent events out of bytes, as the HTML standard reads them ("9.2.6 Interpreting an event stream"). */

export interface StreamEvent {
    readonly id: string;
    readonly event: string;
    readonly data: string;
}

/** A snapshot of a person's phones is far smaller; who sends more is not our server. */
export const MAX_EVENT = 4 * 1024 * 1024;

/** Text goes in as it comes, events come out. */
export class EventReader {
    private rest = "";
    private id = "";
    private event = "";
    private data: string[] = [];
    private size = 0;

    /** What is complete by now. Throws on an event without end. */
    *read(text: string): Iterable<StreamEvent> {
        this.rest += text;
        if (this.rest.length + this.size > MAX_EVENT) {
            throw new Error("an event is too long");
        }
        // A CR at the end may be half of a CRLF.
        const end = this.rest.endsWith("\r") ? this.rest.length - 1 : this.rest.length;
        const lines = this.rest.slice(0, end).split(/\r\n|\n|\r/);
        this.rest = (lines.pop() ?? "") + this.rest.slice(end);
        for (const line of lines) {
            const done = this.line(line);
            if (done !== null) {
                yield done;
            }
        }
    }

    private line(line: string): StreamEvent | null {
        if (line === "") {
            const {id, event, data} = this;
            this.event = "";
            this.data = [];
            this.size = 0;
            return data.length === 0 ? null : {id, event: event || "message", data: data.join("\n")};
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "data") {
            this.data.push(value);
            this.size += value.length;
        } else if (field === "event") {
            this.event = value;
        } else if (field === "id" && !value.includes("\0")) {
            this.id = value;
        }
        return null;
    }
}
