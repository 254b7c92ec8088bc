"""A lock for threads that is given in the order in which it was asked for.

`threading.Lock` leaves to chance who gets it next: a thread that takes it again at once, as a busy worker does, can
keep others waiting many times over.
"""

import threading
from collections import deque


class FairLock:
    """One holder at a time, first come, first served."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Wait for it, `timeout` seconds at most; whether it is ours."""
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=timeout):
            return True
        with self._mutex:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
        return True  # it was handed over in the last moment

    def release(self) -> None:
        """Hand it to whoever has waited longest."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
