// Holds resources of the Prometheus operator, a JSON array in the file that is named, against its
// schemas. It fails, too, when these would take anything.
import fs from "node:fs";
import * as models from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";

const resources = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const wrong = { ServiceMonitor: { endpoints: "none" }, PrometheusRule: { groups: [{ nam: 1 }] } };
for (const kind of Object.keys(wrong)) {
  const found = resources.filter((it) => it.kind === kind);
  if (found.length === 0) throw new Error(`there is no ${kind}`);
  for (const resource of found) {
    new models[kind](resource).validate();
    let isRefused = false;
    try {
      new models[kind]({ ...resource, spec: { ...resource.spec, ...wrong[kind] } }).validate();
    } catch {
      isRefused = true;
    }
    if (!isRefused) throw new Error(`the schema of ${kind} takes anything`);
  }
}
