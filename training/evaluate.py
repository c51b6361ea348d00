"""Measures of a network on batches of pairs: each correct function beside the same with a bug."""

import torch

from network import log_probabilities

KIND_NAMES = ["variable", "comparison", "logical", "arithmetic", "assignment", "bitwise", "number", "boolean",
              "swap", "negate", "drop-negation", "add-offset", "drop-offset", "await", "attribute", "method", "function"]
LANGUAGE_NAMES = ["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp", "other"]


@torch.no_grad()
def rows(network, batches):
    """One row per sample: (pair, language, kind, P(bug), localized, joint). The kind is the repair's, -1 for a
    correct function, and -2 for a wrong one beyond repair."""
    network.eval()
    found = []
    for batch in batches:
        candidates, none = log_probabilities(batch, *network(batch))
        groups = torch.zeros(len(batch.group_kind)).index_add(0, batch.candidate_group, candidates.exp())
        # The group and the candidate with the highest probability of each sample.
        best_group = group_best(groups, batch.group_sample, batch.size)
        best = group_best(candidates, batch.candidate_sample, batch.size)
        kind = torch.where(batch.label >= 0, batch.group_kind[batch.label_group.clamp(min=0)], batch.label)
        for at in range(batch.size):
            found.append((int(batch.pair[at]), int(batch.language[at]), int(kind[at]), float(-torch.expm1(none[at])),
                          bool(best_group[at] == batch.label_group[at]), bool(best[at] == batch.label[at])))
    network.train()
    return found


def group_best(values, owner, count):
    """For each owner, the index of its greatest value."""
    order = values.argsort()
    order = order[owner[order].argsort(stable=True)]
    is_last = torch.ones(len(order), dtype=torch.bool)
    is_last[:-1] = owner[order][1:] != owner[order][:-1]
    best = torch.full((count,), -3, dtype=torch.long)
    best[owner[order[is_last]]] = order[is_last]
    return best


def summary(found):
    """Rates over rows: detection at one half, localization, joint, paired accuracy, recall at few alarms."""
    bugs = [row for row in found if row[2] != -1]
    clean = [row for row in found if row[2] == -1]
    if not bugs or not clean:
        return {}
    clean_scores = sorted((row[3] for row in clean), reverse=True)
    by_pair = {row[0]: row[3] for row in clean}
    paired = [(row[3] > by_pair[row[0]]) + 0.5 * (row[3] == by_pair[row[0]]) for row in bugs if row[0] in by_pair]
    rate = lambda test: sum(map(test, bugs)) / len(bugs)
    result = {
        "bugs": len(bugs),
        "false_alarm_rate": sum(row[3] > 0.5 for row in clean) / len(clean),
        "detected": rate(lambda row: row[3] > 0.5),
        "localized": rate(lambda row: row[3] > 0.5 and row[4]),
        "joint": rate(lambda row: row[3] > 0.5 and row[5]),
        "paired_accuracy": sum(paired) / max(len(paired), 1),
    }
    for alarms in (1, 10, 50):
        allowed = len(clean) * alarms // 1000
        threshold = clean_scores[allowed] if allowed < len(clean) else 0.0
        result[f"recall_at_{alarms}"] = rate(lambda row: row[3] > threshold and row[4])
    return result


def report(found):
    """The summary over all, by language and by kind of the repair."""
    parts = {"overall": summary(found)}
    for number, name in enumerate(LANGUAGE_NAMES):
        part = summary([row for row in found if row[1] == number])
        if part:
            parts[name] = part
    clean = [row for row in found if row[2] == -1]
    for number, name in enumerate(KIND_NAMES):
        part = summary([row for row in found if row[2] == number] + clean)
        if part:
            parts[name] = part
    return parts
