"""A whole Offhook tells a program elsewhere of a call that rings at a phone."""

from pathlib import Path

from offhook.assembly.run import running
from offhook.config import load
from offhook.demo.phone import Behaviour
from tests.assembly.helpers import a_config, connected, phone
from tests.waiting import until
from tests.webhooks.helpers import a_receiver

RINGS = Behaviour(answer_after=None, auto_answer=False)


async def test_a_phone_that_rings_is_told_with_names_and_numbers(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        file = a_config(tmp_path)
        hook = f'[[webhook]]\nname = "crm"\nurl = "{receiver.url}"\nsecret = "a-secret-of-some-length"\n'
        more = 'allow_private = true\nevents = ["ringing", "missed"]\nterminals = ["4001"]\n'
        file.write_text(file.read_text(encoding="utf-8") + hook + more, encoding="utf-8")
        async with running(load(file, environ={})) as system:  # noqa: SIM117
            async with phone(system, "4000"), phone(system, "4001", RINGS), await connected(system) as tsp:
                await tsp.dial("4001")
                await until(lambda: receiver.types == ["call.ringing"])
                await tsp.drop("4001")
                await until(lambda: receiver.types == ["call.ringing", "call.missed"])
    message = receiver.heard[0].message
    assert (message["terminal"], message["other"]["name"], message["call"]["state"]) == (
        "4001", "Kim", "RingBackState",
    )  # fmt: skip
