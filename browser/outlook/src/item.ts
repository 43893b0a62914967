/** What stands in the open message or appointment: its text, and its people. By Office.js, Mailbox 1.3. */

export interface Person {
    readonly name: string;
    readonly mail: string;
}

export interface Content {
    readonly text: string;
    readonly people: readonly Person[];
}

interface Address {
    readonly displayName?: string;
    readonly emailAddress?: string;
}

interface Result<Value> {
    readonly status: string;
    readonly value: Value;
}

/** What both kinds of items have when they are read, as far as it is used here. */
export interface Item {
    readonly subject?: string;
    readonly location?: string;
    readonly from?: Address;
    readonly sender?: Address;
    readonly organizer?: Address;
    readonly to?: readonly Address[];
    readonly cc?: readonly Address[];
    readonly requiredAttendees?: readonly Address[];
    readonly optionalAttendees?: readonly Address[];
    readonly body: {getAsync(kind: string, done: (result: Result<string>) => void): void};
}

/** Nobody reads on in a message that is longer, and a thread repeats itself. */
export const MAX_TEXT = 200_000;

/** Nobody looks for somebody among more. */
export const MAX_PEOPLE = 20;

/** The item's text and people; a body that cannot be read is left out. */
export async function contentOf(item: Item): Promise<Content> {
    const body = await new Promise<string>((done) => {
        item.body.getAsync("text", (result) => done(result.status === "succeeded" ? result.value : ""));
    });
    const addresses = [
        item.from,
        item.sender,
        item.organizer,
        ...(item.to ?? []),
        ...(item.cc ?? []),
        ...(item.requiredAttendees ?? []),
        ...(item.optionalAttendees ?? []),
    ];
    const people = new Map<string, Person>();
    for (const one of addresses) {
        const mail = one?.emailAddress?.toLowerCase() ?? "";
        if (mail !== "" && !people.has(mail) && people.size < MAX_PEOPLE) {
            people.set(mail, {name: one?.displayName ?? "", mail});
        }
    }
    const text = [item.subject ?? "", item.location ?? "", body].join("\n").slice(0, MAX_TEXT);
    return {text, people: [...people.values()]};
}
