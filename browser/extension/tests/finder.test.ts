import assert from "node:assert/strict";
import {test} from "node:test";
import {candidates, passesLuhn} from "../src/numbers/candidates.ts";
import {country, findNumbers} from "../src/numbers/finder.ts";

const inKorea = (text: string): string[] => findNumbers(text, "KR").map((one) => one.number);
const written = (text: string, home: "KR" | "US" | "DE" | "FR" | "JP" = "KR"): string[] =>
    findNumbers(text, home).map((one) => text.slice(one.start, one.end));

const NUMBERS: [string, "KR" | "US" | "DE" | "FR" | "JP", string[]][] = [
    ["Call 02-568-3848 today", "KR", ["+8225683848"]],
    ["+82 (2) 568-3848", "KR", ["+8225683848"]],
    ["+82 (0)2 568 3848", "KR", ["+8225683848"]],
    ["휴대폰 010-1234-5678로 전화 주세요", "KR", ["+821012345678"]],
    ["전화번호: 01012345678", "KR", ["+821012345678"]],
    ["대표전화 1588-1234", "KR", ["+8215881234"]],
    ["０２-５６８-３８４８", "KR", ["+8225683848"]],
    ["(212) 736-5000", "US", ["+12127365000"]],
    ["Phone: 2127365000", "US", ["+12127365000"]],
    ["212.736.5000 x123", "US", ["+12127365000"]],
    ["030/22730 2000", "DE", ["+4930227302000"]],
    ["01 42 68 53 00", "FR", ["+33142685300"]],
    ["03-3210-7000", "JP", ["+81332107000"]],
    ["+44 20 7946 0018 or +49 30 901820", "KR", ["+442079460018", "+4930901820"]],
    ["02-568-3848 / 010-1234-5678 / 031-789-1234", "KR", ["+8225683848", "+821012345678", "+82317891234"]],
    ["02-568-3848 010-1234-5678 031-789-1234", "KR", ["+8225683848", "+821012345678", "+82317891234"]],
    ["Tel:02-568-3848", "KR", ["+8225683848"]],
    ["(+82-2-568-3848)", "KR", ["+8225683848"]],
    ["1. 02-568-3848", "KR", ["+8225683848"]],
    ["2) 010-1234-5678", "KR", ["+821012345678"]],
    ["02) 568-3848", "KR", ["+8225683848"]],
    ["2026-11-26 02-568-3848", "KR", ["+8225683848"]],
    ["Kim 02-568-3848, 2026-11-26", "KR", ["+8225683848"]],
    ["010-1234-5678 (02-568-3848)", "KR", ["+821012345678", "+8225683848"]],
    ["fax +82 2 568 3848.", "KR", ["+8225683848"]],
];

for (const [text, home, expected] of NUMBERS) {
    test(`a number: ${text} (${home})`, () => {
        assert.deepEqual(
            findNumbers(text, home).map((one) => one.number),
            expected,
        );
    });
}

const NO_NUMBERS: string[] = [
    "4111 1111 1111 1111", // a card
    "4111-1111-1111-1111",
    "4111111111111111",
    "3782 822463 10005",
    "2026-11-26",
    "2026. 11. 26",
    "26.11.2026 10:45",
    "11/26/2026",
    "20261126",
    "2026-11-26T10:45:12.123Z",
    "2020-2026",
    "₩1,234,567",
    "$ 2127365000",
    "1234567 원",
    "12,345,678",
    "0212345678 KRW",
    "192.168.100.200",
    "37.56654, 126.97800",
    "900101-1234567", // of a person
    "123-45-67890", // of a company
    "123-45-6789",
    "978-3-16-148410-0",
    "ISBN 0212345678",
    "주문번호 0215881234",
    "Order no. 010-1234-5678",
    "#0101234567",
    "a010123456789",
    "0101234567f",
    "550e8400-e29b-41d4-a716-446655440000",
    "https://example.com/01012345678",
    "example.com:02-568-3848",
    "v1.2.3456.7890",
    "012345678901234567890123456789",
    "1732617912345", // milliseconds
    "10:45:12.123456",
    "00:1A:2B:33:44:55",
    "1234567",
    "000-0000-0000",
    "p=0212345678&q=1",
];

for (const text of NO_NUMBERS) {
    test(`no number: ${text}`, () => assert.deepEqual([...inKorea(text), ...written(text, "US")], []));
}

test("a number stands where its text does", () => {
    assert.deepEqual(written("Kim (02) 568-3848, Lee +82-10-1234-5678 x12!"), [
        "(02) 568-3848",
        "+82-10-1234-5678 x12",
    ]);
});

test("without a country only numbers with a country code are numbers", () => {
    assert.deepEqual(
        findNumbers("02-568-3848, +82 2 568 3848", undefined).map((one) => one.number),
        ["+8225683848"],
    );
});

test("a country that nobody knows is none", () => {
    assert.equal(country("kr"), "KR");
    assert.equal(country("UK"), undefined);
    assert.equal(country("../x"), undefined);
});

test("cards have their check digit", () => {
    assert.ok(passesLuhn("4111111111111111"));
    assert.ok(!passesLuhn("4111111111111112"));
});

/** What keeps a backtracking expression busy; here the library must not even see it. */
const HOSTILE: [string, string][] = [
    ["digits", "1".repeat(200_000)],
    ["digits and strokes", "1-".repeat(100_000)],
    ["digits and blanks", "1 ".repeat(100_000)],
    ["brackets", "(".repeat(200_000)],
    ["pluses", "+1".repeat(100_000)],
    ["blanks", `${" ".repeat(200_000)}1234567`],
    ["words", `${"order no ".repeat(20_000)}0`],
    ["numbers", "02-568-3848 ".repeat(20_000)],
    ["almost numbers", "(02) 568-3848 ext ".repeat(10_000)],
];

for (const [name, text] of HOSTILE) {
    test(`200,000 letters of ${name} are few and short pieces for the library`, () => {
        const pieces = candidates(text);
        assert.ok(pieces.length <= 500);
        assert.ok(pieces.every((piece) => piece.end - piece.start <= 48));
        findNumbers(text, "KR");
    });
}
