// @vitest-environment jsdom
import { expect, test } from "vitest";
import { htmlOf } from "./markdown";

test("headings, lists, tables and code are what they mean", () => {
  const html = htmlOf("# Aim\n\n- one\n- `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
  for (const part of ["<h1>Aim</h1>", "<li>one</li>", "<code>two</code>", "<td>2</td>"]) expect(html).toContain(part);
});

test("nothing that runs, loads or poses as the page comes through", () => {
  const hostile = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](data:text/html,x)", "<svg><script>alert(1)</script></svg>", "<iframe src=https://e.example></iframe>",
    "<form action=https://e.example><input name=secret></form>", "<a href='//e.example' style='position:fixed;inset:0' id=main>x</a>", "<style>*{display:none}</style>", "<math><mi xlink:href='javascript:alert(1)'>",
  ];
  const html = htmlOf(hostile.join("\n\n"));
  for (const part of [/<script/i, /onerror/i, /javascript:/i, /data:text/i, /<iframe/i, /<form/i, /<input/i, /style=/i, /<style/i, / id=/i, /\/\/e\.example/i]) expect(html).not.toMatch(part);
});

test("a link leaves the page", () => {
  expect(htmlOf("[paper](https://arxiv.example/1)")).toMatch(/target="_blank" rel="noopener noreferrer"|rel="noopener noreferrer" target="_blank"/);
});
