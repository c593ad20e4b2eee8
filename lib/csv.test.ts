import { expect, test } from "vitest";
import { parseCsv, toCsv } from "./csv";

test.each([
  [
    "plain cells",
    "a,b\r\n1,2\r\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "no line end at the end, and Unix lines",
    "a,b\n1,2",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  ["quotes, commas and line ends inside a cell", '"a ""b""","c,d","e\nf"\n', [['a "b"', "c,d", "e\nf"]]],
  [
    "a byte order mark and empty lines",
    "\uFEFFa,b\n\n , \n1,\n",
    [
      ["a", "b"],
      ["1", ""],
    ],
  ],
  ["nothing", "", []],
])("reads %s", (_, text, rows) => {
  expect(parseCsv(text)).toEqual(rows);
});

test.each(["=1+1", "+49", "-5", "@sum", "plain", 'say "hi", twice', "two\nlines"])(
  "%j comes back as it went",
  (text) => {
    expect(parseCsv(toCsv([[text, "x"]]))).toEqual([[text, "x"]]);
  },
);

test("no cell is a formula in a spreadsheet, numbers stay numbers", () => {
  expect(toCsv([["=HYPERLINK(1)", -5, undefined]])).toBe("'=HYPERLINK(1),-5,\r\n");
});
