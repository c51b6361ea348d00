"""Renders the chart with Helm's own library, and holds what comes out against the schemas of
Kubernetes. Settings files and the Prometheus operator's resources are left in a folder, for others to
read: chart.py CHART FOLDER."""

import json
import pathlib
import sys

import helm_python as helm
import kubernetes_validate
import yaml

chart_folder, scratch = map(pathlib.Path, sys.argv[1:])
scratch.mkdir(parents=True, exist_ok=True)
# The oldest that the chart takes, and the newest that the schemas are there for.
VERSIONS = ["1.30", kubernetes_validate.latest_version()]
FULL = yaml.safe_load((chart_folder / "ci/full-values.yaml").read_text())
# Values that are refused, and what is said about them.
REFUSED = [
    ({"replicaCount": 2}, "redis.existingSecret"),
    ({"replicaCount": 2, "redis": {"existingSecret": "a"}}, "auth.keysSecret"),
    ({**FULL, "autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 2}}, "maxReplicas"),
    ({"replicas": 2}, "replicas"),
    ({"settings": {"redis": {"url_file": "/x"}}}, "url_file"),
    ({"settings": {"listen": {"drain": "1 minute"}}}, "drain"),
    ({"serviceMonitor": {"enabled": True}}, "clientSecret"),
    ({"image": {"digest": "sha256:1"}}, "digest"),
]


def render(values):
    with helm.Chart.load(str(chart_folder)) as chart:
        chart.validate_schema(values)
        texts = chart.render(values, name="release", namespace="team")
    for path, text in texts.items():
        if path.endswith("NOTES.txt"):
            assert "{{" not in text, path
            continue
        for document in yaml.safe_load_all(text):
            if document:
                yield document


def one(documents, kind):
    return next(it for it in documents if it["kind"] == kind)


found = helm.lint(str(chart_folder))
assert not found["errors"], found
# Severity 1 is for information: it would like an icon.
assert all(it["severity"] <= 1 for it in found["messages"]), found

operated = []
for name, values in (("default", {}), ("full", FULL)):
    documents = list(render(values))
    for document in documents:
        if document["apiVersion"].startswith("monitoring.coreos.com/"):
            operated.append(document)
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(document, version, strict=True)
    settings = one(documents, "ConfigMap")["data"]
    (scratch / f"{name}.toml").write_text(settings["omnistack-server.toml"])
    pod = one(documents, "Deployment")["spec"]["template"]["spec"]
    drain = int(values.get("settings", {}).get("listen", {}).get("drain", "25s").rstrip("s"))
    sleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > drain + sleep, "pods are killed before they drain"
    # Restricted, as the Pod Security Standards have it.
    for pod in [pod] + [it["spec"] for it in documents if it["kind"] == "Pod"]:
        assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["enableServiceLinks"] is False
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"]
            assert context["capabilities"] == {"drop": ["ALL"]}, context
    # Secrets are named, never made.
    assert not any(it["kind"] == "Secret" for it in documents)
    # What is selected is there.
    labels = one(documents, "Deployment")["spec"]["template"]["metadata"]["labels"]
    for kind, path in (("Service", ["selector"]), ("NetworkPolicy", ["podSelector", "matchLabels"])):
        selector = one(documents, kind)["spec"]
        for part in path:
            selector = selector[part]
        assert selector.items() <= labels.items(), kind
# The operator passes over what it does not know: these are there under the names that it knows.
monitor = one(operated, "ServiceMonitor")["spec"]
assert monitor["jobLabel"] == "app.kubernetes.io/name"
assert {"port", "path", "scheme", "oauth2", "tlsConfig"} <= monitor["endpoints"][0].keys()
assert {"clientId", "clientSecret", "tokenUrl"} <= monitor["endpoints"][0]["oauth2"].keys()
(scratch / "operated.json").write_text(json.dumps(operated))

for values, why in REFUSED:
    try:
        list(render(values))
    except helm.HelmError as error:
        assert why in str(error), f"{values} is refused with: {error}"
    else:
        raise AssertionError(f"{values} should be refused")
print(f"{len(REFUSED)} values refused, {len(operated)} resources of the operator")
