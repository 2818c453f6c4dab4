// Reads a safetensors file's header with Hugging Face's own parser and prints it as JSON. The parser reads from the Hub: a fetch of our own
// hands it the file as the Hub would, range by range.
import { readFileSync } from "node:fs";
import { parseSafetensorsMetadata } from "@huggingface/hub";

const file = readFileSync(process.argv[2]);
const fetch = async (url, init = {}) => {
  if (!new URL(url).pathname.endsWith("/model.safetensors")) {
    return new Response("", { status: 404 });
  }
  const range = /bytes=(\d+)-(\d*)/.exec(new Headers(init.headers).get("range") ?? "");
  const [from, to] = range ? [Number(range[1]), range[2] === "" ? file.length - 1 : Math.min(Number(range[2]), file.length - 1)] : [0, file.length - 1];
  return new Response(init.method === "HEAD" ? null : file.subarray(from, to + 1), {
    status: range ? 206 : 200,
    headers: { etag: '"file"', "content-length": String(to - from + 1), "content-range": `bytes ${from}-${to}/${file.length}` },
  });
};
const parsed = await parseSafetensorsMetadata({ repo: "a/model", path: "model.safetensors", fetch });
console.log(JSON.stringify(parsed.header));
