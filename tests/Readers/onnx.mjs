// Runs every NAME.onnx of a folder in onnxruntime-web on NAME.input (its name, type and shape are in NAME.json) and writes its outputs beside it,
// NAME.logits and NAME.probabilities, float32.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
const folder = process.argv[2];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".onnx")).sort()) {
  const path = join(folder, file.slice(0, -".onnx".length));
  const session = await ort.InferenceSession.create(readFileSync(`${path}.onnx`), { executionProviders: ["wasm"] });
  const { name, type, dims } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  const bytes = new Uint8Array(readFileSync(`${path}.input`)).buffer;
  const values = type === "int64" ? new BigInt64Array(bytes) : new Float32Array(bytes);
  const outputs = await session.run({ [name]: new ort.Tensor(type, values, dims) });
  for (const [output, tensor] of Object.entries(outputs)) {
    writeFileSync(`${path}.${output}`, Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
  }
}
