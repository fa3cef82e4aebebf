"""A deadline for a call that may wait for ever, as the Kafka client's commit does (kafka.md section 2)."""

from collections.abc import Callable
from threading import Thread


def within(seconds: float, call: Callable[[], object]) -> None:
    """Run a call that may wait for ever; TimeoutError after `seconds`, the thread then stays behind."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run, daemon=True, name="deadline")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if raised:
        raise raised[0]
