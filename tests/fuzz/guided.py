"""One target under atheris: `python -m tests.fuzz.guided TARGET [options and folders of libFuzzer]`."""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(include=["guidelang"]):
    from .mutate import mutated
    from .seeds import vocabulary
    from .targets import LONGEST, TARGETS


def main() -> None:
    target = sys.argv.pop(1)
    law, words = TARGETS[target], vocabulary(target)

    law(b"")  # what is made once takes long under instrumentation, and is no finding

    def once(data: bytes) -> None:
        law(data[:LONGEST])

    def mutation(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return mutated(data, chance, words, chance.choice((1, 1, 2, 5)))[:most]

    atheris.Setup([*sys.argv, f"-max_len={LONGEST}"], once, custom_mutator=mutation)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
