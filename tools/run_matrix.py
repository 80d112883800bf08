"""Run the tests on every supported Python with the newest versions, and once with the oldest ones allowed.

python tools/run_matrix.py                      # everything
python tools/run_matrix.py 3.12 oldest          # some of it
python tools/run_matrix.py 3.13 -- notebooks    # what follows -- goes to pytest
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import environments

RUNS = ("3.11", "3.12", "3.13", "oldest")
OLDEST_PYTHON = "3.11"


def main(arguments):
    end = arguments.index("--") if "--" in arguments else len(arguments)
    wanted, for_pytest = arguments[:end], arguments[end + 1 :]
    unknown = sorted(set(wanted) - set(RUNS))
    if unknown:
        sys.exit(f"There is no run named {', '.join(unknown)}; there are {', '.join(RUNS)}.")
    outcomes = {name: run(name, for_pytest) for name in wanted or RUNS}
    print("\n".join(f"{name:7} {outcome}" for name, outcome in outcomes.items()))
    return 0 if all(outcome == "passed" for outcome in outcomes.values()) else 1


def run(name, for_pytest):
    """Run pytest in a fresh environment; return "passed", "FAILED" or "MISSING"."""
    version = OLDEST_PYTHON if name == "oldest" else name
    with tempfile.TemporaryDirectory() as folder:
        python = environments.make(Path(folder) / "venv", version)
        if python is None:
            return f"MISSING: no Python {version} on this machine"
        resolution = ["--resolution", "lowest-direct"] if name == "oldest" else []
        environments.install(python, *resolution, "-r", "requirements.txt")
        environments.install(python, "-r", "requirements.txt", "-r", "requirements-test.txt")
        print(f"=== {name} ===", flush=True)
        tests = subprocess.run([python, "-m", "pytest", *for_pytest], cwd=environments.ROOT)
    return "passed" if tests.returncode == 0 else "FAILED"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
