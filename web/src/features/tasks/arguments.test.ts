import { expect, it } from "vitest";
import { parseArguments } from "./arguments";

it("reads arguments as a shell and argparse would", () => {
  expect(parseArguments(`--lr=0.1 --batch-size 32 --name "two words" --note='a b' --fast --shift -0.5 file.txt`)).toEqual({
    lr: "0.1", batch_size: "32", name: "two words", note: "a b", fast: "True", shift: "-0.5",
  });
  expect(parseArguments("")).toEqual({});
});
