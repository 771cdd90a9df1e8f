"""Ctrl-C and SIGTERM: finish the step, save, leave."""
import signal
from types import FrameType


class StopRequest:
    """True once a signal has asked to stop. A second signal ends the process as it always did."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def __bool__(self) -> bool:
        return self._asked

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._asked = True
        signal.signal(number, signal.SIG_DFL)
