"""How an answer with a fault in it reaches a caller in the same process: late, or as an exception.

The exceptions are the system's own for silence and for a broken connection, which any transport knows how to translate.
"""

from time import sleep

from snowconf.sandbox.wire.requests import Answer


class SilentError(TimeoutError):
    """No answer came while anybody would have waited."""


class DroppedError(ConnectionError):
    """The connection was closed before the answer was whole."""


def deliver(answer: Answer) -> Answer:
    """The answer, after its time.

    Raises:
        SilentError: it never comes. Nobody waits for that here.
        DroppedError: the connection closes before all of it has come.
    """
    delivery = answer.delivery
    if delivery.silent and delivery.delay_s:
        raise SilentError("The instance does not answer.")
    if delivery.silent:
        raise DroppedError("The instance closed the connection without an answer.")
    if delivery.delay_s:
        sleep(delivery.delay_s)
    if delivery.upto is not None and delivery.upto < len(answer.body):
        raise DroppedError(f"The instance closed the connection after {delivery.upto} bytes of the body.")
    return answer
