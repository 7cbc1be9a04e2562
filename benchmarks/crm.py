"""The CRM's everyday work beside hand-written endpoints: list, detail, create, update, group-by, search, bulk.

    make bench BENCH=crm                       # set up, check, measure, ratios
    python -m benchmarks.crm setup|check|run|bulk|cold|report [--rounds 3 --seconds 3 --ops list,detail --conc 16]

Needs the comparison's harness (PERF_HARNESS, default ../shared/bench), a PostgreSQL server on PERF_PGPORT
(default 5433), wrk, and PERF_TMP, a folder for data, logs and the floor's environment.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUST = {
    "list": (0.8, 1.2), "list_total": (1.0, 1.5), "detail": (0.4, 0.7), "create": (0.25, 0.4),
    "update": (0.25, 0.4), "aggregate": (1.0, 2.0), "search": (3.0, 6.0),
}  # fmt: skip
ALL = ",".join(MUST)


def harness():
    """The comparison's harness, with this project's adapter among its own."""
    folder = Path(os.environ.get("PERF_HARNESS", ROOT.parent / "shared" / "bench"))
    if not (folder / "harness.py").exists():
        raise SystemExit(f"The comparison's harness is not in {folder}. Set PERF_HARNESS to its folder.")
    sys.path.insert(0, str(folder))
    module = importlib.import_module("harness")
    importlib.import_module("adapters").__path__.append(str(Path(__file__).parent / "adapters"))
    return module


def ratios(h, since: float) -> None:
    """One table: what was measured, as a ratio to the floor of the same run."""
    import json

    found: dict[tuple[str, str, int], list[dict]] = {}
    for line in h.RESULTS.read_text().splitlines():
        row = json.loads(line)
        if row["t"] >= since:
            found.setdefault((row["peer"], row["op"], row.get("conc", 0)), []).append(row)

    def middle(key, what):
        return statistics.median(row[what] for row in found[key])

    print("\n| work | clients | floor | Tradewind | ratio | must (aim) | CPU ms floor / Tradewind |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for op, (must, aim) in MUST.items():
        for conc in sorted({key[2] for key in found if key[1] == op}):
            ours, floor = ("ours", op, conc), ("floor", op, conc)
            if ours in found and floor in found:
                a, b = middle(ours, "rps"), middle(floor, "rps")
                print(
                    f"| {op} | {conc} | {b:.0f}/s | {a:.0f}/s | {a / b:.2f} | {must} ({aim})"
                    f" | {middle(floor, 'cpu_ms'):.2f} / {middle(ours, 'cpu_ms'):.2f} |"
                )


def main() -> None:
    """The command line."""
    import time

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--ops", default=ALL)
    parser.add_argument("--conc", default="16")
    parser.add_argument("--peers", default="floor,ours")
    given = parser.parse_args()
    h = harness()
    peers = [h.get(name) for name in given.peers.split(",")]
    if given.what in ("all", "setup"):
        for peer in peers:
            peer.stop()
            peer.setup()
    for peer in peers:
        if not peer.up():
            print(peer.name, "first answer after", round(peer.start(), 2), "s")
        peer.headers = peer.login()
    since = int(time.time())
    if given.what in ("all", "setup", "check"):
        for peer in peers:
            for name, verdict in h.verify(peer, h.truth()).items():
                print(f"  {peer.name:8} {name:11} {verdict}")
    if given.what in ("all", "run"):
        h.run(
            peers, given.rounds, given.seconds, given.ops.split(","), [int(c) for c in given.conc.split(",")]
        )
        ratios(h, since)
    if given.what in ("all", "bulk"):
        h.run_bulk(peers, given.rounds)
    if given.what == "all":
        for peer in peers:
            print(peer.name, "memory, processes:", *peer.rss())
            peer.stop()
    if given.what == "stop":
        for peer in peers:
            peer.stop()


if __name__ == "__main__":
    main()
