// Runs every NAME.onnx of a folder in onnxruntime-web on NAME.pixels (float32, [N, C, H, W]; the shape is in NAME.json) and writes its outputs
// beside it, NAME.logits and NAME.probabilities, float32.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
const folder = process.argv[2];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".onnx")).sort()) {
  const path = join(folder, file.slice(0, -".onnx".length));
  const session = await ort.InferenceSession.create(readFileSync(`${path}.onnx`), { executionProviders: ["wasm"] });
  const bytes = readFileSync(`${path}.pixels`);
  const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const outputs = await session.run({ pixels: new ort.Tensor("float32", pixels, JSON.parse(readFileSync(`${path}.json`, "utf8"))) });
  for (const [name, tensor] of Object.entries(outputs)) {
    writeFileSync(`${path}.${name}`, Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
  }
}
