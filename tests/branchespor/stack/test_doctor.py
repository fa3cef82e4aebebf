"""The doctor's patience: who is busy is asked again, who never answers is named."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from branchespor.settings import Settings
from branchespor.stack import doctor
from branchespor.stack.parts import Part


@dataclass
class Service:
    """A part that answers from the given question on; before, it does as `busy` says."""

    from_question: int
    busy: Exception | None = None
    questions: int = 0

    def is_ready(self, _: Settings, __: datetime) -> bool:
        self.questions += 1
        if self.questions < self.from_question and self.busy is not None:
            raise self.busy
        return self.questions >= self.from_question


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ASK_AGAIN_S", 0.001)


@pytest.mark.parametrize("busy", [None, ConnectionRefusedError("at first")])
def test_who_is_busy_is_asked_again(busy: Exception | None) -> None:
    service = Service(from_question=3, busy=busy)
    assert doctor.asked(Part(name="registry", is_ready=service.is_ready), Settings()) == ("answers", True)
    assert service.questions == 3


def test_who_never_answers_is_said_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE_S", 0.01)
    for busy, said in ((None, "does not answer"), (TimeoutError("x"), "does not answer (TimeoutError)")):
        service = Service(from_question=10**9, busy=busy)
        assert doctor.asked(Part(name="registry", is_ready=service.is_ready), Settings()) == (said, False)
        assert service.questions > 1
