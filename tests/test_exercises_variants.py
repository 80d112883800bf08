"""No false alarm: whatever way an answer is written in, it passes if its numbers are right."""

import numpy as np
import pytest
from correct_variants import VARIANTS

from bpcourse.exercises import ALL, judge
from bpcourse.exercises.content.advice import COARSE, VECTORS

DRAWS = 200


@pytest.mark.parametrize("name", [name for name, task in ALL.items() if task.kind in ("code", "debug", "cold")])
def test_every_variant_passes_on_200_random_draws(name):
    task, variants = ALL[name], VARIANTS[name]
    assert len(variants) >= 3
    cases = [task.cases(np.random.default_rng(seed)) for seed in (0, 1)]
    draws = DRAWS if repr(cases[0]) != repr(cases[1]) else 1  # where none is random, all draws are the same
    for number, variant in enumerate(variants):
        drawn = seed = 0
        while drawn < draws:
            result = judge(task, variant, seed)
            assert result.status == "passed", f"variant {number}, seed {seed}: {result}"
            drawn += len(task.cases(np.random.default_rng(seed)))
            seed += 1


def test_rows_as_vectors_pass_with_a_friendly_remark():
    remarked = [name for name in VARIANTS for variant in VARIANTS[name] if VECTORS in judge(ALL[name], variant).remarks]
    assert remarked == ["bias_gradient", "backward_two_layers", "backward", "network_backward"]


def test_float32_passes_with_a_remark():
    assert COARSE in judge(ALL["layer_z"], VARIANTS["layer_z"][-1]).remarks
    assert COARSE not in judge(ALL["layer_z"], VARIANTS["layer_z"][0]).remarks
