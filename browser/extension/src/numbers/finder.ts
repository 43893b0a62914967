/** Telephone numbers in a text: candidates, and libphonenumber's word on each. */

import {type CountryCode, findPhoneNumbersInText, isSupportedCountry} from "libphonenumber-js/max";
import {type Candidate, candidates} from "./candidates.ts";

/** A number in a text, as `text.slice(start, end)`, and as it is dialled from anywhere (E.164). */
export interface FoundNumber extends Candidate {
    readonly number: string;
}

/** Room for " ext. 12345" behind a number. */
const EXTENSION = 16;

/** A country's ISO code, or undefined for one that nobody knows. */
export function country(code: string): CountryCode | undefined {
    const upper = code.toUpperCase();
    return isSupportedCountry(upper) ? upper : undefined;
}

/** The numbers of a text; those without a country code are read as in `home`. Without it only + counts. */
export function findNumbers(text: string, home: CountryCode | undefined): FoundNumber[] {
    const found: FoundNumber[] = [];
    for (const {start, end} of candidates(text)) {
        const behind = /^[\s,;]{0,2}(?:ext|x|내선)[.:\s]{0,2}\d{1,6}(?!\d)/i.exec(
            text.slice(end, end + EXTENSION),
        );
        const piece = text.slice(start, end) + (behind?.[0] ?? "");
        for (const match of findPhoneNumbersInText(piece, home === undefined ? {} : {defaultCountry: home})) {
            found.push({
                start: start + match.startsAt,
                end: start + match.endsAt,
                number: match.number.number,
            });
        }
    }
    return found;
}
