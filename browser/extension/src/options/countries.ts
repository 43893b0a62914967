/** The countries of which telephone numbers are known, by their names in the browser's language. */

import {language} from "../shared/text.ts";

// The codes are those of libphonenumber-js; the list alone is small, its metadata are not.
const CODES =
    "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF " +
    "CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF " +
    "GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP " +
    "KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA " +
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI " +
    "SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI " +
    "VN VU WF WS XK YE YT ZA ZM ZW";

export const COUNTRIES: readonly string[] = CODES.split(" ");

export function fillCountries(select: HTMLSelectElement): void {
    const own = language();
    const names = new Intl.DisplayNames([own, "en"], {type: "region"});
    const named = COUNTRIES.map((code) => ({code, name: names.of(code) ?? code}));
    for (const {code, name} of named.sort((one, other) => one.name.localeCompare(other.name, own))) {
        select.add(new Option(name, code));
    }
}
