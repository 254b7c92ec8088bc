"""Whoever waits for the database gets it in the order of asking."""

import threading
from collections.abc import Callable

from knowledge.fair_lock import FairLock

LONG = 30


def started(run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def queue_up(lock: FairLock, name: str, order: list[str]) -> threading.Thread:
    """A thread that waits for the lock; returns when it really waits."""
    before = len(lock._waiting)

    def wait() -> None:
        assert lock.acquire(LONG)
        order.append(name)
        lock.release()

    thread = started(wait)
    while len(lock._waiting) == before:
        threading.Event().wait(0.001)
    return thread


def test_the_lock_goes_to_whoever_waited_longest() -> None:
    lock, order = FairLock(), list[str]()
    assert lock.acquire(LONG)
    waiting = [queue_up(lock, name, order) for name in "abc"]
    lock.release()
    # The holder asks again at once and still has to wait for the three before it.
    assert lock.acquire(LONG)
    assert order == ["a", "b", "c"]
    lock.release()
    for thread in waiting:
        thread.join(LONG)


def test_who_gave_up_is_passed_over() -> None:
    lock, order = FairLock(), list[str]()
    assert lock.acquire(LONG)
    assert not lock.acquire(0.01)
    after = queue_up(lock, "after", order)
    lock.release()
    after.join(LONG)
    assert order == ["after"]


def test_the_lock_has_one_holder_at_a_time() -> None:
    lock, inside, together = FairLock(), list[int](), list[int]()

    def work() -> None:
        for _ in range(200):
            assert lock.acquire(LONG)
            inside.append(1)
            together.append(len(inside))
            inside.pop()
            lock.release()

    threads = [started(work) for _ in range(4)]
    for thread in threads:
        thread.join(LONG)
    assert set(together) == {1}
