//! What stands in `deploy/` and `docs/` about the server is so: settings are read, metrics exist,
//! tables are those of the code. What takes programs of others is checked by `cargo xtask deploy`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use omnistack_server::access::{Access, Limit, Permission, ROUTES, Role};
use omnistack_server::configuration::Configuration;
use omnistack_server::metrics::Metrics;
use omnistack_server::problem::Code;
use serde_json::Value;

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(relative)
}

fn read(relative: &str) -> String {
    let path = path(relative);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The keys of a table and of those in it, such as `limits.rates.token`.
fn keys(table: &Value, before: &str, found: &mut BTreeSet<String>) {
    for (key, value) in table.as_object().unwrap() {
        let name = format!("{before}{key}");
        let is_rate = value.get("per_second").is_some();
        if value.is_object() && !is_rate {
            keys(value, &format!("{name}."), found);
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn every_settings_file_can_be_read() {
    let files = [
        "deploy/container/omnistack-server.toml",
        "deploy/compose/omnistack-server.toml",
        "deploy/systemd/omnistack-server.toml",
    ];
    for file in files {
        Configuration::read(Some(&path(file))).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[test]
fn settings_in_the_documents_can_be_read() {
    let page = read("docs/operations.md");
    let blocks: Vec<&str> = page.split("\n```toml\n").skip(1).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let text = block.split("\n```").next().unwrap();
        let configuration: Configuration = toml::from_str(text).unwrap();
        configuration.check().unwrap();
    }
}

#[test]
fn the_sample_names_every_setting_and_its_default() {
    let text = read("deploy/systemd/omnistack-server.toml");
    // With what is commented out, it says everything that there is.
    let all: String = text
        .lines()
        .map(|line| line.strip_prefix('#').filter(|it| !it.starts_with(' ')).unwrap_or(line))
        .fold(String::new(), |all, line| all + line + "\n");
    let all: Configuration = toml::from_str(&all).unwrap();
    let mut said = BTreeSet::new();
    keys(&serde_json::to_value(&all).unwrap(), "", &mut said);
    let schema = serde_json::to_value(schemars::schema_for!(Configuration)).unwrap();
    let defined = &schema["$defs"];
    let mut missing = Vec::new();
    let tables = schema["properties"].as_object().unwrap();
    for (table, value) in tables {
        let name = value["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        for key in defined[name]["properties"].as_object().unwrap().keys() {
            let name = format!("{table}.{key}");
            let is_said = said.iter().any(|it| *it == name || it.starts_with(&format!("{name}.")));
            // Empty lists are left out where settings are shown.
            if !is_said && !text.contains(&format!("\n{key} = []")) {
                missing.push(name);
            }
        }
    }
    assert!(missing.is_empty(), "the sample does not say {missing:?}");
    let mut sample: Configuration = toml::from_str(&text).unwrap();
    let default = Configuration::default();
    // These are where systemd has them, and the address of the team.
    sample.auth.issuer.clone_from(&default.auth.issuer);
    sample.auth.keys.clone_from(&default.auth.keys);
    sample.auth.clients.clone_from(&default.auth.clients);
    sample.telemetry.audit_file = None;
    assert_eq!(sample, default);
}

/// The names of metrics in a text.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("omnistack_") {
        let is_within = |it: char| it.is_ascii_alphanumeric() || "_:/".contains(it);
        let rest = &text[at..];
        let is_part = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        // What was recorded has a colon in its name.
        if !text[..at].ends_with(is_within) && !rest[end..].starts_with(':') {
            found.insert(rest[..end].to_owned());
        }
    }
    found
}

/// The metrics that the server writes, with their kinds: its own, and those of every process.
fn metrics_of_the_server() -> BTreeMap<String, String> {
    let metrics = Metrics::default();
    // What has a label shows once it was counted.
    metrics.request("/v1/predict", "POST", "200", 0.001);
    metrics.rejected("overloaded");
    metrics.token_issued("client_credentials");
    metrics.token_refused("invalid_client");
    metrics.token_refused("invalid_grant");
    let _ = metrics.model("m");
    let text = metrics.text();
    let kinds = text.lines().filter_map(|it| it.strip_prefix("# TYPE "));
    let own = kinds.map(|it| it.split_once(' ').unwrap()).map(|(name, kind)| match kind {
        "counter" => (format!("{name}_total"), kind.to_owned()),
        _ => (name.to_owned(), kind.to_owned()),
    });
    let of_all = telemetry::metrics().described().into_iter();
    own.chain(of_all.map(|it| (it.name.clone(), it.kind.to_owned()))).collect()
}

/// What each metric is called when it is asked for.
fn series() -> BTreeSet<String> {
    let mut series = BTreeSet::new();
    for (name, kind) in metrics_of_the_server() {
        match kind.as_str() {
            "histogram" => {
                series.extend(["bucket", "sum", "count"].map(|it| format!("{name}_{it}")));
            }
            _ => drop(series.insert(name)),
        }
    }
    series
}

#[test]
fn every_metric_that_is_shown_or_watched_exists() {
    let series = series();
    let files = [
        "deploy/prometheus/rules.yml",
        "deploy/prometheus/alerts.yml",
        "deploy/prometheus/alerts.test.yml",
        "deploy/grafana/dashboards/server.json",
        "deploy/grafana/dashboards/models.json",
        "deploy/helm/omnistack-server/templates/hpa.yaml",
        "deploy/helm/adapter.yaml",
    ];
    for file in files {
        let named = metrics_in(&read(file));
        assert!(!named.is_empty(), "{file} names no metric");
        for name in named {
            assert!(series.contains(&name), "{file} names {name}, which the server does not have");
        }
    }
}

#[test]
fn the_documents_list_every_metric() {
    // Those of the engine stand on the page of the daemon, which has them, too.
    let text = read("docs/operations.md") + &read("docs/observability.md");
    for (name, kind) in metrics_of_the_server() {
        let row = format!("| `{name}` | {kind} |");
        assert!(text.contains(&row), "the documents lack {row}");
    }
}

#[test]
fn dashboards_have_panels_that_do_not_overlap() {
    for file in ["server", "models"] {
        let text = read(&format!("deploy/grafana/dashboards/{file}.json"));
        let dashboard: Value = serde_json::from_str(&text).unwrap();
        let panels = dashboard["panels"].as_array().unwrap();
        let mut ids = BTreeSet::new();
        let mut taken = BTreeSet::new();
        for panel in panels {
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{file}: an id twice");
            let place = |key: &str| panel["gridPos"][key].as_u64().unwrap();
            assert!(place("x") + place("w") <= 24, "{file}: {} is too wide", panel["title"]);
            for y in place("y")..place("y") + place("h") {
                for x in place("x")..place("x") + place("w") {
                    assert!(taken.insert((x, y)), "{file}: {} lies on another", panel["title"]);
                }
            }
            if panel["type"] != "row" {
                assert!(!panel["targets"].as_array().unwrap().is_empty());
                // Whoever opens it chooses where the data is from.
                assert_eq!(panel["datasource"]["uid"], "${datasource}", "{}", panel["title"]);
            }
        }
    }
}

#[test]
fn copies_are_the_same() {
    let chart = "deploy/helm/omnistack-server/files";
    let pairs = [
        ("deploy/prometheus/rules.yml", format!("{chart}/rules.yml")),
        ("deploy/prometheus/alerts.yml", format!("{chart}/alerts.yml")),
        ("deploy/grafana/dashboards/server.json", format!("{chart}/dashboards/server.json")),
        ("deploy/grafana/dashboards/models.json", format!("{chart}/dashboards/models.json")),
        (".containerignore", "deploy/container/Containerfile.dockerignore".to_owned()),
    ];
    for (one, other) in pairs {
        assert!(read(one) == read(&other), "{one} and {other} differ: copy one over the other");
    }
}

#[test]
fn the_version_is_the_same_wherever_it_is_said() {
    let version = env!("CARGO_PKG_VERSION");
    let places = [
        ("deploy/container/Containerfile", format!("ARG VERSION={version}\n")),
        ("deploy/compose/compose.yaml", format!("image: omnistack-server:{version}\n")),
        ("deploy/helm/omnistack-server/Chart.yaml", format!("version: {version}\n")),
        ("deploy/helm/omnistack-server/Chart.yaml", format!("appVersion: \"{version}\"\n")),
    ];
    for (file, said) in places {
        assert!(read(file).contains(&said), "{file} does not say {said}");
    }
}

#[test]
fn what_has_to_outlast_the_drain_does() {
    let listen = Configuration::default().listen;
    let (drain, linger) = (listen.drain.as_secs(), listen.linger.as_secs());
    let seconds = |file: &str, before: &str| -> u64 {
        let text = read(file);
        let rest = text.split_once(before).unwrap().1;
        rest.split(|it: char| !it.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    let service = seconds("deploy/systemd/omnistack-server.service", "TimeoutStopSec=");
    assert!(service > linger + drain);
    let linger = seconds("deploy/compose/omnistack-server.toml", "linger = \"");
    let grace = seconds("deploy/compose/compose.yaml", "stop_grace_period: ");
    assert!(grace > linger + drain);
    // Two failed checks, two seconds apart.
    assert!(read("deploy/compose/haproxy.cfg").contains("inter 2s fall 2"));
    assert!(linger > 2 * 2);
}

#[test]
fn the_example_of_settings_has_each_of_them_with_its_default() {
    let example: toml::Value =
        toml::from_str(&read("deploy/systemd/omnistack-server.toml")).unwrap();
    let defaults = toml::Value::try_from(Configuration::default()).unwrap();
    // These differ from one machine to another.
    let local = ["issuer", "keys", "clients", "audit_file", "url_file", "keys_file"];
    for (section, settings) in defaults.as_table().unwrap() {
        for (name, value) in settings.as_table().unwrap() {
            let shown = example.get(section).and_then(|it| it.get(name));
            let shown = shown.unwrap_or_else(|| panic!("{section}.{name} is missing"));
            assert!(local.contains(&name.as_str()) || shown == value, "{section}.{name}: {shown}");
        }
    }
}

#[test]
fn alerts_point_at_sections_that_exist() {
    let anchor = |heading: &str| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        kept.collect::<String>().replace(' ', "-")
    };
    let operations = read("docs/operations.md");
    let headings = operations.lines().filter(|it| it.starts_with('#'));
    let anchors: BTreeSet<String> = headings.map(anchor).collect();
    for line in read("deploy/prometheus/alerts.yml").lines() {
        if let Some((_, named)) = line.split_once("runbook: docs/operations.md#") {
            assert!(anchors.contains(named), "there is no section {named}: {anchors:?}");
        }
    }
}

#[test]
fn the_tables_of_the_documents_are_those_of_the_code() {
    let text = read("docs/operations.md");
    for code in Code::ALL {
        let (status, name, _) = code.row();
        let row = format!("| `{name}` | {} |", status.as_u16());
        assert!(text.contains(&row), "docs/operations.md lacks {row}");
    }
    for route in &ROUTES {
        let who = match route.access {
            Access::Public => "everybody".to_owned(),
            Access::LoopbackOr(permission) => {
                format!("this machine, or {}", permission.least().name())
            }
            Access::Needs(permission) => permission.least().name().to_owned(),
        };
        let limit = match route.limit {
            Limit::None => "–",
            limit => limit.name(),
        };
        let row = format!("| `{} {}` | {who} | {limit} |", route.method, route.path);
        assert!(text.contains(&row), "docs/operations.md lacks {row}");
    }
    let permissions = [
        (Permission::SeeModels, "see the models"),
        (Permission::SeeUsage, "see its own usage"),
        (Permission::RevokeOwn, "revoke its own tokens"),
        (Permission::Predict, "have functions judged"),
        (Permission::Analyze, "have files analysed"),
        (Permission::ManageModels, "load and unload models"),
        (Permission::SeeAllUsage, "see everybody's usage"),
        (Permission::SeeMetrics, "read metrics over the network"),
        (Permission::RevokeAny, "revoke other clients' tokens"),
    ];
    for (permission, what) in permissions {
        let marks = Role::ALL.map(|role| if role.may(permission) { " yes |" } else { " |" });
        let row = format!("| {what} |{}", marks.concat());
        assert!(text.contains(&row), "docs/operations.md lacks {row}");
    }
}
