"""
Runs a stage that gets a signal right after a step: `interrupt.py SIGNAL STEP STAGE [options]`

From outside, a run of twenty tiny steps could not be hit at a step of one's choice.
"""
import os
import runpy
import signal
import sys

from silvergrain_training.run_log import RunLog


def main() -> None:
    number, at_step, stage = getattr(signal, sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    add = RunLog.add

    def add_then_signal(log: RunLog, steps_done: int, values: dict[str, float]) -> None:
        add(log, steps_done, values)
        if steps_done == at_step:
            os.kill(os.getpid(), number)

    RunLog.add = add_then_signal
    sys.argv = [stage, *sys.argv[4:]]
    runpy.run_module(f"silvergrain_training.{stage}", run_name="__main__")


if __name__ == "__main__":
    main()
