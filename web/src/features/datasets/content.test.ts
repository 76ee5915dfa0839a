import { expect, test } from "vitest";
import { contentOf, shownFiles } from "./content";

const of = (value: string) => contentOf({ configuration: { "Dataset Content": { name: "Dataset Content", value } } });
const HEAD = "File Name (3 files + 1 links), File Size (total 1.2 KB), Hash (SHA2)";

test("the list of the SDK is read, names with commas and files without size as well", () => {
  const content = of(`${HEAD}\na/b.txt, 12, 9f86\ncat, dog.jpg, 1200, aa11\ns3://bucket/x.bin, , `);
  expect(content).toEqual({ total: 4, files: [{ path: "a/b.txt", size: 12, hash: "9f86" }, { path: "cat, dog.jpg", size: 1200, hash: "aa11" }, { path: "s3://bucket/x.bin", size: null, hash: "" }] });
});

test("without a list there is none", () => {
  expect(contentOf({})).toBeNull();
  expect(of("")).toBeNull();
  expect(of(HEAD)?.files).toEqual([]);
});

test("files are found by name or hash, and ordered by size", () => {
  const files = of(`${HEAD}\na/b.txt, 12, 9f86\na/c.txt, 1200, aa11\nd.bin, , `)?.files ?? [];
  expect(shownFiles(files, "a txt", "path").map((file) => file.path)).toEqual(["a/b.txt", "a/c.txt"]);
  expect(shownFiles(files, "aa1", "path").map((file) => file.path)).toEqual(["a/c.txt"]);
  expect(shownFiles(files, "", "size").map((file) => file.path)).toEqual(["a/c.txt", "a/b.txt", "d.bin"]);
});
