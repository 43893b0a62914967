import assert from "node:assert/strict";
import {test} from "node:test";
import {getCountries} from "libphonenumber-js/max";
import {COUNTRIES} from "../src/options/countries.ts";

test("the settings offer the countries whose numbers the finder knows", () => {
    const known = getCountries().filter((code) => code !== "TA"); // an island without numbers of its own
    assert.deepEqual([...COUNTRIES].filter((code) => code !== "TA").sort(), known.sort());
});
