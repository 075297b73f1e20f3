// The JavaScript that the first screen waits for stays small: fails the build when it does not.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BYTES_MAX = 250 * 1024; // a slow line of 2 Mbit/s fetches it within a second
const html = readFileSync("target/dist/index.html", "utf8");
const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(`target/dist/${file}`)).length, 0);
console.log(`initial JavaScript: ${(bytes / 1024).toFixed(1)} kB gzip in ${files.length} files, at most ${BYTES_MAX / 1024}`);
process.exit(files.length > 0 && bytes <= BYTES_MAX ? 0 : 1);
